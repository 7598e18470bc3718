"""Measures over what happened, as figures, tables and charts of cells; nothing is written here."""
