"""A conversation in parts: thousands of messages are read as somebody comes to them."""

from __future__ import annotations

from typing import Literal

from kfdesk.desk import Desk
from kfdesk.desk.why import rules
from kfdesk.desk.why.facts import RuleWhy
from kfdesk.model import Stretch
from kfdesk.store import stretch
from kfdesk.store.tx import Tx

#: A part has so many messages when it is first read, and so many are kept of a long reading.
SIZE, MOST = 20, 80
Passes = tuple[tuple[RuleWhy, ...], ...]
Way = Literal["again", "earlier", "later", "oldest", "around"]


def newest(tx: Tx, number: int) -> Stretch:
    """The end of a conversation."""
    return stretch.newest(tx, number, SIZE)


def read(desk: Desk, number: int, way: Way, shown: Stretch | None = None, id: int = 0) -> Stretch:
    """Another part of a conversation, as seen from the one that is shown; or around a message."""
    with desk.store.read() as tx:
        if way == "oldest":
            return stretch.oldest(tx, number, SIZE)
        if way == "around":
            return stretch.around(tx, number, id, SIZE // 2)
        if shown is None:
            return newest(tx, number)
        if way == "earlier":
            return stretch.earlier(tx, number, shown, SIZE, MOST)
        if way == "later":
            return stretch.later(tx, number, shown, SIZE, MOST)
        return stretch.between(tx, number, shown.first, shown.last)


def decided(desk: Desk, number: int, shown: Stretch) -> dict[int, Passes]:
    """Return {event: what rules made of it, pass by pass} of a part of a conversation."""
    with desk.store.read() as tx:
        traces = stretch.decided(tx, number, shown)
    events = {event.id: event for event in shown.events}
    return {id: rules.passes(events[id], found, {}) for id, found in traces.items()}


def find(desk: Desk, number: int, text: str) -> dict[int, int]:
    """Return {message: how often a text stands in it} of a whole conversation, oldest first."""
    with desk.store.read() as tx:
        return stretch.find(tx, number, text)
