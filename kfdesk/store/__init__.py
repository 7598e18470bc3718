"""The tables, the engine, and every read and write of the database; frozen dataclasses leave it.

Nothing is imported here: an idle `kfdesk sync` uses `store.peek` without paying for SQLAlchemy.
"""
