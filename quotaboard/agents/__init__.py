"""Programs that use lanes: each found, read, and put on another profile; one module or folder each."""
