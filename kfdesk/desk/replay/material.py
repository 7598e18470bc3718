"""What some events of the past name, as the desk has it: read for many events at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from kfdesk.store.history.past import Past, PastEvent
from kfdesk.store.rows import Row


@dataclass(frozen=True, slots=True)
class Material:
    """Messages by event; of each message its files and its places in the outbox; the rest by
    ticket."""

    messages: Mapping[int, Row]
    files: Mapping[int, Sequence[Row]]
    outbox: Mapping[int, Sequence[Row]]
    tickets: Mapping[int, Row]
    parties: Mapping[int, Sequence[Row]]
    links: Mapping[int, Sequence[Row]]  # that a message made
    waited: Mapping[tuple[int, int, str], int | None]  # as `Past.waited` says

    @classmethod
    def of(cls, past: Past, events: Sequence[PastEvent]) -> Material:
        """Read it."""
        said = past.messages(e.message for e in events if e.message is not None)
        messages = {e.id: said[e.message] for e in events if e.message in said}
        messages |= past.scores([e for e in events if e.kind in ("csat", "helped")])
        ids = [row["id"] for row in messages.values()]
        came = [row["ticket_id"] for row in messages.values() if row["received_at"] is not None]
        created = [e.ticket for e in events if e.kind == "created"]
        return cls(
            messages,
            past.attachments(ids),
            past.outbox(row["id"] for row in messages.values() if row["direction"] != "in"),
            past.tickets(created),
            past.parties(came),
            past.links(created),
            past.waited({e.ticket for e in events}),
        )

    def on(self, numbers: Collection[int]) -> Material:
        """Return it with those messages only that lie on some tickets by now."""
        messages = {e: row for e, row in self.messages.items() if row["ticket_id"] in numbers}
        return replace(self, messages=messages)
