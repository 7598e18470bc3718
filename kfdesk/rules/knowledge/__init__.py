"""Articles as files: their head, their parts, their languages."""
