"""Rows as they stand in the database, read by id over a plain connection."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from kfdesk.store.tables import ClockRow, MessageRow, OutboxTable, TicketTable

#: A row by the names of its columns.
Row = dict[str, Any]

_MESSAGE = tuple(MessageRow.__table__.c.keys())  # type: ignore[attr-defined]
_OUTBOX = tuple(OutboxTable.__table__.c.keys())  # type: ignore[attr-defined]
_TICKET = tuple(TicketTable.__table__.c.keys())  # type: ignore[attr-defined]
_CLOCK = tuple(ClockRow.__table__.c.keys())  # type: ignore[attr-defined]
_ATTACHMENT = ("message_id", "name", "type", "size", "sha256", "part", "content_id", "inline")


class Rows:
    """What tables hold of tickets and messages now."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def messages(self, ids: Iterable[int]) -> dict[int, Row]:
        """Return messages by their ids."""
        return {row["id"]: row for row in self._rows("message", _MESSAGE, "id", ids)}

    def outbox(self, messages: Iterable[int]) -> dict[int, list[Row]]:
        """Return {message: its places in the outbox}."""
        return self._grouped("outbox", _OUTBOX, "message_id", messages)

    def parties(self, numbers: Iterable[int]) -> dict[int, list[Row]]:
        """Return {ticket: its collaborators now}."""
        names = ("ticket_id", "email", "name")
        return self._grouped("collaborator", names, "ticket_id", numbers)

    def links(self, numbers: Iterable[int]) -> dict[int, list[Row]]:
        """Return {ticket: the links that its first message made}."""
        names = ("ticket_id", "other_id", "kind", "reason")
        found = self._grouped("link", names, "ticket_id", numbers)
        return {
            number: [row for row in rows if row["kind"] in ("maybe", "follow-up")]
            for number, rows in found.items()
        }

    def clocks(self, numbers: Iterable[int]) -> list[Row]:
        """Return the SLA clocks of tickets as they are now, in the order of their beginning."""
        rows = self._rows("sla_clock", _CLOCK, "ticket_id", numbers)
        return sorted(rows, key=lambda row: row["id"])

    def tickets(self, numbers: Iterable[int]) -> dict[int, Row]:
        """Return tickets as they are now."""
        return {row["id"]: row for row in self._rows("ticket", _TICKET, "id", numbers)}

    def tags(self, numbers: Iterable[int]) -> dict[int, list[str]]:
        """Return {ticket: its tags now}."""
        found: dict[int, list[str]] = {}
        for row in self._rows("ticket_tag", ("ticket_id", "tag"), "ticket_id", numbers):
            found.setdefault(row["ticket_id"], []).append(row["tag"])
        return {number: sorted(tags) for number, tags in found.items()}

    def attachments(self, messages: Iterable[int]) -> dict[int, list[Row]]:
        """Return {message: its files}."""
        return self._grouped("attachment", _ATTACHMENT, "message_id", messages)

    def _grouped(
        self, table: str, names: Sequence[str], key: str, wanted: Iterable[int]
    ) -> dict[int, list[Row]]:
        found: dict[int, list[Row]] = {}
        for row in self._rows(table, names, key, wanted):
            found.setdefault(row[key], []).append(row)
        return found

    def _rows(
        self, table: str, names: Sequence[str], key: str, wanted: Iterable[int]
    ) -> Iterator[Row]:
        ids = list(wanted)
        if not ids:
            return iter(())
        listed = ", ".join(f'"{name}"' for name in names)
        rows = self._connection.execute(
            f"SELECT {listed} FROM {table} "  # noqa: S608
            f"WHERE {key} IN (SELECT value FROM json_each(?))",
            (json.dumps(ids),),
        )
        return (dict(zip(names, row, strict=True)) for row in rows)
