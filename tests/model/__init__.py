"""The use cases, tried the real way: bytes in, a real database, bytes out."""
