"""Tickets that become one, come apart again, and give messages to each other."""
