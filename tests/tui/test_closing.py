"""What was closed is gone: an agent's day of screens and tickets does not pile up in memory."""

from __future__ import annotations

import gc
from collections import Counter

import pytest
from textual._styles_cache import StylesCache
from textual.message_pump import MessagePump
from textual.pilot import Pilot
from textual.timer import Timer
from textual.worker import Worker

from kfdesk.errors import KfdeskError
from kfdesk.tui.console import Console
from kfdesk.tui.frame.closed import let_go
from tests.desk.office import raw
from tests.teamwork.conftest import OpenOffice, console, opened, until

__all__ = ["opened"]

ROUNDS = 3
#: Keys that open something, without the Esc that closes it.
OPENED = (
    ("question_mark",),
    ("ctrl+p", "s"),
    ("g", "s"),
    ("enter", "c"),
)


async def _round(app: Console, pilot: Pilot[KfdeskError | None]) -> None:
    for keys in OPENED:
        await pilot.press(*keys)
        await pilot.pause()
        for _ in range(2):
            await pilot.press("escape")
        await until(pilot, lambda: len(app.screen_stack) == 1)


def _kept() -> Counter[str]:
    """How many widgets, lines that one has painted, timers and works there are, by type."""
    gc.collect()
    kinds = (MessagePump, StylesCache, Timer, Worker)
    return Counter(type(each).__name__ for each in gc.get_objects() if isinstance(each, kinds))


async def test_what_was_opened_and_closed_is_kept_nowhere(opened: OpenOffice) -> None:
    """Screens, pickers, tickets, a note: opened again and again, they leave nothing behind."""
    office = opened()
    office.receive(*(raw(f"Where is order {n}?\r\n") for n in range(3)))
    async with console(office) as (app, pilot):
        await _round(app, pilot)
        before = _kept()
        for _ in range(ROUNDS):
            await _round(app, pilot)
        more = _kept() - before
        assert {kind: count for kind, count in more.items() if count >= ROUNDS} == {}


def test_a_textual_that_has_it_otherwise_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Mended once, mended by Textual itself, or gone: the console opens all the same."""
    let_go()
    mended = vars(StylesCache)["get_inner_outer"]
    assert isinstance(mended, classmethod)
    let_go()
    assert vars(StylesCache)["get_inner_outer"] is mended
    for its_own in (staticmethod(str), str.upper):
        monkeypatch.setattr(StylesCache, "get_inner_outer", its_own)
        let_go()
        assert vars(StylesCache)["get_inner_outer"] is its_own
    monkeypatch.delattr(StylesCache, "get_inner_outer")
    let_go()
    assert "get_inner_outer" not in vars(StylesCache)
