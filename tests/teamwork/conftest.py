"""Fixtures: a desk with a lead, and the console of one of its agents."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from time import monotonic

import pytest
from textual.pilot import Pilot

from kfdesk.errors import KfdeskError
from kfdesk.model import Actor, By
from kfdesk.tui.app import looking
from kfdesk.tui.console import Console
from kfdesk.tui.source.live import DeskSource
from tests.desk.office import Office

BERT = Actor(By.AGENT, "bert")
LEAD = Actor(By.AGENT, "lena")
LI = Actor(By.AGENT, "li.wei")

PEOPLE = """
[[agent]]
name = "lena"
title = "Lena"
role = "lead"
email = "lena@shop.example"
[[agent]]
name = "li.wei"
title = "李伟"
email = "li.wei@shop.example"
teams = ["refunds"]
"""
OpenOffice = Callable[..., Office]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[OpenOffice]:
    """Open a desk; each call gives another one, with what rules and settings it is given."""
    made: list[Office] = []
    number = count(1)

    def make(rules: str = "", **keys: str) -> Office:
        folder = tmp_path / f"desk{next(number)}"
        folder.mkdir()
        made.append(Office(folder, PEOPLE + rules, **keys))
        return made[-1]

    yield make
    for office in made:
        office.close()


@pytest.fixture
def office(opened: OpenOffice) -> Office:
    """A desk without rules."""
    return opened()


@asynccontextmanager
async def console(
    office: Office, agent: str = "anna", size: tuple[int, int] = (100, 30)
) -> AsyncIterator[tuple[Console, Pilot[KfdeskError | None]]]:
    """The console of an agent, on the real desk, with its threads; it looks when it is told."""
    actor = Actor(By.AGENT, agent)
    who = looking(office.settings, actor, lambda: office.now)
    app = Console(
        lambda: DeskSource.open(office.settings, actor, lambda: office.now), office.settings, who
    )
    async with app.run_test(size=size, notifications=True) as pilot:
        await until(pilot, lambda: app.main.source is not None and app.main.number is not None)
        yield app, pilot


async def until(pilot: Pilot[KfdeskError | None], happened: Callable[[], bool]) -> None:
    """Wait for something, at most twenty seconds."""
    end = monotonic() + 20
    while monotonic() < end:
        if happened():
            await pilot.pause()
            return
        await pilot.pause(0.02)
    raise AssertionError("it did not happen")
