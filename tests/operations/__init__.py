"""Kfdesk as its operator runs it: the real program, real servers, one process a command."""
