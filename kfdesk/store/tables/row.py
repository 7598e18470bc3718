"""What the rows of every table have in common."""

from sqlalchemy import Index, text
from sqlmodel import SQLModel


class Row(SQLModel):
    """A row: the shape of a table, of which no object is ever made.

    So nothing that would check one is built, an eighth of the time that the tables take to read.
    """

    model_config = {"defer_build": True}


def where_set(table: str, column: str) -> Index:
    """An index of the rows in which a column is set, which few are."""
    return Index(f"ix_{table}_{column}", column, sqlite_where=text(f"{column} IS NOT NULL"))
