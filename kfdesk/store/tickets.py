"""Tickets: read as a state to decide by, written in bulk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import bindparam, delete, literal_column, select, update

from kfdesk.errors import NotFound, UserError
from kfdesk.i18n import _
from kfdesk.model import Priority, Status
from kfdesk.store.history import operations
from kfdesk.store.ids import among, next_id, these
from kfdesk.store.prepared import Asked, Prepared, inserting
from kfdesk.store.tables import (
    TicketTable,
    TicketTagRow,
)
from kfdesk.store.tx import Tx, driver

_ticket = TicketTable.__table__  # type: ignore[attr-defined]
_tag = TicketTagRow.__table__  # type: ignore[attr-defined]

_INSERT_TAGS = inserting(_tag, "ticket_id", "tag", instead="IGNORE")
_DELETE_TAGS = Prepared(
    delete(_tag).where(_tag.c.ticket_id == bindparam("_id"), _tag.c.tag == bindparam("_tag"))
)


class State(NamedTuple):  # which is made three times as fast as a dataclass, by the ten thousand
    """A ticket as decisions need it; the names are those of its columns."""

    id: int
    subject: str
    status: Status
    priority: Priority
    account: str
    category: str
    team: str
    assignee: str
    customer_id: int
    fields: Mapping[str, Any]
    version: int
    updated_at: datetime
    waiting_since: datetime | None
    closed_at: datetime | None
    first_response_at: datetime | None
    message_count: int
    deleted: bool
    merged_into: int | None
    sla_chosen: str = ""
    snoozed_until: datetime | None = None
    substatus: str = ""
    type: str = ""
    task_due: datetime | None = None
    spam: bool = False
    spent: int = 0
    tags: tuple[str, ...] = ()

    def moved(self, values: Mapping[str, Any], tags: Sequence[str]) -> State:
        """The state after these columns were set."""
        now = {name: value for name, value in values.items() if name in _OF_STATE}
        if "status" in now:
            now["status"] = Status(now["status"])
        if "priority" in now:
            now["priority"] = Priority.of_rank(now["priority"])
        return self._replace(**now, tags=tuple(tags))


_OF_STATE = frozenset(State._fields)
_STATE_NAMES = State._fields[:-1]  # all but the tags
_STATUS, _PRIORITY, _DELETED = map(_STATE_NAMES.index, ("status", "priority", "deleted"))
_STATE = Asked(
    select(
        *(_ticket.c["deleted_at" if name == "deleted" else name] for name in _STATE_NAMES)
    ).where(among(_ticket.c.id))
)
_STATUSES = {status.value: status for status in Status}
_PRIORITIES = {priority.rank: priority for priority in Priority}
_TAGS = Asked(
    select(_tag.c.ticket_id, _tag.c.tag)
    .where(among(_tag.c.ticket_id))
    .order_by(_tag.c.ticket_id, _tag.c.tag)
)


def tags_of(tx: Tx, ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """Return {ticket: its tags in order}, for those that have any."""
    found: dict[int, list[str]] = defaultdict(list)
    for id, tag in _TAGS.all(tx, these(ids)):
        found[id].append(tag)
    return {id: tuple(tags) for id, tags in found.items()}


def states(tx: Tx, ids: Sequence[int]) -> dict[int, State]:
    """Return the states of those tickets that exist, deleted ones too."""
    if not ids:
        return {}
    tags = tags_of(tx, ids)
    found: dict[int, State] = {}
    for row in _STATE.all(tx, these(ids)):
        values = [*row, tags.get(row[0], ())]
        values[_STATUS] = _STATUSES[values[_STATUS]]
        values[_PRIORITY] = _PRIORITIES[values[_PRIORITY]]
        values[_DELETED] = values[_DELETED] is not None
        found[row[0]] = State._make(values)
    return found


_VERSIONS = Asked(
    select(_ticket.c.id, _ticket.c.version).where(
        among(_ticket.c.id), _ticket.c.deleted_at.is_(None), _ticket.c.merged_into.is_(None)
    )
)


def versions(tx: Tx, ids: Iterable[int]) -> dict[int, int]:
    """Return {ticket: its version} of those that are neither deleted nor merged."""
    return {row[0]: row[1] for row in _VERSIONS.all(tx, these(ids))}


def state(tx: Tx, number: int) -> State:
    """Return the state of one ticket that can be changed.

    NotFound if there is none, or it was deleted; UserError with the way on where it was merged.
    """
    found = states(tx, [number]).get(number)
    if found is None:
        raise missing(number)
    if found.deleted:
        raise was_deleted(number)
    if found.merged_into is not None:
        raise was_merged(number, leads_to(tx, number))
    return found


def leads_to(tx: Tx, number: int) -> int:
    """Return the ticket that a number leads to: itself, or where it was merged into in the end."""
    rows = driver(tx).execute(
        "WITH RECURSIVE way (id, into_) AS (SELECT id, merged_into FROM ticket WHERE id = ? "
        "UNION SELECT ticket.id, ticket.merged_into FROM ticket JOIN way ON ticket.id = way.into_) "
        "SELECT id FROM way WHERE into_ IS NULL",
        (number,),
    )
    (end,) = rows.fetchone() or (number,)
    return int(end)


def missing(number: int) -> NotFound:
    """There is no such ticket."""
    return NotFound(
        _("there is no ticket {number}; `kfdesk list` shows those there are").format(number=number)
    )


def was_deleted(number: int) -> NotFound:
    """There is no such ticket any more."""
    return NotFound(
        _("ticket {number} was deleted; `kfdesk restore-ticket {number}` brings it back").format(
            number=number
        )
    )


def was_merged(number: int, into: int) -> UserError:
    """A ticket is a part of another one: that one is to be changed instead."""
    return UserError(
        _(
            "ticket {number} was merged into {into}: go on there, or take it out again with "
            "`kfdesk unmerge {number}`"
        ).format(number=number, into=into)
    )


@dataclass(frozen=True, slots=True)
class NewTicket:
    """A ticket about to be written; the names are those of its columns."""

    id: int
    subject: str
    channel: str
    account: str
    team: str
    customer_id: int
    created_at: datetime
    updated_at: datetime
    last_person_at: datetime
    waiting_since: datetime | None
    message_count: int
    unread: bool
    quarantine: str = ""
    status: str = Status.NEW
    priority: int = Priority.NORMAL.rank
    category: str = ""
    assignee: str = ""
    version: int = 1
    sla: str = ""
    sla_chosen: str = ""
    breached: bool = False
    substatus: str = ""
    type: str = ""
    spam: bool = False
    spent: int = 0


_INSERT = inserting(_ticket, *NewTicket.__slots__, "fields")


def first_id(tx: Tx) -> int:
    """The number that the next new ticket gets."""
    return next_id(tx, _ticket)


def insert_many(tx: Tx, tickets: Sequence[NewTicket]) -> None:
    """Write new tickets."""
    _INSERT.many(
        tx,
        (
            {name: getattr(ticket, name) for name in NewTicket.__slots__} | {"fields": {}}
            for ticket in tickets
        ),
    )


@lru_cache(maxsize=200)
def _setting(names: tuple[str, ...]) -> Prepared:
    """The UPDATE of these columns."""
    return Prepared(
        update(_ticket)
        .where(_ticket.c.id == bindparam("_id"))
        .values({name: bindparam(f"_{name}", type_=_ticket.c[name].type) for name in names})
    )


def update_many(tx: Tx, rows: Mapping[int, Mapping[str, Any]]) -> None:
    """Set columns of tickets, {number: {column: value}}; like rows go in one statement."""
    groups: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for id, values in rows.items():
        groups[tuple(sorted(values))].append({"_id": id, **{f"_{k}": v for k, v in values.items()}})
    for names, parameters in groups.items():
        _setting(names).many(tx, parameters)


@lru_cache(maxsize=200)
def _alike(names: tuple[str, ...], *, together: bool) -> Prepared:
    """The UPDATE of these columns of a ticket, or of several; each version grows by one."""
    values = {name: bindparam(f"_{name}", type_=_ticket.c[name].type) for name in names}
    which = among(_ticket.c.id) if together else _ticket.c.id == bindparam("_id")
    return Prepared(
        update(_ticket)
        .where(which)
        .values({**values, "version": _ticket.c.version + literal_column("1")})
    )


def update_alike(tx: Tx, setting: Iterable[tuple[Sequence[int], Mapping[str, Any]]]) -> None:
    """Set columns of several tickets to the same values, each time; their versions grow by one.

    What a person does to many is one statement, for images are kept of each row, and that costs a
    row by itself more. What comes in is one a row: whatever changes several and may fail begins a
    savepoint, and at each of those the text index is written out.
    """
    together = operations.current(tx) is not None
    for numbers, values in setting:
        shared = {f"_{name}": value for name, value in values.items()}
        statement = _alike(tuple(values), together=together)
        if together:
            statement.many(tx, [{**shared, **these(numbers)}])
        else:
            statement.each(tx, shared, numbers)


def add_tags(tx: Tx, pairs: Iterable[tuple[int, str]]) -> None:
    """Tag tickets; a tag that is there stays."""
    _INSERT_TAGS.many(tx, ({"ticket_id": id, "tag": tag} for id, tag in pairs))


def remove_tags(tx: Tx, pairs: Iterable[tuple[int, str]]) -> None:
    """Take tags off tickets."""
    _DELETE_TAGS.many(tx, ({"_id": id, "_tag": tag} for id, tag in pairs))


def count_messages(tx: Tx, numbers: Iterable[int]) -> None:
    """Count again how many messages tickets have."""
    driver(tx).executemany(
        "UPDATE ticket SET message_count = "
        "(SELECT count(*) FROM message WHERE message.ticket_id = ticket.id) WHERE id = ?",
        [(number,) for number in numbers],
    )


def one_more(tx: Tx, states: Iterable[State]) -> None:
    """Count a message more on each of these tickets."""
    update_many(
        tx,
        {
            state.id: {"message_count": state.message_count + 1, "version": state.version + 1}
            for state in states
        },
    )


def unread(tx: Tx, numbers: Iterable[int]) -> list[bool]:
    """Return of tickets whether something on them was not read yet."""
    return [
        bool(row[0])
        for row in driver(tx).execute(
            "SELECT unread FROM ticket WHERE id IN (SELECT value FROM json_each(?))",
            (these(numbers)["ids"],),
        )
    ]


def spend(tx: Tx, seconds: Mapping[int, int]) -> None:
    """Add to the time that was spent on tickets, {number: seconds}; below nothing it is nothing."""
    driver(tx).executemany(
        "UPDATE ticket SET spent = max(0, spent + ?) WHERE id = ?",
        [(more, number) for number, more in seconds.items() if more],
    )
