"""A transaction, as the other rooms see it: passed on, never looked into."""

from typing import Any

from sqlalchemy import Connection

Tx = Connection


def driver(tx: Tx) -> Any:
    """The sqlite3 connection below a transaction, for what is too hot for SQLAlchemy."""
    return tx.connection.driver_connection


def interrupt(tx: Tx) -> None:
    """End the query that runs in this transaction, from another thread; it fails."""
    driver: Any = tx.connection.driver_connection
    driver.interrupt()
