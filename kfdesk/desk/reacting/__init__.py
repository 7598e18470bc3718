"""What follows from an event: the passes of the rules, and what each of them does."""
