"""Tables of the desk itself and how far its channels were read."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field

from kfdesk.store.tables.row import Row
from kfdesk.store.tables.types import UtcTime


class Meta(Row, table=True):
    """The desk's own facts: its signing secret, when it was made."""

    key: str = Field(primary_key=True)
    value: str


class CursorRow(Row, table=True):
    """How far a channel's folder was read."""

    __tablename__ = "cursor"
    account: str = Field(primary_key=True)
    folder: str = Field(primary_key=True)
    value: str


class ChannelStateRow(Row, table=True):
    """How a channel's last sync went, for the console and `doctor`."""

    __tablename__ = "channel_state"
    account: str = Field(primary_key=True)
    synced_at: datetime | None = Field(default=None, sa_type=UtcTime)
    error: str = ""
    error_at: datetime | None = Field(default=None, sa_type=UtcTime)
    trouble: str = ""  # what kind of failure: offline, refused, login, secret


class ImportedRow(Row, table=True):
    """What became of a thing of another desk: an import that runs again finds it here."""

    __tablename__ = "imported"
    __table_args__ = ({"sqlite_with_rowid": False},)
    source: str = Field(primary_key=True)  # which desk, or file
    kind: str = Field(primary_key=True)  # ticket, customer, message
    key: str = Field(primary_key=True)  # its id there
    id: int
