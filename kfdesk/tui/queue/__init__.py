"""The queue: which tickets it lists, what is marked, and how each is painted."""
