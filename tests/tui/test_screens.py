"""What the screens on a real desk look like: the demo's, on a day that stands still."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kfdesk import i18n
from kfdesk.config import load
from kfdesk.desk import Desk
from kfdesk.desk.admin.demo import make
from kfdesk.desk.agents import acting
from kfdesk.desk.syncing.sync import sync
from kfdesk.desk.teamwork import lease
from kfdesk.model import Actor, By
from kfdesk.tui.app import looking
from kfdesk.tui.console import Console
from kfdesk.tui.source.live import DeskSource
from tests.teamwork.conftest import until
from tests.tui.console import ConsolePilot, assert_snapshot, still, text

NOW = datetime(2026, 11, 11, 8, 0, tzinfo=UTC)
SIZES = [(80, 24), (120, 40)]


@pytest.fixture(params=["en", "zh"])
def language(request: pytest.FixtureRequest) -> Iterator[i18n.Language]:
    """Each language in turn."""
    before = i18n.current()
    chosen: i18n.Language = request.param
    i18n.use(chosen)
    yield chosen
    i18n.use(before)


@asynccontextmanager
async def demo(
    folder: Path, language: i18n.Language, size: tuple[int, int]
) -> AsyncIterator[tuple[Console, ConsolePilot]]:
    """The console on the demo's desk, all mail taken in; a colleague is writing on ticket 39."""
    settings = load(make(folder, language, NOW))
    sync(settings, clock=lambda: NOW)
    desk = Desk.open(settings, lambda: NOW)
    actor = acting(settings, settings.agents[0].name)
    lease.attend(desk, Actor(By.AGENT, "wang.fang"), "elsewhere", 39, writing=True)
    source = DeskSource(desk, actor)
    app = Console(lambda: source, settings, looking(settings, actor, lambda: NOW))
    async with app.run_test(size=size, notifications=False) as pilot:
        await until(pilot, lambda: "✎" in text(app))
        yield app, pilot


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_the_screens_look_as_they_did(
    tmp_path: Path, size: tuple[int, int], language: i18n.Language
) -> None:
    """Marks, bulk, macros, articles, cards, forms, merging and who else is there."""
    name = f"{size[0]}x{size[1]}-{language}"
    async with demo(tmp_path, language, size) as (app, pilot):

        async def look(screen: str, *keys: str) -> None:
            await pilot.press(*keys)
            await still(app, pilot)
            assert_snapshot(app, f"{screen}-{name}")

        await look("marks", "space", "j", "space")
        await look("merge", "M")
        await pilot.press("escape")
        await still(app, pilot)
        await look("macro", "m")
        await look("bulk", "enter")
        await pilot.press("n")
        await still(app, pilot)
        await pilot.press("asterisk", "asterisk", "g", "g", "j", "j")
        await still(app, pilot)
        await look("card", "I")
        await pilot.press("escape")
        await still(app, pilot)
        await pilot.press("C")
        await still(app, pilot)
        await pilot.press("escape")  # whoever leaves the choice of a form opens none
        await still(app, pilot)
        assert app.screen is app.main
        await pilot.press("C")
        await still(app, pilot)
        await look("new", "enter")
        await pilot.press("escape")
        await still(app, pilot)
        await look("presence", "enter")
        await look("articles", "ctrl+k")
