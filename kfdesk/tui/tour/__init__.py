"""The tour on the demo desk: what a day at the desk needs, done once by oneself."""
