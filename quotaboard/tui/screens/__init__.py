"""The screens. The board opens at once; the others are loaded when they are first asked for."""
