"""The query language, triggers and templates: text to trees with names and types. No store here."""
