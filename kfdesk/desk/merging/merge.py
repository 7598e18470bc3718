"""Merging tickets: several become part of one, which has all of their messages then.

What was merged raises no events any more and leads to its target, whoever asks by its number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from kfdesk.desk import Desk
from kfdesk.desk.conversation.consequences import reopened
from kfdesk.desk.operation import operation
from kfdesk.desk.reacting.roots import Root
from kfdesk.desk.reacting.settle import settle
from kfdesk.desk.tickets.edit import columns
from kfdesk.desk.timing import epochs, striking
from kfdesk.errors import UserError
from kfdesk.i18n import _
from kfdesk.model import OPEN_STATUSES, Actor, Address, Ticket
from kfdesk.rules.timing.calendar import ALWAYS
from kfdesk.rules.timing.clock import Clock
from kfdesk.store import answering, customers, journal, links, messages, tickets, whole_tickets
from kfdesk.store.assigning import waiting
from kfdesk.store.history import moving, operations
from kfdesk.store.journal import NewEvent
from kfdesk.store.teamwork import parties
from kfdesk.store.tickets import State
from kfdesk.store.timing import clocks
from kfdesk.store.tx import Tx


def merge(desk: Desk, sources: Sequence[int], target: int, actor: Actor) -> Ticket:
    """Make tickets part of another one, all in one operation; return that one.

    NotFound for one that is not there, UserError for a circle, a ticket with itself, and what was
    merged already.
    """
    now = desk.clock()
    numbers = list(dict.fromkeys(sources))
    with operation(desk, actor, "merge", {"into": target}) as tx:
        merge_in(desk, tx, numbers, target, actor, now)
        return whole_tickets.get(tx, target)


def merge_in(
    desk: Desk, tx: Tx, numbers: Sequence[int], target: int, actor: Actor, now: datetime
) -> None:
    """The same within an operation, whose detail is what taking apart asks for."""
    states = tickets.states(tx, [*numbers, target])
    _check(tx, states, numbers, target)
    said = {str(n): [message.id for message in moving.of_ticket(tx, n)] for n in numbers}
    last = messages.first_id(tx) - 1
    operations.put_detail(tx, {"into": target, "sources": said, "last": last})
    root = _merge(desk, tx, [states[number] for number in numbers], states[target], actor, now)
    settle(desk, tx, [root], now)


def _check(tx: Tx, states: dict[int, State], sources: Sequence[int], target: int) -> None:
    if not sources:
        raise UserError(_("name the tickets to merge, then the one that they go into"))
    if target in sources:
        raise UserError(_("ticket {number} cannot be merged with itself").format(number=target))
    for number in (*sources, target):
        state = states.get(number)
        if state is None or state.deleted:
            raise tickets.missing(number) if state is None else tickets.was_deleted(number)
    if (end := tickets.leads_to(tx, target)) in sources:
        raise UserError(
            _(
                "ticket {target} is a part of {source}: merging {source} into it would be a circle"
            ).format(target=target, source=end)
        )
    for number in (*sources, target):
        if states[number].merged_into is not None:
            raise tickets.was_merged(number, tickets.leads_to(tx, number))


def _merge(
    desk: Desk, tx: Tx, sources: Sequence[State], target: State, actor: Actor, now: datetime
) -> Root:
    """Move everything, journal it on both sides, and tell what happened to the target."""
    numbers = [state.id for state in sources]
    waited = any(state.waiting_since is not None for state in sources)
    for state in sources:
        _promises(desk, tx, state.id, target.id, now)
        moving.all_of(tx, state.id, target.id)
        _party(tx, state, target, now)
    links.add(tx, [(target.id, number, "merged", "") for number in numbers], now)
    diff = reopened(target) if waited else {}
    tags = tickets.tags_of(tx, [target.id]).get(target.id, ())
    if tags != target.tags:
        diff["tags"] = (list(target.tags), list(tags))
    unread = any(tickets.unread(tx, [*numbers, target.id]))
    gone = {"merged_into": target.id, "waiting_since": None, "unread": False, "updated_at": now}
    tickets.update_many(
        tx, {s.id: gone | {"version": s.version + 1, "message_count": 0} for s in sources}
    )
    count(tx, [target.id], {target.id: columns(target, diff, actor, now) | {"unread": unread}})
    waiting.leave(tx, numbers)
    subjects = {state.id: state.subject for state in (*sources, target)}
    told = [f"#{number} {subjects[number]}".strip() for number in numbers]
    events = journal.record(
        tx,
        [
            NewEvent(target.id, actor, "merged", diff, text=", ".join(told)),
            *(
                NewEvent(
                    number,
                    actor,
                    "merged",
                    {"merged_into": (None, target.id)},
                    text=f"→ #{target.id} {subjects[target.id]}".strip(),
                )
                for number in numbers
            ),
        ],
        now,
    )
    epochs.leave(desk, tx, numbers, now)
    striking.follow(desk, tx, numbers, now)
    return Root(target.id, "updated", actor, None, diff, events[0])


def count(tx: Tx, numbers: Sequence[int], values: dict[int, dict[str, Any]]) -> None:
    """Write columns of tickets whose messages came or went, with what follows from these."""
    states = tickets.states(tx, numbers)
    for number in numbers:
        answered = answering.answered(tx, number)
        status = values.get(number, {}).get("status", states[number].status)
        values.setdefault(number, {})
        values[number] |= {
            "first_response_at": answered.first_response_at,
            "waiting_since": answered.waiting_since if status in OPEN_STATUSES else None,
        }
    tickets.update_many(tx, values)
    tickets.count_messages(tx, numbers)


def _party(tx: Tx, source: State, target: State, now: datetime) -> None:
    """Another customer becomes a party of the target, and reads what is said from now on."""
    if source.customer_id == target.customer_id:
        return
    person = customers.get(tx, source.customer_id)
    if person.email:
        parties.add(tx, [(target.id, Address(person.name, person.email))], {target.id: now})


def _promises(desk: Desk, tx: Tx, source: int, target: int, now: datetime) -> None:
    """Let the target keep what was promised earlier of both tickets."""
    kept = clocks.of_tickets(tx, [source, target])
    theirs, ours = (_running(kept.get(number, ())) for number in (source, target))
    met = {clock.target for clock in kept.get(target, ()) if clock.met_at is not None}
    for name, clock in theirs.items():
        mine = ours.get(name)
        earlier = mine is None or (mine.due_at or now) > (clock.due_at or now)
        if not earlier or (mine is None and name in met and name != "next_response"):
            continue
        changed = [replace(clock, ticket_id=target)]
        if mine is not None:
            calendar = desk.rules.calendars.get(mine.calendar, ALWAYS)
            changed.append(mine.drop(calendar, now))
        clocks.write(tx, changed)


def _running(kept: Sequence[Clock]) -> dict[str, Clock]:
    return {clock.target: clock for clock in kept if not clock.ended}
