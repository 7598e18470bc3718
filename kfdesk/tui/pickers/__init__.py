"""One thing out of a few, found by typing, with what it would do in view."""
