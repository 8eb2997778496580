"""How each API is asked and read: one module or folder each, same shape. Request in, answer out."""
