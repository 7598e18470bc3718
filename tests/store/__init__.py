"""The database: its schema, its search, its failures."""
