"""However the console ends, its terminal is as it was, and what was written is there again."""

from __future__ import annotations

import os
import random
import re
import shlex
import signal
import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.conftest import missing
from tests.desk.office import Office, raw
from tests.support.net import Missing
from tests.support.pty import Pty
from tests.support.terminal import Terminal

ENVIRON = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LC_ALL": "C.UTF-8", "VISUAL": ""}
KEYS = int(os.environ.get("KFDESK_KEYS", "3000" if os.environ.get("KFDESK_LONG") else "150"))
SEED = int(os.environ.get("KFDESK_SEED", "1"))
_MODES = re.compile(rb"\x1b\[\?([0-9;]+)([hl])|\x1b\[([<>])[0-9]*u")
#: What is on when nothing has been said: lines wrap, the cursor is shown.
_AS_IT_WAS = {b"7", b"25"}
#: ^Q leaves; ^Z, ^C and ^E are for other programs.
_LEAVING = b"\x11\x1a\x03\x05q"
_SAID: tuple[bytes, ...] = (
    *(b"\x1b[A", b"\x1b[B", b"\x1b[C", b"\x1b[D", b"\x1b[Z", b"\x1b[5~", b"\x1b[6~", b"\x1bOR"),
    *(b"\x1b", b"\x1bOP", b"\x1b[1;2B", b"\x1b[3~", b"\x1b[19~", b"\r", b"\t", b"\x7f"),
    *(b"\x1b[I", b"\x1b[O", b"\x1b[12;40R", b"\x1b[?2026;2$y", b"\x1bP1$r\x1b\\", b"\x1b]0;x\x07"),
    *(b"\x1b[", b"\x1bO", b"\x1b[<0;1", b"\x1b[99999;99999~", b"\x1b[M \xff\xfe", b"\xc3", b"\xff"),
    *(b"\x1b[200~\x1b[31m\x1b]0;x\x07\r\n\x00\x01\x1b[201~", b"\x1b[200~" + b"a" * 3000),
    *("退款".encode(), "é🙂".encode(), "\u202e\u0301\u0301".encode(), b"\x1b[201~"),
)


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


def _modes(written: bytes) -> tuple[set[bytes], int]:
    """Which modes of the terminal are on, and how many keyboards were pushed on its own."""
    on, keyboards = set(_AS_IT_WAS), 0
    for said in _MODES.finditer(written):
        if said[1]:
            names = set(said[1].split(b";"))
            on = on | names if said[2] == b"h" else on - names
        else:
            keyboards += 1 if said[3] == b">" else -1
    return on, keyboards


def _draft(office: Office) -> str:
    with closing(sqlite3.connect(office.settings.database)) as desk:
        found = desk.execute("SELECT text FROM draft").fetchone()
    return str(found[0]) if found else ""


def _some(chosen: random.Random) -> bytes:
    """Whatever a terminal may send, and what none would."""
    kind = chosen.random()
    if kind < 0.6:
        return bytes([chosen.randrange(1, 127)])
    if kind < 0.7:
        button, end = chosen.choice([0, 1, 2, 32, 35, 64, 65]), chosen.choice("Mm")
        return f"\x1b[<{button};{chosen.randint(1, 110)};{chosen.randint(1, 35)}{end}".encode()
    if kind < 0.75:
        return chosen.randbytes(chosen.randint(1, 6))
    return chosen.choice(_SAID)


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGHUP, None])
def test_the_terminal_is_as_it_was_and_the_draft_is_kept(
    office: Office, ending: signal.Signals | None
) -> None:
    """After a signal as after ^Q; the last letter was typed right before it."""
    with _console(office) as terminal:
        before = terminal.attributes()
        written = terminal.wait_for("Parcel")
        terminal.press("\r")
        written += terminal.wait_for("Where is")
        terminal.press("r")
        written += terminal.wait_for("Reply to")
        terminal.press("to the very end")
        if ending is None:
            terminal.press("\x11")
        else:
            time.sleep(0.1)  # the letters have been read
            terminal.signal(ending)
        assert terminal.ended() == 0
        written += terminal.read(0.3)
        assert _modes(written) == (_AS_IT_WAS, 0)
        assert terminal.attributes() == before
    assert _draft(office) == "to the very end"


