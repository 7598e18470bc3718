"""Texts that people read, in both languages."""
