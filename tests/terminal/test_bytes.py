"""What the program writes to the terminal: nothing of strangers but text, and nothing twice."""

from __future__ import annotations

import base64
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.desk.office import Office, raw
from tests.support.pty import Pty
from tests.tui.test_hostile import CORPUS

ENVIRON = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LC_ALL": "C.UTF-8", "NO_COLOR": ""}
#: All that Textual and we say to a terminal: colours, places, modes and questions.
_OURS = re.compile(
    r"\x1b\[[0-9;]*[mHJKhlsu]|\x1b\[\?[0-9;]*[hl]|\x1b\[[<>=][0-9;]*[um]|\x1b\[\??[0-9;]*\$p"
    r"|\x1b\[[0-9;]*[cnqt]|\x1b\[>[0-9;]*[a-z]|\x1b_G[^\x1b]*\x1b\\|\x1b[78=>]|\x1b\]1[0-9];\?\x1b\\"
    r"|\x1b\]22;[a-z-]*\x07"  # the pointer's shape
)
_HARMFUL = re.compile(
    "[\x00-\x07\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]"
)
_MARKS = re.compile("[\u0300-\u036f]{5}")


def _header(text: str) -> str:
    """A text in a header, as a mail program writes it that hides nothing."""
    return f"=?utf-8?B?{base64.b64encode(text.encode('utf-8', 'replace')).decode()}?="


def _foreign(written: bytes) -> list[str]:
    """What was written that is neither ours nor text."""
    text = _OURS.sub("", written.decode("utf-8", "replace"))
    found = [text[max(0, at.start() - 20) : at.end() + 20] for at in _HARMFUL.finditer(text)]
    return [*found, *_MARKS.findall(text)]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A desk to which a stranger has written the whole corpus."""
    made = Office(tmp_path_factory.mktemp("desk"))
    made.receive(
        *(
            raw(
                "\r\n".join([evil.replace("\r", "").replace("\ud800", "?")] * 2),
                f"{_header(evil)} <e{n}@x.example>",
                Subject=_header(evil),
                Content_Type="text/plain; charset=utf-8",
            )
            for n, evil in enumerate(CORPUS)
        )
    )
    yield made
    made.close()


def _command(office: Office, *arguments: str) -> list[str]:
    return [
        sys.executable,
        "-m",
        "kfdesk",
        "--config",
        str(office.file),
        "--lang",
        "en",
        *arguments,
    ]


def test_nothing_that_a_stranger_wrote_reaches_the_terminal_but_as_text(office: Office) -> None:
    """Queue, conversation, facts, card, why, pickers, composer, notices and the goodbye."""
    with Pty(_command(office, "--as", "anna"), 120, 40, ENVIRON) as terminal:
        written = terminal.wait_for("Shop")
        for keys in ("\r", "z", "}", "I", "\x1b", "w", "\x1b", "L", "\x1b", "rhm", "\x13", "\x1b"):
            terminal.press(keys)
            written += terminal.read(0.12, 3)
        for _ticket in CORPUS:
            terminal.press("J")
            written += terminal.read(0.12, 1)
        terminal.press("\x11")
        written += terminal.read(1, 5)
    assert len(written) > 20_000
    assert _foreign(written) == []


@pytest.mark.parametrize("arguments", ["list", "show 3", "show 14", "why 2", "customers list"])
def test_commands_write_it_as_text_too(office: Office, arguments: str) -> None:
    done = subprocess.run(
        _command(office, *arguments.split()), capture_output=True, check=False, timeout=60
    )
    assert done.returncode == 0
    assert _foreign(done.stdout.replace(b"\n", b"")) == []


def test_a_console_that_rests_writes_nothing_and_a_move_little_more_than_two_lines(
    tmp_path: Path,
) -> None:
    """Neither ticks nor polls paint what stands there already."""
    desk = Office(tmp_path)
    desk.receive(*(raw(Subject=f"Order {n}") for n in range(60)))
    desk.close()
    with Pty(_command(desk, "--as", "anna"), 80, 24, ENVIRON) as terminal:
        terminal.wait_for("Order 59")
        terminal.read(1.5, 20)
        assert terminal.read(1.5, 1.5) == b""
        sizes = []
        for _move in range(4):
            terminal.press("j")
            sizes.append(len(terminal.read(0.3, 2)))
        assert max(sizes) < 2_000, sizes
        assert terminal.read(1.5, 1.5) == b""
