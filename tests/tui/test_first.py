"""The moments before Textual is there: nothing tears the picture, no key is lost."""

from __future__ import annotations

import os
import pty
import termios
from array import array
from pathlib import Path

import pytest

from kfdesk.tui.first import hushed
from kfdesk.tui.verbs import writing
from tests.tui.console import opened, settled
from tests.tui.fake import FakeSource


def test_keys_are_not_echoed_meanwhile_and_the_terminal_is_given_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ours, theirs = pty.openpty()
    with os.fdopen(theirs, "r", closefd=True) as keyboard:
        monkeypatch.setattr("sys.stdin", keyboard)
        before = termios.tcgetattr(theirs)
        with hushed():
            os.write(ours, b"j\r")
            during = termios.tcgetattr(theirs)
            assert not during[3] & termios.ECHO
            assert os.read(theirs, 10) == b"j\r"
        assert termios.tcgetattr(theirs) == before
    os.close(ours)


def test_where_there_is_no_terminal_nothing_is_hushed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    with (tmp_path / "file").open() as file:
        monkeypatch.setattr("sys.stdin", file)
        with hushed():
            assert file.read() == ""


async def test_what_is_typed_before_the_desk_is_open_is_done_in_its_order_once_it_is() -> None:
    """Movements, and a number that is asked for: `# 2 7 Enter` opens ticket 27."""
    source = FakeSource(range(1, 31))
    async with opened(source) as (app, pilot):
        main = app.main
        main.source = None
        await pilot.press("j", "number_sign", "2", "7", "enter")
        assert main.queue.listing.number == 30
        main.attach(source)
        await settled(pilot)
        assert main.follow.number == 27
        assert main.reading


async def test_what_was_meant_for_another_ticket_is_not_done() -> None:
    """The list has another one under the cursor by the time that the desk is open."""
    source = FakeSource(range(1, 31))
    async with opened(source) as (app, pilot):
        main = app.main
        main.source = None
        await pilot.press("e")
        del source.rows_by_number[30]
        main.queue.listing.ids = array("q", [29])
        main.attach(source)
        await settled(pilot)
        assert source.changes == []


async def test_letters_typed_while_the_composer_opens_are_its_first() -> None:
    """`r` and at once a word: the reply begins with it, and nothing is solved."""
    source = FakeSource(range(1, 31))
    async with opened(source) as (app, pilot):
        app.main.composer.opening = True
        await pilot.press("e", "x")
        app.main.perform("ticket.solve")
        app.main.attempt(writing.open_composer(app.main, 30, "reply"))
        await settled(pilot)
        assert app.main.composer.display
        assert app.main.composer.text == "ex"
        assert source.changes == []
