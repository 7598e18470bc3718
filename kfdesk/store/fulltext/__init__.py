"""Text to be found again: how it is cut into words, and the index of them."""
