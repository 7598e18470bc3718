"""Nothing that a stranger writes reaches the terminal as anything but text."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from rich.cells import cell_len

from kfdesk.cells import plain
from kfdesk.model import Attachment
from kfdesk.tui.first import picture
from kfdesk.tui.lines.content import notify
from tests.tui.console import WHO, grid, opened, settled, strips, text
from tests.tui.fake import SETTINGS, FakeSource, conversation, row

ROOM = Path(__file__).parents[2] / "kfdesk" / "tui"
CORPUS = [
    "\x1b[2J\x1b]0;owned\x07\x1b[31mred",
    "\x1b]52;c;ZXZpbA==\x07clip",
    "\x9b2J\x9d0;c1\x9c",
    "abc\u202edlrow\u202c \u2066isolate\u2069 \u200bzero\ufeffwidth",
    "[/",
    "[/b] closing",
    "[@click=app.quit]x[/]",
    "[URGENT] [b]not bold[/b]",
    "[link=file:///etc/passwd]y[/link] $primary {x} %s",
    "Z" + "\u0335\u0340\u0341\u0353" * 40 + "algo",
    "👨‍👩‍👧‍👦👍🏽🇨🇳❤️ﷺ" * 3,
    "\x00nul\x7fdel\x08\x08back\r\nline\ttab",
    "退" * 300,
    "\ud800 lone",
]
HARMFUL = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
)


@pytest.mark.parametrize("evil", CORPUS, ids=lambda evil: ascii(evil)[:30])
async def test_hostile_text_is_shown_as_text_everywhere(evil: str) -> None:
    """In queue, conversation, facts, tags, files, drafts, notices, pickers and errors."""
    source = FakeSource([1])
    hostile = replace(
        row(1), subject=evil, customer=evil, customer_email=evil, team=evil, tags=(evil,)
    )
    source.rows_by_number[1] = hostile
    source.said[1] = [
        replace(
            message,
            text=f"{evil}\n{evil}",
            cut=len(evil),
            author=evil,
            author_email=evil,
            auto=evil,
            error=evil,
            delivery="failed",
            attachments=(Attachment(1, evil, evil, 10, ""),),
        )
        for message in conversation(hostile)
    ]
    source.drafts[1, "reply"] = evil
    async with opened(source, (200, 50)) as (app, pilot):
        await pilot.press("enter", "z", "r")
        await settled(pilot)
        notify(app, evil, "error")
        await pilot.press("escape", "L")
        await settled(pilot)
        for line in grid(app):
            assert not HARMFUL.search(line)
            assert cell_len(line) == 200
        for segment in (s for strip in strips(app) for s in strip):
            assert segment.style is None or "@click" not in segment.style.meta
        letters = re.sub(r"\W", "", plain(evil))[:6]
        assert letters in re.sub(r"\W", "", text(app))
        assert app.is_running


@pytest.mark.parametrize("evil", CORPUS, ids=lambda evil: ascii(evil)[:30])
def test_the_first_picture_holds_no_escape_but_its_own(evil: str) -> None:
    """It is written past Textual, so it is looked at byte by byte."""
    rows = [replace(row(1), subject=evil, customer=evil)]
    painted = picture(rows, SETTINGS, WHO, 80, 24)
    bare = re.sub(r"\x1b\[(?:[0-9;]*m|\?1049h|\?25l|H)", "", painted)
    for line in bare.split("\r\n"):
        assert not HARMFUL.search(line)
        assert cell_len(line) == 80


def test_one_module_alone_makes_what_textual_shows() -> None:
    """No other module builds Content, Text, Strip or Segment, or passes a str as markup."""
    made = re.compile(r"\b(?:Content|Text|Strip|Segment)(?:\.\w+)?\(|\.notify\(|from_markup")
    for file in ROOM.rglob("*.py"):
        if file.name != "content.py":
            found = made.findall(file.read_text(encoding="utf-8"))
            assert found == [], file.name
