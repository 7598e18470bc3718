"""The tour on the demo desk: each step waits for what it asks for, and never stands in the way."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot

from kfdesk.errors import KfdeskError
from kfdesk.paths import user_state
from kfdesk.tui.console import Console
from kfdesk.tui.tour.tour import TourPanel
from kfdesk.tui.verbs import touring
from tests.desk.office import Office, raw
from tests.teamwork.conftest import console, until

MACRO = """
[[macro]]
name = "thanks"
do = [{ tag = ["thanked"] }, { reply = { text = "Thank you!" } }]
"""


@pytest.fixture(autouse=True)
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing that a test has seen is remembered for people."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


def office(folder: Path) -> Office:
    """A desk with a few tickets, and a macro."""
    office = Office(folder, MACRO)
    office.receive(*(raw("Help!\n" * 30, Subject=f"Question {n}") for n in range(4)))
    return office


async def at(pilot: Pilot[KfdeskError | None], app: Console, step: int) -> None:
    """Wait for a step, which counts from 1."""
    await until(pilot, lambda: app.tour is not None and app.tour.at == step - 1)


async def test_each_step_waits_for_what_it_asks_for(tmp_path: Path) -> None:
    async with console(office(tmp_path), size=(80, 24)) as (app, pilot):
        app.demo = True
        touring.offer(app.main)
        for step, keys in enumerate(
            (
                ["j"],
                ["enter"],
                ["j"],
                ["m"],
                ["e"],
                ["u"],
                ["escape", "slash", *"subject:Question", "enter"],
                ["space", "j", "space"],
            ),
            1,
        ):
            await at(pilot, app, step)
            await pilot.press(*keys)
            if keys == ["m"]:
                await until(pilot, lambda: len(app.screen_stack) == 2)
                await pilot.press("enter")
        await at(pilot, app, 9)
        await pilot.press("p")
        await until(pilot, lambda: len(app.screen_stack) == 2)
        await pilot.press("up", "enter")
        await until(pilot, lambda: len(app.screen_stack) == 2)
        await pilot.press("y")
        await at(pilot, app, 10)
        await pilot.press("w")
        await at(pilot, app, 11)
        await until(pilot, lambda: bool(app.screen.query(TourPanel)))  # over the sheet, too
        await pilot.press("escape", "ctrl+p", "escape")
        await at(pilot, app, 12)
        await pilot.press("greater_than_sign")
        await until(pilot, lambda: app.tour is None)
        assert not app.screen.query(TourPanel)
        touring.offer(app.main)
        assert app.tour is None  # who took it once is not offered it again


async def test_it_can_be_turned_and_left_at_any_time(tmp_path: Path) -> None:
    async with console(office(tmp_path), size=(80, 24)) as (app, pilot):
        app.demo = True
        await pilot.press("g", "question_mark")
        await at(pilot, app, 1)
        await pilot.press("greater_than_sign", "greater_than_sign")
        await at(pilot, app, 3)
        await pilot.press("less_than_sign")
        await at(pilot, app, 2)
        await pilot.press("g", "question_mark")
        await until(pilot, lambda: app.tour is None)
        assert (user_state() / "tour").exists()


async def test_no_customer_of_a_real_desk_gets_a_mail_by_it(tmp_path: Path) -> None:
    async with console(office(tmp_path), size=(80, 24)) as (app, pilot):
        await pilot.press("g", "question_mark")
        await pilot.pause()
        assert app.tour is None
