"""What is beside the console: the person's editor, the machine's programs, the browser."""