def test_an_editor_gets_the_terminal_with_lines_as_it_was(office: Office, tmp_path: Path) -> None:
    """One that asks a question reads the answer up to Enter."""
    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\necho "Which one?"; read it; echo "I took $it." > "$1"\n')
    editor.chmod(0o700)
    with _console(office, str(editor)) as terminal:
        terminal.wait_for("Parcel")
        terminal.press("\r")
        terminal.wait_for("Where is")
        terminal.press("r")
        terminal.wait_for("Reply to")
        terminal.press("\x05")
        terminal.wait_for("Which one?")
        terminal.press("the first\r")
        terminal.wait_for("I took the first.")
        terminal.press("\x11")
        assert terminal.ended() == 0


def test_a_terminal_that_is_closed_ends_the_console_in_good_order(office: Office) -> None:
    """The draft is kept, and nothing is left running."""
    with _console(office) as terminal:
        terminal.wait_for("Parcel")
        terminal.press("\r")
        terminal.wait_for("Where is")
        terminal.press("r")
        terminal.wait_for("Reply to")
        terminal.press("nobody looks")
        time.sleep(0.1)
        terminal.close()
        assert terminal.ended() is not None
    assert _draft(office) == "nobody looks"


def test_a_console_that_is_killed_has_kept_all_but_the_last_second(office: Office) -> None:
    """Killed at any instant while somebody types: no signal, no farewell."""
    chosen, typed, times = random.Random(SEED), "", [(0.0, "")]
    for _round in range(10 if os.environ.get("KFDESK_LONG") else 2):
        with _console(office) as terminal:
            terminal.wait_for("Parcel")
            terminal.press("\r")
            terminal.wait_for("Where is")
            terminal.press("r")
            terminal.wait_for("Reply to")
            typed = _draft(office)
            times, end = [(time.monotonic(), typed)], time.monotonic() + 1 + 2 * chosen.random()
            while time.monotonic() < end:
                letter = chosen.choice("abcdefgh 退款")
                terminal.press(letter)
                typed += letter
                times.append((time.monotonic(), typed))
                pause = chosen.choice([0.02, 0.05, 0.1])
                terminal.read(pause, pause)  # a terminal that nobody reads holds its program up
            terminal.signal(signal.SIGKILL)
            killed = time.monotonic()
            terminal.ended()
        second = [text for at, text in times if at <= killed - 1][-1]
        assert _draft(office).startswith(second)
        assert typed.startswith(_draft(office))


@pytest.mark.timeout(600)
def test_whatever_a_terminal_sends_the_console_goes_on(office: Office) -> None:
    """Keys, mice, pastes, answers to questions, halves of them, and bytes that are no text."""
    chosen = random.Random(SEED)
    with _console(office) as terminal:
        before = terminal.attributes()
        written = terminal.wait_for("Parcel")
        for _key in range(KEYS):
            said = bytes(each for each in _some(chosen) if each not in _LEAVING)
            terminal.send(said)
            written += terminal.read(0.004, 0.02)
        written += terminal.read(0.5, 5)
        assert terminal.ended(0) is None, written[-4000:].decode(errors="replace")
        terminal.send(b"\x1b[201~")
        terminal.read(0.5, 5)
        terminal.send(b"\x11")
        assert terminal.ended() == 0
        written += terminal.read(0.3)
        assert b"Traceback" not in written
        assert _modes(written) == (_AS_IT_WAS, 0)
        assert terminal.attributes() == before


def test_a_console_goes_to_its_shell_and_comes_back_and_stays_where_no_shell_is(
    office: Office,
) -> None:
    command = [sys.executable, "-m", "kfdesk", "--config", str(office.file), "--lang", "en"]
    try:
        window = Terminal(100, 30)
    except Missing as reason:
        missing(reason)
        raise
    with window:
        window.start(["sh", "-i"], ENVIRON)
        window.type(f"{shlex.join(command)} --as anna\n")
        window.wait_for("Parcel")
        window.keys("Enter", "c")
        window.wait_for("Internal note")
        window.type("half a word")
        window.wait_for("half a word")
        window.keys("Escape")
        window.wait_until(lambda screen: "Internal note" not in screen, "the end of writing")
        window.keys("C-z")
        window.wait_for("Stopped")
        assert _draft(office) == "half a word"
        with closing(sqlite3.connect(office.settings.database, timeout=0)) as desk:
            desk.execute("BEGIN IMMEDIATE")  # what is stopped holds no lock
        window.type("echo $((6 * 7)); fg\n")
        window.wait_for("Parcel", "Where is")
        window.keys("C-q")
        window.wait_for("42")
    with Terminal(100, 30) as window:
        window.start([*command, "--as", "anna"], ENVIRON)
        window.wait_for("Parcel", "synced")  # until then the terminal itself hears the key
        window.keys("C-z")
        window.wait_for("no shell waits")
