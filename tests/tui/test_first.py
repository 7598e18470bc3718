"""The moments before Textual is there: nothing tears the picture, no key is lost."""

from __future__ import annotations

import os
import pty
import termios
from pathlib import Path

import pytest

from kfdesk.tui.first import hushed
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


async def test_movements_before_the_desk_is_open_are_done_once_it_is() -> None:
    """What would change something is not: it was not meant for what is not there yet."""
    source = FakeSource(range(1, 31))
    async with opened(source) as (app, pilot):
        main = app.main
        main.source = None
        for action in ("move.down", "move.down", "ticket.solve", "ticket.open"):
            main.perform(action)
        assert main.queue.listing.number == 30
        main.attach(source)
        await settled(pilot)
        assert (main.queue.listing.number, main.follow.number) == (28, 28)
        assert main.reading


async def test_letters_typed_while_the_composer_opens_are_no_commands() -> None:
    """`r` and at once `e`: the reply is begun, and the ticket is not solved."""
    source = FakeSource(range(1, 31))
    async with opened(source) as (app, pilot):
        app.main.perform("ticket.reply")
        app.main.perform("ticket.solve")
        await settled(pilot)
        assert app.main.composer.display
        assert source.changes == []
