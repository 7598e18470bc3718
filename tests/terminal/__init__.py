"""The real program in a real terminal, with real servers."""
