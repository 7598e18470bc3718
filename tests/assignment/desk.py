"""A desk with three agents of one team, and routes to try on it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import text

from kfdesk.config import load
from kfdesk.desk import Desk
from kfdesk.desk.assigning.waiting import next_retry, retry
from kfdesk.desk.tickets.change import change
from kfdesk.desk.tickets.opening import new
from kfdesk.model import Actor, Address, By, Change, Event, Status, Ticket
from kfdesk.store import journal, whole_tickets

#: A Monday, 10:00 in Shanghai.
MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)

CONFIGURATION = """
[desk]
name = "Shop"
timezone = "Asia/Shanghai"
language = "en"

[[team]]
name = "refunds"
[[team]]
name = "tech"

[[agent]]
name = "{name}"
teams = ["refunds"]
{anna}
[[agent]]
name = "bert"
teams = ["refunds"]
{bert}
[[agent]]
name = "carl"
teams = ["refunds"]
{carl}
[[agent]]
name = "dora"
teams = ["tech"]
{dora}

[[category]]
path = "售后/退款"

[[channel]]
name = "support"
type = "maildir"
path = "Maildir"
address = "support@shop.example"
outbox_path = "Out"

[calendar.office]
hours = {{ mon-fri = ["09:00-18:00"] }}
[calendar.late]
hours = {{ mon-fri = ["14:00-22:00"] }}
"""

NOTHING = {"anna": "", "bert": "", "carl": "", "dora": ""}
#: What an agent who works office hours has in the file.
OFFICE = 'shift = { calendar = "office" }\n'
LATE = 'shift = { calendar = "late" }\n'


def route(*strategies: str, **keys: str) -> str:
    """A route in the file; values of `keys` are written as TOML gives them."""
    lines = {"name": '"refunds"', **keys}
    if strategies:
        lines["strategies"] = json.dumps(strategies)
    return "\n[[route]]\n" + "".join(f"{name} = {value}\n" for name, value in lines.items())


class Floor:
    """The desk. `now` is the time; every new ticket is a customer's, in the team refunds."""

    def __init__(
        self, folder: Path, routes: str = "", now: datetime = MONDAY, **agents: str
    ) -> None:
        self.now = now
        self.file = folder / "kfdesk.toml"
        self.routes = routes
        self.agents = agents
        self.write()
        self.desk = Desk.open(load(self.file), lambda: self.now)

    def write(self) -> None:
        """Write the configuration."""
        words = {"name": "anna", **NOTHING, **self.agents}
        self.file.write_text(CONFIGURATION.format(**words) + self.routes, encoding="utf-8")

    def again(self, routes: str | None = None, **agents: str) -> None:
        """Open the desk anew, with another configuration where one is given."""
        self.desk.close()
        self.routes = self.routes if routes is None else routes
        self.agents = self.agents | agents
        self.write()
        self.desk = Desk.open(load(self.file), lambda: self.now)

    def later(self, **keys: float) -> None:
        """Let time pass."""
        self.now += timedelta(**keys)

    def ticket(
        self, subject: str = "Help", email: str = "ann@customer.example", **wanted: Any
    ) -> Ticket:
        """A customer opens a ticket."""
        given = Change(**{"team": "refunds", **wanted})
        return new(self.desk, Address("", email), subject, "", given)

    def tickets(self, count: int, **wanted: Any) -> list[str]:
        """So many customers open a ticket each; return who got them."""
        return [
            self.ticket(email=f"c{n}.{self.now.timestamp()}@customer.example", **wanted).assignee
            for n in range(count)
        ]

    def change(self, number: int, who: str = "anna", **wanted: Any) -> Ticket:
        """An agent changes a ticket."""
        return change(self.desk, number, Change(**wanted), Actor(By.AGENT, who))

    def solve(self, number: int, who: str = "anna") -> Ticket:
        """An agent solves a ticket."""
        return self.change(number, who, status=Status.SOLVED)

    def get(self, number: int) -> Ticket:
        """A ticket as it is."""
        with self.desk.store.read() as tx:
            return whole_tickets.get(tx, number)

    def events(self, number: int) -> list[Event]:
        """A ticket's journal."""
        with self.desk.store.read() as tx:
            return journal.events(tx, number)

    def decisions(self, number: int) -> list[dict[str, Any]]:
        """How routes decided about a ticket, oldest first."""
        rows = self.sql("SELECT routes FROM trace WHERE ticket_id = :n ORDER BY id", n=number)
        return [one for (routes,) in rows for one in json.loads(routes)]

    def waits(self) -> dict[int, str]:
        """Who waits, and why."""
        return dict(self.sql("SELECT ticket_id, reason FROM waiting ORDER BY ticket_id"))

    def retry(self, limit: int = 500) -> int:
        """Let time bring up what waits, up to now."""
        with self.desk.store.write() as tx:
            done = 0
            while (at := next_retry(tx)) is not None and at <= self.now:
                done += retry(self.desk, tx, at, limit)
            return done

    def due(self) -> datetime | None:
        """When a ticket is tried again next."""
        with self.desk.store.read() as tx:
            return next_retry(tx)

    def sql(self, statement: str, **values: Any) -> list[Any]:
        """Ask, or change, what no use case does."""
        with self.desk.store.write() as tx:
            found = tx.execute(text(statement), values)
            return [tuple(row) for row in found] if found.returns_rows else []


def removed(decision: dict[str, Any]) -> dict[str, str]:
    """{agent: what removed them} of a decision."""
    return {one["agent"]: one["removed_by"] for one in decision["candidates"]}


def shares(agents: Iterable[str]) -> dict[str, int]:
    """{agent: how many they got}."""
    counts: dict[str, int] = {}
    for agent in agents:
        counts[agent] = counts.get(agent, 0) + 1
    return counts
