"""What an agent's console calls out: who rings, what became urgent, what is about to be late."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from kfdesk.desk import Desk
from kfdesk.desk.teamwork.calls import Caller, caller
from kfdesk.i18n import _
from kfdesk.model import OPEN_STATUSES, Actor, Event
from kfdesk.store import journal, outbox, tickets
from kfdesk.store.history import pages
from kfdesk.store.people import console
from kfdesk.store.teamwork import calls
from kfdesk.store.tickets import State
from kfdesk.store.tx import Tx

#: What is called out; each can be switched in `[ui.alerts]`.
Kind = Literal["call", "urgent", "soon", "mention"]
#: A call that is older has been taken, or has ended.
RINGS = timedelta(minutes=2)
#: Under which it is remembered for an agent's consoles.
_ANSWERED = "call"


@dataclass(frozen=True, slots=True)
class Heard:
    """How far a console has heard: the last line of the journal, and the last call."""

    event: int
    call: int


@dataclass(frozen=True, slots=True)
class Alert:
    """One thing to call out about a ticket."""

    kind: Kind
    ticket: int
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class News:
    """What there is to call out, and how far that goes.

    `answered` is the newest call that the agent has taken or put away, in whichever console.
    """

    heard: Heard
    alerts: tuple[Alert, ...] = ()
    callers: tuple[Caller, ...] = ()
    answered: int = 0


def news(desk: Desk, me: Actor, since: Heard | None) -> News:
    """Return what happened since a console heard last; at its start who rings just now."""
    now = desk.clock()
    with desk.store.read() as tx:
        first = journal.first_id(tx)
        answered = _answered(tx, me)
        after = max(since.call if since else 0, answered)
        ringing = calls.heard(tx, me.name, after=after, since=now - RINGS)
        callers = tuple(caller(tx, call) for call in ringing)
        heard = Heard(first - 1, calls.last(tx))
        if since is None or since.event >= first - 1:
            return News(heard, (), callers, answered)
        events = pages.pressing(tx, since.event)
        states = tickets.states(tx, list({event.ticket for event in events}))
    found = [
        _alert(event, states[event.ticket])
        for event in events
        if event.actor.name != me.name and _concerns(desk, me, states.get(event.ticket))
    ]
    return News(heard, tuple(found), callers, answered)


def answer(desk: Desk, me: Actor, call: int) -> None:
    """An agent has taken a call or put it away: it rings in none of their consoles any more."""
    with desk.store.write() as tx:
        newest = max(call, _answered(tx, me))  # an older one is put away in another console
        console.remember(tx, me.name, {_ANSWERED: newest}, desk.clock())


def _answered(tx: Tx, me: Actor) -> int:
    found = console.state(tx, me.name).get(_ANSWERED)
    return found if isinstance(found, int) else 0


def _concerns(desk: Desk, me: Actor, state: State | None) -> bool:
    """Whether a ticket is an agent's: given to them, or to nobody in a team of theirs."""
    if state is None or state.status not in OPEN_STATUSES or state.deleted or state.spam:
        return False
    if state.assignee:
        return state.assignee == me.name
    mine = next((one.teams for one in desk.settings.agents if one.name == me.name), ())
    return not state.team or state.team in mine


def _alert(event: Event, state: State) -> Alert:
    if event.kind == "sla.warning":
        return Alert(
            "soon", event.ticket, _("late soon: {subject}").format(subject=state.subject), event.at
        )
    text = _("urgent: {subject}").format(subject=state.subject)
    return Alert("urgent", event.ticket, text, event.at)


@dataclass(frozen=True, slots=True)
class Told:
    """Something an agent was told on a day."""

    at: datetime
    kind: str
    text: str
    ticket: int | None = None
    customer: int | None = None


def today(desk: Desk, me: Actor) -> list[Told]:
    """Return all that an agent was told since midnight, where the desk is."""
    now = desk.clock().astimezone(ZoneInfo(desk.settings.desk.timezone))
    return told(desk, me, now.replace(hour=0, minute=0, second=0, microsecond=0))


def told(desk: Desk, me: Actor, since: datetime) -> list[Told]:
    """Return all that an agent was told since a time, the newest first: notices and calls."""
    with desk.store.read() as tx:
        found = [
            Told(row.created_at or row.not_before, str(row.payload.get("event") or "notice"),
                 str(row.payload.get("text", "")), row.ticket)
            for row in outbox.told(tx, me.name, since)
        ]  # fmt: skip
        rung: Sequence[Caller] = [
            caller(tx, call) for call in calls.heard(tx, me.name, since=since)
        ]
        events = [event for event in pages.pressing_since(tx, since) if event.actor.name != me.name]
        states = tickets.states(tx, list({event.ticket for event in events}))
    alerts = [
        _alert(event, states[event.ticket])
        for event in events
        if _concerns(desk, me, states.get(event.ticket))
    ]
    found += [Told(one.at, one.kind, one.text, one.ticket) for one in alerts]
    found += [
        Told(
            one.call.at,
            "call",
            " ".join(filter(None, (one.name or one.email, one.call.phone))),
            None,
            one.customer,
        )
        for one in rung
    ]
    return sorted(found, key=lambda one: one.at, reverse=True)
