"""The journal as moments: what happened at once, and what was made of it then."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, field

from kfdesk.model import By
from kfdesk.store.history.past import PastEvent

#: What time brings that is no rule's doing.
_TIME = ("woke", "sla.warning", "sla.breached")
#: What stands first in a transaction and is no act that rules look at: how a delivery went.
_DELIVERY = ("sent", "not sent")

#: What a mail that came in is.
_ARRIVING = ("created", "message", "note", "side.answered", "csat", "helped", "progress")


@dataclass(slots=True)
class Moment:
    """One transaction: what people did, or time brought, and what followed from it.

    Only mails that came in together, and what somebody did to many tickets at once, make more than
    one root, each of another ticket.
    """

    roots: list[PastEvent]
    after: list[PastEvent] = field(default_factory=list)

    @property
    def at(self) -> int:
        """When, in ms."""
        return self.roots[0].at

    @property
    def by_time(self) -> bool:
        """True where nobody did it: schedules, SLA clocks, tickets that wake, routes."""
        first = self.roots[0]
        return first.by == By.RULE or first.kind in _TIME

    def goes_on_with(self, root: PastEvent) -> bool:
        """Whether an event that stands first is one of many, together with those before it."""
        last = self.roots[-1]
        return (
            root.id == last.id + 1
            and root.at == last.at
            and (_alike(root, last) if root.by == By.AGENT else _arrived(root) and _arrived(last))
            and all(one.ticket != root.ticket for one in self.roots)
        )


def _arrived(event: PastEvent) -> bool:
    return event.kind in (
        "created",
        "message",
        "note",
        "side.answered",
        "csat",
        "helped",
        "progress",
    )


def _alike(event: PastEvent, last: PastEvent) -> bool:
    """Whether an agent did the same to both; or both are mails, an agent's or another's."""
    same = (event.kind, event.who) == (last.kind, last.who)
    return same or (_arrived(event) and _arrived(last))


def _became_of_a_mail(event: PastEvent) -> bool:
    """Whether it tells what became of a mail without anybody deciding that."""
    return event.kind in _DELIVERY or (event.kind == "outbox" and event.by == By.SYSTEM)


def goes_with(event: PastEvent) -> bool:
    """Whether it is another thing that a person did at once: a note with a change, or all that a
    macro does."""
    said = event.kind in ("note", "reply", "changed")
    return said and not event.rule and event.by in (By.AGENT, By.CUSTOMER)


def moments(events: Iterable[PastEvent], left_out: Container[int]) -> Iterator[Moment]:
    """Yield the moments of events in order; tickets that are left out do not occur."""
    moment: Moment | None = None
    for event in events:
        if event.ticket in left_out or _became_of_a_mail(event):
            continue
        if event.root != event.id:
            if moment is not None:
                moment.after.append(event)
        elif moment is not None and not moment.after and moment.goes_on_with(event):
            moment.roots.append(event)
        else:
            if moment is not None:
                yield moment
            moment = Moment([event])
    if moment is not None:
        yield moment
