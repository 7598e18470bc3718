"""What belongs to one ticket, given to another: messages one by one, or all that there is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from kfdesk.model import By, Direction
from kfdesk.rules.actions import INVERSE
from kfdesk.store import links
from kfdesk.store.ids import among, these
from kfdesk.store.tables import MessageRow
from kfdesk.store.tx import Tx, driver

_message = MessageRow.__table__  # type: ignore[attr-defined]

#: Tables of which every row goes over as it is.
_WHOLE = ("message", "outbox", "side_conversation", "time_spent", "article_use")
#: Tables in which the other ticket may have the same already.
_UNLESS_THERE = ("follower", "collaborator", "draft", "survey")

#: What stands above a ticket: one at most, and never in a circle.
_ABOVE = ("parent", "problem")


@dataclass(frozen=True, slots=True)
class Said:
    """A message, as whoever decides where it belongs needs it."""

    id: int
    ticket: int
    direction: Direction
    by: By
    author: str
    author_email: str
    at: datetime
    text: str
    to: tuple[str, ...]
    side: int | None


def said(tx: Tx, ids: Iterable[int]) -> list[Said]:
    """Return those of these messages that there are, oldest first."""
    return _said(tx, select(_message).where(among(_message.c.id)), these(ids))


def of_ticket(tx: Tx, number: int, after: int = 0) -> list[Said]:
    """Return what was said on a ticket after a message, oldest first."""
    mine = select(_message).where(_message.c.ticket_id == number, _message.c.id > after)
    return _said(tx, mine, {})


def _said(tx: Tx, statement: object, parameters: dict[str, str]) -> list[Said]:
    rows = tx.execute(statement.order_by(_message.c.id), parameters)  # type: ignore[attr-defined]
    return [
        Said(
            row.id,
            row.ticket_id,
            Direction(row.direction),
            By(row.by),
            row.author,
            row.author_email,
            row.at,
            row.text[: row.cut] or row.text,
            tuple(email for _name, email in row.to),
            row.side_id,
        )
        for row in rows
    ]


def messages(tx: Tx, ids: Sequence[int], target: int) -> None:
    """Give messages to a ticket, with their way out of the desk."""
    lines = [(target, id) for id in ids]
    driver(tx).executemany("UPDATE message SET ticket_id = ? WHERE id = ?", lines)
    driver(tx).executemany("UPDATE outbox SET ticket_id = ? WHERE message_id = ?", lines)
    driver(tx).executemany("UPDATE article_use SET ticket_id = ? WHERE message_id = ?", lines)


def sides(tx: Tx, ids: Iterable[int], target: int) -> None:
    """Give side conversations to a ticket."""
    lines = [(target, id) for id in ids]
    driver(tx).executemany("UPDATE side_conversation SET ticket_id = ? WHERE id = ?", lines)


def all_of(tx: Tx, source: int, target: int) -> None:
    """Give all that belongs to a ticket to another, but for its clocks and its journal."""
    sqlite = driver(tx)
    both = {"source": source, "target": target}
    for table in _WHOLE:
        sqlite.execute(
            f"UPDATE {table} SET ticket_id = :target WHERE ticket_id = :source",  # noqa: S608
            both,
        )
    _drafts(tx, source, target)
    for table in _UNLESS_THERE:
        sqlite.execute(
            f"UPDATE OR IGNORE {table} SET ticket_id = :target WHERE ticket_id = :source",  # noqa: S608
            both,
        )
        if table != "survey":  # the other ticket has its own
            sqlite.execute(f"DELETE FROM {table} WHERE ticket_id = ?", (source,))  # noqa: S608
    sqlite.execute(
        "INSERT OR IGNORE INTO ticket_tag (ticket_id, tag) "
        "SELECT :target, tag FROM ticket_tag WHERE ticket_id = :source",
        both,
    )
    _links(tx, source, target)
    sqlite.execute(
        "UPDATE ticket SET spent = spent + (SELECT spent FROM ticket WHERE id = :source) "
        "WHERE id = :target",
        both,
    )
    sqlite.execute("UPDATE ticket SET spent = 0 WHERE id = ?", (source,))


def _drafts(tx: Tx, source: int, target: int) -> None:
    """What somebody was writing on both tickets becomes one draft."""
    driver(tx).execute(
        "UPDATE draft SET text = draft.text || char(10) || char(10) || other.text "
        "FROM draft AS other WHERE draft.ticket_id = :target AND other.ticket_id = :source "
        "AND other.agent = draft.agent AND other.kind = draft.kind",
        {"source": source, "target": target},
    )


def _links(tx: Tx, source: int, target: int) -> None:
    """Links go over; not what would name itself, is there already, or would be a second parent, a
    second problem, or a circle of these."""
    sqlite = driver(tx)
    both = {"source": source, "target": target}
    between = "DELETE FROM link WHERE kind <> 'merged' AND (ticket_id, other_id) IN "
    sqlite.execute(f"{between} ((:source, :target), (:target, :source))", both)
    rows = sqlite.execute(
        "SELECT id, ticket_id, other_id, kind FROM link "
        "WHERE :source IN (ticket_id, other_id) AND kind <> 'merged' ORDER BY id",
        {"source": source},
    ).fetchall()
    there = {(other, kind) for kind, other, _reason in links.links_of(tx, [target])[target]}
    for id, *ends, kind in rows:
        one, other = (target if end == source else end for end in ends)
        beyond = (other, kind) if one == target else (one, INVERSE.get(kind, kind))
        if beyond in there or _crosses(tx, target, one, other, kind):
            sqlite.execute("DELETE FROM link WHERE id = ?", (id,))
        else:
            there.add(beyond)
            values = (one, other, id)
            sqlite.execute("UPDATE link SET ticket_id = ?, other_id = ? WHERE id = ?", values)


def _crosses(tx: Tx, target: int, one: int, other: int, kind: str) -> bool:
    """Whether a ticket would get a second one above it, or be above itself."""
    if kind not in _ABOVE:
        return False
    above = links.above(tx, target, kind)
    if one == target:
        return bool(above) or target in links.above(tx, other, kind)
    return one in above


def customer_of(tx: Tx, email: str) -> int | None:
    """Return whose address it is, if it is a customer's."""
    row = (
        driver(tx)
        .execute("SELECT customer_id FROM identity WHERE scheme = 'email' AND value = ?", (email,))
        .fetchone()
    )
    return None if row is None else int(row[0])
