"""What the rows of every table have in common."""

from sqlmodel import SQLModel


class Row(SQLModel):
    """A row: the shape of a table, of which no object is ever made.

    So nothing that would check one is built, an eighth of the time that the tables take to read.
    """

    model_config = {"defer_build": True}
