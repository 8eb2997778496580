"""What `doctor` looks at: one module per part, each a section of facts and of what is in the way."""
