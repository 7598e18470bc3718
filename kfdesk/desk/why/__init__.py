"""Why a ticket is as it is: `why` collects the facts, `page` tells them to a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kfdesk.desk import Desk
from kfdesk.desk.reacting.roots import Diff
from kfdesk.desk.reacting.roots import then as both
from kfdesk.desk.timing import counted
from kfdesk.desk.why import rules
from kfdesk.desk.why.ahead import ahead
from kfdesk.desk.why.facts import Aftermath, EventWhy, RuleWhy, Why
from kfdesk.desk.why.standing import standing
from kfdesk.model import Event, Message
from kfdesk.store import journal, messages, whole_tickets
from kfdesk.store.history import trace
from kfdesk.store.history.trace import Trace
from kfdesk.text import shorten

__all__ = ["Aftermath", "EventWhy", "RuleWhy", "Why", "why"]

_SAID = 160  # characters of a message that are quoted


def why(desk: Desk, number: int) -> Why:
    """Return what happened to a ticket, and what rules, clocks and routes had to do with it.

    NotFound if there is none.
    """
    now = desk.clock()
    with desk.store.read() as tx:
        ticket = whole_tickets.get(tx, number)
        events = journal.events(tx, number)
        traces = trace.of_ticket(tx, number)
        sent = trace.outbox_of(tx, number)
        clocks = counted.explain(desk, tx, number, now)
        coming = ahead(desk, tx, number, now)
        said = {message.id: message for message in messages.of_ticket(tx, number)}
    then: dict[int, list[Event]] = {}
    for event in events:
        then.setdefault(event.root, []).append(event)
    routes = frozenset(route.name for route in desk.rules.routes)
    return Why(
        number,
        ticket.subject,
        now,
        standing(ticket, events, routes),
        tuple(
            _event(event, then[event.id][1:], traces.get(event.id), sent, said)
            for event in events
            if event.root == event.id
        ),
        clocks,
        coming,
    )


def _event(
    event: Event,
    then: Sequence[Event],
    found: Trace | None,
    sent: rules.Sent,
    said: Mapping[int, Message],
) -> EventWhy:
    # What somebody did at once is several lines: a change with a note, all that a macro does.
    own = [event, *(one for one in then if not one.rule and one.actor == event.actor)]
    message = said.get(next((one.message_id for one in own if one.message_id), 0))
    return EventWhy(
        event.id,
        event.at,
        event.actor.name or str(event.actor.kind),
        str(event.actor.kind),
        event.kind,
        _changes(own),
        event.text,
        shorten(message.text[: message.cut], _SAID) if message else "",
        rules.passes(event, found, sent) if found else (),
        found.routes if found else (),
        tuple(Aftermath(e.id, e.kind, e.text, e.rule) for e in then if e.text),
    )


def _changes(events: Sequence[Event]) -> Diff:
    """What several lines changed, one after the other."""
    found: Diff = {}
    for event in events:
        found = both(found, event.changes)
    return found
