"""The board: how the desk stands now. Every figure is counted by the query that lists it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from kfdesk.desk import Desk
from kfdesk.desk.assigning.presence import agents
from kfdesk.model import TicketRow
from kfdesk.reports import periods
from kfdesk.reports.measures import BY_NAME
from kfdesk.reports.report import INSTANT, Figure, figure
from kfdesk.rules.language.query import parse
from kfdesk.rules.language.tree import Query
from kfdesk.rules.language.values import Scope
from kfdesk.store import queue, reporting
from kfdesk.store.sources import Window
from kfdesk.store.tx import Tx

#: So many of those that wait longest, and of the next deadlines, are named; a tall board has room
#: for as many as are looked up.
NAMED, _LOOKED_UP = 8, 60
#: Days that "as usual" is the mean of.
_USUAL = 7
#: What is open now: a name, and the query.
NOW = (
    ("open", "is:open"),
    ("new", "status:new"),
    ("unassigned", "is:open is:unassigned"),
    ("waiting", "is:open is:waiting"),
    ("breached", "is:open is:breached"),
    ("due", "is:open due>=0m due<=1h"),
    ("unread", "is:open is:unread"),
    ("pending", "status:pending"),
    ("hold", "status:hold"),
)
#: What is counted of each team, agent and channel.
_OF_EACH = ("open", "waiting", "breached")
_TODAY = ("created", "solved", "reopened", "replies")
_TIMES = ("first_response", "resolution", "sla", "satisfaction")


@dataclass(frozen=True, slots=True)
class Count:
    """A number of tickets, and the query that lists them."""

    name: str
    query: str
    n: int


@dataclass(frozen=True, slots=True)
class Part:
    """A team, an agent or a channel: its counts, by what each of them counts."""

    name: str
    counts: tuple[Count, ...]
    solved: int = 0  # today
    capacity: int = 0  # 0: any number
    state: str = ""  # of an agent: here, off, away

    @property
    def open(self) -> int:
        """How many tickets it has open."""
        return self.counts[0].n


@dataclass(frozen=True, slots=True)
class Today:
    """What happened today, yesterday up to the same time, and on the mean of the last days."""

    name: str
    today: Figure
    yesterday: Figure
    usual: float
    hours: tuple[int, ...] = ()
    query: str = ""


@dataclass(frozen=True, slots=True)
class Board:
    """How the desk stands."""

    at: datetime
    now: tuple[Count, ...]
    teams: tuple[Part, ...]
    agents: tuple[Part, ...]
    channels: tuple[Part, ...]
    oldest: tuple[TicketRow, ...]
    waits: tuple[datetime | None, ...]  # since when each of them
    due: tuple[TicketRow, ...]  # whose deadlines are next, or were
    today: tuple[Today, ...]
    times: tuple[Today, ...]

    def as_json(self) -> dict[str, Any]:
        """The object that `kfdesk board --json` prints."""
        return {
            "at": self.at,
            "now": {one.name: {"n": one.n, "query": one.query} for one in self.now},
            **{
                name: [_part(one) for one in parts]
                for name, parts in (
                    ("teams", self.teams),
                    ("agents", self.agents),
                    ("channels", self.channels),
                )
            },
            "oldest": [
                {"number": row.number, "subject": row.subject, "waiting_since": since}
                for row, since in list(zip(self.oldest, self.waits, strict=True))[:NAMED]
            ],
            "today": {
                one.name: {
                    "today": one.today.value,
                    "yesterday": one.yesterday.value,
                    "usual": round(one.usual, 1),
                }
                for one in self.today
            },
            "times": {one.name: {"value": one.today.value, "n": one.today.n} for one in self.times},
        }


def _part(one: Part) -> dict[str, Any]:
    found: dict[str, Any] = {"name": one.name}
    found |= {count.name: {"n": count.n, "query": count.query} for count in one.counts}
    found["solved_today"] = one.solved
    if one.state:
        found |= {"capacity": one.capacity or None, "state": one.state}
    return found


def board(desk: Desk, me: str = "") -> Board:
    """Look at the desk."""
    now = desk.clock()
    there = {
        one.agent: "away" if one.away else "here" if one.on_shift else "off" for one in agents(desk)
    }
    with desk.store.read() as tx:
        look = _Look(desk, tx, desk.scope(me, now))
        solved = {name: look.solved(name) for name in ("team", "agent")}
        waiting = parse("is:open is:waiting sort:-waiting", desk.known)
        oldest = look.rows(waiting)
        timed = parse("is:open sort:due", desk.known)
        since = reporting.waiting_since(tx, [row.number for row in oldest])
        return Board(
            now,
            tuple(Count(name, query, look.count(query)) for name, query in NOW),
            tuple(
                Part(
                    one.name, look.each(f"team:{quoted(one.name)}"), solved["team"].get(one.name, 0)
                )
                for one in desk.settings.teams
            ),
            tuple(
                Part(
                    one.name,
                    look.each(f"assignee:{quoted(one.name)}"),
                    solved["agent"].get(one.name, 0),
                    one.capacity,
                    there[one.name],
                )
                for one in desk.settings.agents
            ),
            tuple(
                Part(one.name, look.each(f"account:{quoted(one.name)}"))
                for one in desk.settings.channels
            ),
            tuple(oldest),
            tuple(since.get(row.number) for row in oldest),
            tuple(row for row in look.rows(timed) if row.due_at is not None),
            tuple(map(look.today, _TODAY)),
            tuple(map(look.time, _TIMES)),
        )


def quoted(name: str) -> str:
    """A name as a query has it."""
    plain = name.replace("-", "").replace("_", "").replace(".", "").isalnum()
    return name if plain else '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


class _Look:
    """One look at a desk, all of one moment."""

    def __init__(self, desk: Desk, tx: Tx, scope: Scope) -> None:
        self.desk, self.tx, self.scope = desk, tx, scope
        self.zone = ZoneInfo(desk.settings.desk.timezone)
        self.everything = parse("", desk.known)

    def count(self, query: str) -> int:
        """How many tickets a query lists."""
        return queue.count(self.tx, parse(query, self.desk.known), self.scope)

    def rows(self, query: Query) -> list[TicketRow]:
        """The first tickets of a query."""
        return queue.rows(self.tx, queue.ids(self.tx, query, self.scope, _LOOKED_UP))

    def each(self, query: str) -> tuple[Count, ...]:
        """The counts of one team, agent or channel."""
        asked = dict(NOW)
        queries = ((name, f"{asked[name]} {query}") for name in _OF_EACH)
        return tuple(Count(name, text, self.count(text)) for name, text in queries)

    def window(self, start: datetime, end: datetime) -> Window:
        """From an instant to another, which is a part of it."""
        end += INSTANT
        return Window.of(self.tx, start, end, periods.offsets(start, end, self.zone))

    def facts(self, name: str, window: Window, by: Sequence[str] = (), time: str = "") -> Any:
        """The facts in it, about all tickets."""
        unit = periods.unit(time)
        return reporting.facts(self.tx, name, window, by, unit, self.everything, self.scope)

    def figure(self, name: str, start: datetime, end: datetime) -> Figure:
        """What they come to."""
        values: dict[int, int] = {}
        for fact in self.facts(name, self.window(start, end)):
            values[fact.value] = values.get(fact.value, 0) + fact.n
        return figure(BY_NAME[name], values)

    def solved(self, by: str) -> dict[str, int]:
        """{team or agent: how many were solved today}."""
        start = periods.midnight(self.scope.now, self.zone)
        facts = self.facts("solved", self.window(start, self.scope.now), (by,))
        return {fact.groups[0]: fact.n for fact in facts}

    def today(self, name: str) -> Today:
        """Today, yesterday up to the same time, and the mean of the days before, hour by hour."""
        now = self.scope.now
        gone = now - periods.midnight(now, self.zone)
        days = []
        for ago in range(_USUAL + 1):
            start = periods.midnight(now, self.zone, ago)
            days.append(self.figure(name, start, start + gone))
        hours = [0] * 24
        start = periods.midnight(now, self.zone)
        for fact in self.facts(name, self.window(start, now), (), "hour"):
            hours[fact.time % 24] += fact.n
        until = now.astimezone(self.zone).hour + 1
        usual = sum(one.n for one in days[1:]) / _USUAL
        query = "created:today" if name == "created" else ""
        return Today(name, days[0], days[1], usual, tuple(hours[:until]), query)

    def time(self, name: str) -> Today:
        """How long it took today, or how much was kept; and yesterday, the whole day."""
        now, start = self.scope.now, periods.midnight(self.scope.now, self.zone)
        before = self.figure(name, start - timedelta(days=1), start)
        return Today(name, self.figure(name, start, now), before, 0)
