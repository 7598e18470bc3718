"""Keys before the console is there, and its terminal in other hands: nothing is lost or changed."""

from __future__ import annotations

import signal
import sys
import termios
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.desk.office import Office, raw
from tests.support.pty import Pty

ENVIRON = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LC_ALL": "C.UTF-8", "VISUAL": ""}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """A desk with a mail."""
    made = Office(tmp_path)
    made.receive(raw("Where is my parcel?", "<1@x.example>", Subject="Parcel"))
    yield made
    made.close()


def _console(office: Office, editor: str = "") -> Pty:
    file = ("--config", str(office.file), "--lang", "en", "--as", "anna")
    return Pty([sys.executable, "-m", "kfdesk", *file], 100, 30, ENVIRON | {"VISUAL": editor})


def _first_picture(terminal: Pty) -> None:
    """Wait for it alone: Textual is not there yet."""
    written = b""
    while b"Parcel" not in written:
        written += terminal.read(0.01, 1)


def _silent(modes: list[Any]) -> None:
    """As somebody may have set a terminal up: ^S is a key, what is typed is not shown."""
    modes[0] &= ~termios.IXON
    modes[3] &= ~termios.ECHO


def _usual(_modes: list[Any]) -> None:
    """As most terminals are."""


def test_a_key_that_stops_terminals_does_not_stop_the_first_picture(office: Office) -> None:
    """^S, pressed by who saves out of habit, before anybody reads keys; ^Q would let it go on."""
    with _console(office) as terminal:
        before = terminal.attributes()
        _first_picture(terminal)
        terminal.press("\x13\r")
        terminal.wait_for("Where is")
        terminal.press("\x11")
        assert terminal.ended() == 0
        assert terminal.attributes() == before


def test_who_interrupts_before_the_console_is_there_gets_the_terminal_back(office: Office) -> None:
    with _console(office) as terminal:
        before = terminal.attributes()
        _first_picture(terminal)
        terminal.signal(signal.SIGINT)
        written = terminal.read(1)  # a terminal that nobody reads holds its program up
        assert terminal.ended() in (130, -signal.SIGINT, 0)  # 0: it was there by then, and left
        assert b"Traceback" not in written + terminal.read(0.3)
        assert terminal.attributes() == before


@pytest.mark.parametrize("set_up", [_usual, _silent])
def test_an_editor_gets_the_terminal_as_it_was_found(
    office: Office, tmp_path: Path, set_up: Callable[[list[Any]], None]
) -> None:
    """Not as most are, nor as the console has it."""
    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\necho "Which one?"; read it; echo "I took $it." > "$1"\n')
    editor.chmod(0o700)
    with _console(office, str(editor)) as terminal:
        found = terminal.attributes()
        set_up(found)
        terminal.set(found)
        terminal.wait_for("Parcel")
        terminal.press("\r")
        terminal.wait_for("Where is")
        terminal.press("r")
        terminal.wait_for("Reply to")
        terminal.press("\x05")
        terminal.wait_for("Which one?")
        assert terminal.attributes() == found
        terminal.press("the first\r")
        terminal.wait_for("I took the first.")
        terminal.press("\x11")
        assert terminal.ended() == 0
        assert terminal.attributes() == found
