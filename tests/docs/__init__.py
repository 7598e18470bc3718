"""The documents: what they say is true."""
