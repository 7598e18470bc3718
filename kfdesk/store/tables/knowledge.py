"""Tables of what the desk knows to say: articles, and replies kept for the next time."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, Text
from sqlmodel import Field

from kfdesk.store.tables.row import Row, where_set
from kfdesk.store.tables.types import UtcTime


class ArticleRow(Row, table=True):
    """An article of the knowledge base's folder, as it was indexed last."""

    __tablename__ = "article"
    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)  # its path without .md
    topic: str = Field(index=True)  # its name without the language: articles that are one
    stamp: str  # of the file: its time, size and place on the disk
    digest: str  # of what stood in the file
    title: str
    category: str = ""
    language: str = ""
    public: bool = False
    keywords: str = ""
    link: str = ""  # where customers read it, if elsewhere than the others
    text: str = Field(sa_type=Text)


class ArticleLineRow(Row, table=True):
    """A line by which an article is known again in what was sent."""

    __tablename__ = "article_line"
    __table_args__ = (
        Index("ix_article_line_article_id", "article_id"),
        {"sqlite_with_rowid": False},
    )
    line: str = Field(primary_key=True)  # a digest of it
    article_id: int = Field(primary_key=True)


class ArticleUseRow(Row, table=True):
    """An article went into an answer; `helped` is what the customer said of it, if they did."""

    __tablename__ = "article_use"
    __table_args__ = (
        Index("ix_article_use", "article", "at"),
        where_set("article_use", "said_in"),
    )
    id: int | None = Field(default=None, primary_key=True)
    article: str
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    message_id: int | None = Field(default=None, foreign_key="message.id", index=True)
    actor: str
    at: datetime = Field(sa_type=UtcTime)
    how: str  # text, link, bot
    helped: bool | None = None
    said_in: int | None = Field(default=None, foreign_key="message.id")  # that says only this


class CannedRow(Row, table=True):
    """A reply that is kept for the next time: an agent's own, or everybody's."""

    __tablename__ = "canned_reply"
    __table_args__ = (Index("ix_canned_reply", "agent", "name", "language", unique=True),)
    id: int | None = Field(default=None, primary_key=True)
    agent: str = ""  # whose; empty: everybody's
    name: str
    title: str = ""
    language: str = ""
    text: str = Field(sa_type=Text)


class CannedUseRow(Row, table=True):
    """How often an agent took a canned reply, wherever that is kept."""

    __tablename__ = "canned_use"
    __table_args__ = ({"sqlite_with_rowid": False},)
    name: str = Field(primary_key=True)
    agent: str = Field(primary_key=True)
    used: int
    used_at: datetime = Field(sa_type=UtcTime)
