"""A transaction, as the other rooms see it: passed on, never looked into."""

from sqlalchemy import Connection

Tx = Connection
