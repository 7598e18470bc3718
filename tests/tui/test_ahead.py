"""Keys that are typed faster than what they are for opens: each goes where it was meant to."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from textual import events
from textual.keys import _character_to_key
from textual.widgets import Input

from kfdesk.model import Status
from kfdesk.tui import verbs
from kfdesk.tui.console import Console
from kfdesk.tui.screens.form import Form
from kfdesk.tui.screens.search import Search
from tests.desk.office import Office, raw
from tests.teamwork.conftest import OpenOffice, console, opened, until  # noqa: F401


@pytest.fixture
def office(opened: OpenOffice) -> Office:  # noqa: F811
    """A desk with three tickets."""
    made = opened()
    for subject in ("Parcel", "Refund", "Cup"):
        made.receive(raw(Subject=subject))
    return made


def typed(app: Console, keys: str) -> None:
    """Every key at once, as a terminal gives what was typed while the console was busy."""
    for name in keys.split():
        key = _character_to_key(name) if len(name) == 1 else name
        app.post_message(events.Key(key, name if len(name) == 1 else None))


async def test_what_a_key_opens_hears_the_keys_behind_it(office: Office) -> None:
    async with console(office) as (app, pilot):
        here = app.main.number
        assert here is not None
        typed(app, "g s c u p s")
        await until(pilot, lambda: _line(app, Search) == "cups")
        await pilot.press("escape", "escape")
        await until(pilot, lambda: app.screen is app.main)
        typed(app, "I e c")  # at the ticket they would solve it, and begin a note
        await until(pilot, lambda: isinstance(app.screen, Form))
        assert office.ticket(here).status is Status.NEW
        await pilot.press("escape", "escape")
        await until(pilot, lambda: app.screen is app.main)
        typed(app, "a e n a enter")
        await until(pilot, lambda: office.ticket(here).assignee == "lena")
        assert office.ticket(here).status is Status.NEW
        typed(app, "e e")  # the second one is for the ticket that comes then
        await until(pilot, lambda: len(app.main.queue.listing.ids) == 1)
        assert [office.ticket(number).status for number in (1, 2, 3)].count(Status.SOLVED) == 2


async def test_no_key_waits_long_for_what_does_not_end(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    never = asyncio.Event()

    async def waits(*_given: Any) -> None:
        await never.wait()

    monkeypatch.setitem(verbs._PLAIN, "ticket.delete", waits)
    async with console(office) as (app, pilot):
        here = app.main.queue.listing.index
        typed(app, "D j")
        await until(pilot, lambda: app.main.queue.listing.index != here)
        never.set()


def _line(app: Console, kind: type[Search]) -> str:
    screen = app.screen
    return screen.query_one(Input).value if isinstance(screen, kind) else ""
