"""A shop whose time passes when a test says so."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from kfdesk import settings as written
from kfdesk.desk.tickets.change import change
from kfdesk.desk.timing.clockwork import catch_up
from kfdesk.desk.timing.due import Swept, is_due
from kfdesk.model import Actor, Change
from kfdesk.rules.reading.load import load
from kfdesk.settings import Schedule, Trigger
from kfdesk.store.peek import peek
from tests.rules.shop import AGENT, NOW, Shop


def schedule(
    name: str, when: str, *do: Mapping[str, Any], every: str = "hour", **keys: Any
) -> Schedule:
    """A schedule as a configuration would give it; it tags with its own name if nothing else."""
    return Schedule(name, every, when=when, do=do or ({"tag": [name]},), **keys)


class Timepiece(Shop):
    """The shop at `now`; its schedules begin to run when it opens, at twelve."""

    def __init__(
        self,
        folder: Path,
        *schedules: Schedule,
        triggers: tuple[Trigger, ...] = (),
        timezone: str = "UTC",
        **keys: Any,
    ) -> None:
        desk = written.Desk(timezone=timezone)
        super().__init__(folder, *triggers, schedules=schedules, desk=desk, **keys)
        self.now = NOW
        self.desk = replace(self.desk, clock=lambda: self.now)
        self.sweep()

    def schedules(self, *schedules: Schedule) -> None:
        """Take other schedules."""
        self.settings = replace(self.settings, schedules=schedules)
        self.desk = replace(self.desk, settings=self.settings, rules=load(self.settings))

    def sweep(self, at: datetime | None = None, **later: float) -> Swept:
        """Let time pass, up to an instant or for a while, and run what it brought."""
        self.now = (at or self.now) + timedelta(**later)
        return catch_up(self.desk)

    def is_due(self) -> bool:
        """Whether a sync would open the desk for what time brought."""
        return is_due(self.settings, peek(self.settings.database, self.now), self.now)

    def change(self, number: int, actor: Actor = AGENT, **wanted: Any) -> None:
        """Somebody changes a ticket now."""
        change(self.desk, number, Change(**wanted), actor)

    def acts(self, name: str) -> list[tuple[int, datetime]]:
        """On which tickets a schedule acted, and as of when, in the order in which it did."""
        with self.desk.store.read() as tx:
            rows = tx.execute(
                text("SELECT ticket_id FROM event WHERE kind = 'schedule' AND actor = :name"),
                {"name": name},
            )
            numbers = {row[0] for row in rows}
        events = [event for number in numbers for event in self.events(number)]
        return [
            (event.ticket, event.at)
            for event in sorted(events, key=lambda event: event.id)
            if event.kind == "schedule" and event.actor.name == name
        ]

    def rows(self, sql: str, **values: Any) -> list[tuple[Any, ...]]:
        """Ask, or change, what no use case does."""
        with self.desk.store.write() as tx:
            found = tx.execute(text(sql), values)
            return [tuple(row) for row in found] if found.returns_rows else []


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """A shop without schedules."""
    shop = Shop(tmp_path)
    yield shop
    shop.desk.close()


OpenTimepiece = Callable[..., Timepiece]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[OpenTimepiece]:
    """Open shops with schedules, each in a folder of its own."""
    made: list[Timepiece] = []
    number = count(1)

    def make(*schedules: Schedule, **keys: Any) -> Timepiece:
        folder = tmp_path / f"shop{next(number)}"
        folder.mkdir()
        made.append(Timepiece(folder, *schedules, **keys))
        return made[-1]

    yield make
    for shop in made:
        shop.desk.close()
