"""Pulling and sending: once, or for as long as the program runs."""
