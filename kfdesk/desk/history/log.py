"""The desk's journal as one list, the newest first, read page by page and narrowed by words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from heapq import merge
from zoneinfo import ZoneInfo

from kfdesk import labels
from kfdesk.desk import Desk
from kfdesk.desk.customers.page import difference
from kfdesk.desk.replay.when import instant
from kfdesk.desk.why.words import Words
from kfdesk.i18n import _, pgettext
from kfdesk.model import Event
from kfdesk.number import looks_like
from kfdesk.number import read as read_number
from kfdesk.store.history import pages
from kfdesk.store.history.pages import Wanted, Word
from kfdesk.text import fold

#: So many lines are read at once, and so many looked at where few are of the kind.
PAGE, _SPAN = 200, 50_000
_DAY = timedelta(days=1)
_WORDS = """
created imported message changed reply note side side.answered bounce sent outbox alarm csat
progress helped customer handover retried schedule sla.warning sla.breached woke macro undone redone
merged unmerged split moved deleted restored released
identity verified claimed group absorbed erased
"""
_KINDS = (*_WORDS.split(), "held back", "not sent", "csat asked", "waited too long")


@dataclass(frozen=True, slots=True)
class Place:
    """Behind which line of either journal to go on, of tickets and of customers."""

    event: int | None = None
    person: int | None = None


@dataclass(frozen=True, slots=True)
class Lines:
    """Some lines of the journals, and where to go on; None at their beginning."""

    events: tuple[Event, ...]
    before: Place | None


def wanted(desk: Desk, text: str) -> Wanted:
    """Read what was typed: `by:li.wei rule:Ack kind:reply #12 since:3h until:… 2026-11-20 words`.

    UserError for a time or a number that is none.
    """
    found: dict[str, datetime | int] = {}
    words: list[Word] = []
    for word in text.split():
        name, colon, value = word.partition(":")
        if word.startswith("#") and looks_like(word):
            found["ticket"] = read_number(word)
        elif not colon or not value or name not in _NAMED:
            if (day := _day(desk, word)) is not None:
                found |= {"since": day, "until": day + _DAY}
            elif not (colon and name in _NAMED):
                words.append(_named(desk, word))
        elif name == "ticket":
            found["ticket"] = read_number(value)
        elif name in ("since", "until"):
            found[name] = instant(value, desk.clock(), desk.settings.desk.timezone)
        else:
            words.append(_NAMED[name](desk, value))
    return Wanted(words=tuple(words), **found)  # type: ignore[arg-type]


def page(desk: Desk, which: Wanted, before: Place | None = None, limit: int = PAGE) -> Lines:
    """Return the next lines of both journals by their time, about `limit` of each.

    Perhaps fewer, or none, although more lie behind.
    """
    before = before or Place()
    with desk.store.read() as tx:
        events, further = pages.newest(tx, which, before.event, limit, _SPAN)
        since = pages.reached(tx, further) if further is not None else None
        people = pages.of_customers(tx, which, before.person, limit, since)
    more = len(people) == limit
    if more:  # what is older than the last of them is for the next time
        down_to = people[-1].at
        late = next((n for n, one in enumerate(events) if one.at < down_to), len(events))
        further = events[late].id + 1 if late < len(events) else further
        events = events[:late]
    found = tuple(merge(people, events, key=lambda one: -one.at.timestamp()))
    if further is None and not more:
        return Lines(found, None)
    person = people[-1].id if people else before.person
    return Lines(found, Place(0 if further is None else further, person))


def lines(desk: Desk, text: str, limit: int) -> Iterator[Event]:
    """Yield the newest lines that are wanted, at most so many."""
    which, before = wanted(desk, text), None
    while limit > 0:
        found = page(desk, which, before, min(limit, PAGE))
        yield from found.events[:limit]
        limit -= len(found.events)
        if (before := found.before) is None:
            return


def told(event: Event, words: Words) -> str:
    """What became of a ticket or a customer, in a line."""
    if event.customer is not None:
        told = difference(event.changes, words)
        name = event.name or _("customer {id}").format(id=event.customer)
        return _("{name}: ").format(name=name) + told if told else name
    parts = [event.text] if event.text else []
    for name, (old, new) in event.changes.items():
        if isinstance(old or new, list | tuple):
            shown = pgettext("clauses", ", ").join(labels.difference(old, new))
        elif old is None:
            shown = words.value(name, new)
        else:
            shown = f"{words.value(name, old)} → {words.value(name, new)}"
        parts.append(f"{words.label(name)} {shown}")
    return _("; ").join(parts)


def _by(desk: Desk, value: str) -> Word:
    wish = fold(value)
    agents = tuple(a.name for a in desk.settings.agents if wish in fold(f"{a.name} {a.title}"))
    return Word(actors=agents, actor=value)


def _kind(_desk: Desk, value: str) -> Word:
    wish = fold(value)
    told = {kind: f"{kind} {labels.event(kind)} {labels.profile(kind)}" for kind in _KINDS}
    return Word(kinds=tuple(kind for kind in _KINDS if wish in fold(told[kind])), kind=value)


def _rule(_desk: Desk, value: str) -> Word:
    return Word(rule=value)


def _named(desk: Desk, value: str) -> Word:
    """A word alone: whom, which kind or which rule it may name, or what was written."""
    by, kind = _by(desk, value), _kind(desk, value)
    return Word(by.actors, kind.kinds, actor=value, rule=value, text=value)


_NAMED: dict[str, Callable[[Desk, str], Word]] = {
    "by": _by,
    "kind": _kind,
    "rule": _rule,
    "ticket": _named,
    "since": _named,
    "until": _named,
}


def _day(desk: Desk, text: str) -> datetime | None:
    """The beginning of a day that was typed; None where it is none."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return datetime.combine(day, time(), ZoneInfo(desk.settings.desk.timezone))
