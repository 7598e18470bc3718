"""What leaves the desk: written, held back, queued, sent, marked."""
