"""Taking a merged ticket out of its target again, also after more was said there."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kfdesk.desk import Desk
from kfdesk.desk.merging.merge import count
from kfdesk.desk.operation import operation
from kfdesk.desk.reacting.roots import Root
from kfdesk.desk.reacting.settle import settle
from kfdesk.desk.tickets.edit import columns
from kfdesk.errors import UserError
from kfdesk.i18n import _, ngettext
from kfdesk.model import Actor, Direction, Ticket
from kfdesk.store import customers, journal, links, tickets, whole_tickets
from kfdesk.store.history import moving, operations, planning, reversal
from kfdesk.store.history.images import Rows
from kfdesk.store.history.moving import Said
from kfdesk.store.history.standing import Key
from kfdesk.store.journal import NewEvent
from kfdesk.store.tickets import State
from kfdesk.store.tx import Tx

#: What is put back by hand, or made anew.
_APART = frozenset({"epoch", "message", "outbox", "ticket", "turn", "waiting"})


@dataclass(frozen=True, slots=True)
class Parting:
    """What has to be decided before a ticket leaves its target: where belongs what came since.

    `theirs` are the ids of those messages that seem to belong to the one that leaves, by who wrote
    them or to whom they went.
    """

    number: int
    into: int
    since: tuple[Said, ...]
    theirs: frozenset[int]


class Undecided(UserError):
    """More was said since the merge, and nobody said where it belongs."""

    def __init__(self, parting: Parting) -> None:
        self.parting = parting
        super().__init__(
            ngettext(
                "{n} message came on ticket {into} since {number} was merged into it; say where "
                "it belongs: --keep here, --keep there, or --move ID if it goes back",
                "{n} messages came on ticket {into} since {number} was merged into it; say where "
                "they belong: --keep here, --keep there, or --move ID,ID for those that go back",
                len(parting.since),
            ).format(n=len(parting.since), into=parting.into, number=parting.number)
        )


def parting(desk: Desk, number: int) -> Parting:
    """Return what has to be decided. UserError where a ticket was not merged."""
    with desk.store.read() as tx:
        return _parting(tx, number, _operation(tx, number))


def unmerge(desk: Desk, number: int, actor: Actor, back: Collection[int] | None = None) -> Ticket:
    """Take a ticket out of its target; return it.

    Its own messages go back; of those that came since, the ones of `back` go with it. Undecided
    where there are any and `back` does not say.
    """
    now = desk.clock()
    with operation(desk, actor, "unmerge") as tx:
        merged = _operation(tx, number)
        asked = _parting(tx, number, merged)
        if back is None and asked.since:
            raise Undecided(asked)
        strange = set(back or ()) - {message.id for message in asked.since}
        if strange:
            raise UserError(
                _("message {id} did not come on ticket {into} since the merge").format(
                    id=min(strange), into=asked.into
                )
            )
        states = tickets.states(tx, [number, asked.into])
        own = () if merged is None else merged.detail["sources"].get(str(number), ())
        said = moving.of_ticket(tx, asked.into)
        going = {message.id for message in said}.intersection((*own, *(back or ())))
        # What was asked aside goes as a whole, with the answers.
        aside = {message.side for message in said if message.id in going} - {None}
        going |= {message.id for message in said if message.side in aside}
        moving.messages(tx, sorted(going), number)
        moving.sides(tx, [side for side in aside if side is not None], number)
        spent = 0 if merged is None else _give_back(tx, merged, asked)
        roots = _write(tx, states[number], states[asked.into], spent, actor, now)
        if merged is not None and len(merged.detail["sources"]) == 1:
            current = operations.current(tx)
            assert current is not None
            operations.turned(tx, current, merged.id)
        settle(desk, tx, roots, now)
        return whole_tickets.get(tx, number)


def _operation(tx: Tx, number: int) -> operations.Operation | None:
    """The operation that a ticket was merged in; none where another desk did it."""
    state = tickets.states(tx, [number]).get(number)
    if state is None:
        raise tickets.missing(number)
    if state.merged_into is None:
        raise UserError(_("ticket {number} is no part of another").format(number=number))
    for event in reversed(journal.events(tx, number)):
        if event.kind == "merged" and "merged_into" in event.changes and event.operation:
            return operations.get(tx, event.operation)
    return None


def _parting(tx: Tx, number: int, merged: operations.Operation | None) -> Parting:
    into = tickets.leads_to(tx, number)
    last = 0 if merged is None else merged.detail["last"]
    said = moving.of_ticket(tx, into)
    aside = {message.side for message in said if message.id <= last} - {None}
    since = [m for m in said if m.id > last and m.side not in aside]
    states = tickets.states(tx, [number, into])
    people = customers.emails_of(tx, [state.customer_id for state in states.values()])
    mine = people[states[number].customer_id] - people[states[into].customer_id]
    theirs = frozenset(
        message.id
        for message in since
        if (message.direction is Direction.IN and message.author_email in mine)
        or (message.direction is Direction.OUT and mine.intersection(message.to))
    )
    return Parting(number, into, tuple(since), theirs)


def _give_back(tx: Tx, merged: operations.Operation, asked: Parting) -> int:
    """Put back what came over from a ticket, where it still stands; return its time spent."""
    images = operations.images_of(tx, merged.id)
    came = {int(source): _came(tx, int(source), images) for source in merged.detail["sources"]}
    mine = came.pop(asked.number).difference(*came.values())
    moved = {merged.detail["into"]: asked.into}  # what it went into went on, into another
    found = planning.plan(tx, [_of(rows, asked.number, mine, moved) for rows in images])
    for obstacle in found.obstacles:
        found.removals[obstacle.table].discard(obstacle.key)
    writers = {message.author_email for message in moving.of_ticket(tx, asked.into)}
    parties = found.removals["collaborator"]
    parties -= {key for key in parties if key[1] in writers}
    reversal.apply(tx, found, merged.at)
    for rows in images:
        if rows.table == "ticket" and "spent" in rows.columns and (asked.number,) in rows.keys:
            place = rows.columns.index("spent")
            return int(rows.before[rows.keys.index((asked.number,))][place])
    return 0


def _came(tx: Tx, source: int, images: Sequence[Rows]) -> set[tuple[str, Key]]:
    """What came over from a ticket: (table, the rest of its key)."""
    found: set[tuple[str, Key]] = {
        ("ticket_tag", (tag,)) for tag in tickets.tags_of(tx, [source]).get(source, ())
    }
    customer = tickets.states(tx, [source])[source].customer_id
    found |= {("collaborator", (email,)) for email in customers.emails_of(tx, [customer])[customer]}
    for rows in images:
        if rows.kind == "removed" and rows.shape.key[0] == "ticket_id":
            found |= {(rows.table, key[1:]) for key in rows.keys if key[0] == source}
    return found


def _of(
    rows: Rows, number: int, mine: Collection[tuple[str, Key]], moved: Mapping[int, int]
) -> Rows:
    """Of what a merge touched, the rows that came from one ticket, as they lie since."""
    places: Iterable[int]
    if rows.table in _APART:
        places = ()
    elif rows.shape.key[0] != "ticket_id":
        named = [n for n, name in enumerate(rows.columns) if name in ("ticket_id", "other_id")]
        places = (n for n, old in enumerate(rows.before) if number in [old[p] for p in named])
    elif rows.kind == "added":
        places = (n for n, key in enumerate(rows.keys) if (rows.table, key[1:]) in mine)
    else:
        places = (n for n, key in enumerate(rows.keys) if key[0] == number)
    chosen = list(places)
    keys, before, after = (
        [part[n] for n in chosen] if part else [] for part in (rows.keys, rows.before, rows.after)
    )
    named = [name in ("ticket_id", "other_id") for name in rows.columns]
    lying = [
        tuple(moved.get(new, new) if of else new for new, of in zip(row, named, strict=True))
        for row in after
    ]
    return Rows(rows.shape, rows.kind, rows.columns, keys, before, lying)


def _write(
    tx: Tx, state: State, target: State, spent: int, actor: Actor, now: datetime
) -> list[Root]:
    numbers = [state.id, target.id]
    values: dict[int, dict[str, Any]] = {
        one.id: columns(one, {}, actor, now) for one in (state, target)
    }
    values[state.id]["merged_into"] = None
    assert state.merged_into is not None
    links.remove(tx, state.merged_into, state.id, ["merged"])
    tickets.spend(tx, {state.id: spent, target.id: -spent})
    count(tx, numbers, values)
    events = journal.record(
        tx,
        [
            NewEvent(
                state.id,
                actor,
                "unmerged",
                {"merged_into": (state.merged_into, None)},
                text=f"← #{target.id} {target.subject}".strip(),
            ),
            NewEvent(target.id, actor, "unmerged", text=f"→ #{state.id} {state.subject}".strip()),
        ],
        now,
    )
    return [
        Root(number, "updated", actor, None, {}, event)
        for number, event in zip(numbers, events, strict=True)
    ]
