"""Records: what they are, how source files are read into them, and how good they are."""
