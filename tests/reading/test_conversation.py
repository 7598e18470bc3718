"""Reading a conversation in the console: its parts, its folds, what is found and opened in it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot

from kfdesk.desk.conversation import stretches
from kfdesk.desk.conversation.reply import note
from kfdesk.errors import KfdeskError
from kfdesk.tui.console import Console
from kfdesk.tui.outside import programs
from kfdesk.tui.pickers.saving import Saving
from kfdesk.tui.ticket import conversation as view_of
from tests.desk.office import ANNA, Office, raw
from tests.reading.conftest import talk
from tests.teamwork.conftest import console, until
from tests.tui.console import still, text

ConsolePilot = Pilot[KfdeskError | None]


@pytest.fixture
def parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """A conversation is read in small parts."""
    monkeypatch.setattr(stretches, "SIZE", 8)
    monkeypatch.setattr(stretches, "MOST", 32)
    monkeypatch.setattr(view_of, "_AHEAD", 20)


@asynccontextmanager
async def reading(
    office: Office, size: tuple[int, int] = (100, 30)
) -> AsyncIterator[tuple[Console, ConsolePilot]]:
    """The console, with ticket 1 open."""
    async with console(office, size=size) as (app, pilot):
        await pilot.press("enter")
        await until(pilot, lambda: app.main.follow.reading is not None)
        await until(pilot, lambda: bool(app.main.conversation._lines))
        yield app, pilot


def shown(app: Console) -> set[int]:
    """The messages in view, by the number in them."""
    return {int(n) for n in re.findall(r"(?:Mail |word)(\d+)", text(app))}


async def test_both_ends_of_a_long_conversation_are_a_key_away(office: Office, parts: None) -> None:
    """Newest at hand; what lies between is read as one comes to it, and nothing is left out."""
    talk(office, 50)
    async with reading(office) as (app, pilot):
        view = app.main.conversation
        assert 49 in shown(app)
        assert len(view.messages) == 8
        await pilot.press("g", "g")
        await until(pilot, lambda: 0 in shown(app))
        seen = shown(app)
        for _page in range(40):
            await pilot.press("pagedown")
            await pilot.pause(0.02)
            assert shown(app), "a page without a message"
            seen |= shown(app)
            assert len(view.messages) <= 32
            if 49 in seen:
                break
        assert seen == set(range(50))
        for _page in range(6):
            await pilot.press(*["pageup"] * 5)
        await until(pilot, lambda: 0 in shown(app))
        await pilot.press("G")
        await until(pilot, lambda: 49 in shown(app))


async def test_a_pane_that_a_part_does_not_fill_shows_more_of_them(office: Office) -> None:
    """Of short messages on a tall terminal: nothing could be scrolled there."""
    talk(office, 28)
    async with reading(office, (100, 400)) as (app, pilot):
        await until(pilot, lambda: shown(app) == set(range(28)))


async def test_what_is_read_stays_where_it_is(office: Office, parts: None) -> None:
    """When a mail comes, when earlier ones are read, when the width changes."""
    talk(office, 20)
    async with reading(office) as (app, pilot):
        view = app.main.conversation
        far = view.scroll_offset.y - 5
        wanted = view._lines[5].parts

        def top() -> object:
            return view._lines[view.scroll_offset.y].parts

        await pilot.press(*["up"] * far)
        await until(pilot, lambda: len(view.messages) > 8)  # earlier ones were read
        assert top() == wanted
        talk(office, 1, 20)
        app.main.poller.tick()

        def count() -> int:
            return view.reading.ticket.message_count if view.reading else 0

        await until(pilot, lambda: count() == 21)
        assert top() == wanted
        owner, _ahead = view._anchor()
        await pilot.resize_terminal(140, 30)
        await until(pilot, lambda: view.size.width > 60)
        await pilot.pause(0.3)
        after, _ahead = view._anchor()
        assert owner is not None
        assert after is not None
        assert (after.owner, after.at) == (owner.owner, owner.at)


async def test_another_height_lays_nothing_out_anew_and_keeps_the_newest_in_view(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A line is typed below, tabs appear above: what is read is as wide as before."""
    talk(office, 12)
    async with reading(office) as (app, pilot):
        view = app.main.conversation
        await still(app, pilot)
        laid: list[object] = []
        monkeypatch.setattr(view, "show", lambda *given, **_named: laid.append(given))
        for size in ((100, 20), (100, 40)):
            await pilot.resize_terminal(*size)
            await still(app, pilot)
            assert view.scroll_offset.y == view._newest()
        assert not laid


async def test_a_text_is_found_in_the_whole_conversation(office: Office, parts: None) -> None:
    """Hits are counted and shown one after the other; Esc ends it, and does not leave."""
    talk(office, 20)
    async with reading(office) as (app, pilot):
        await pilot.press("slash", *"WORD7 and", "enter")
        await until(pilot, lambda: "of 5" in text(app))
        assert 7 in shown(app)
        await pilot.press("n", "n")
        await until(pilot, lambda: "/ WORD7 and  " in text(app))
        await pilot.press("slash", *"mail 0", "enter")
        await until(pilot, lambda: "40 of 20" in text(app) or "of 20" in text(app))
        await pilot.press("N", "N", "n")
        await until(pilot, lambda: "of 20" in text(app))
        await pilot.press("escape")
        await until(pilot, lambda: "of 20" not in text(app))
        assert app.main.pane is app.main.conversation
        await pilot.press("slash", *"nowhere at all", "enter")
        await until(pilot, lambda: "0 of 0" in text(app))


QUOTING = (
    "I agree.\r\n\r\n"
    + "".join(f"> old line {n}\r\n" for n in range(9))
    + "\r\nAnd this too.\r\n\r\n-- \r\nJane Doe\r\nStreet 1\r\n"
)


async def test_quotes_and_signatures_are_folded_and_shown_by_key_and_click(office: Office) -> None:
    """z turns the messages in view, Z all of them, a click its message."""
    office.receive(raw(QUOTING))
    async with reading(office) as (app, pilot):
        said = text(app)
        assert "old line 1" in said
        assert "old line 5" not in said
        assert "7 quoted lines" in said
        assert "signature: Jane Doe" in said
        assert "Street 1" not in said
        for key in ("z", "Z"):
            await pilot.press(key)
            await until(pilot, lambda: "Street 1" in text(app) and "old line 8" in text(app))
            await pilot.press(key)
            await until(pilot, lambda: "Street 1" not in text(app))
        view = app.main.conversation
        at = next(y for y, line in enumerate(view.in_view()) if line.does == "fold")
        await pilot.click(view, offset=(6, at))
        await until(pilot, lambda: "old line 8" in text(app))


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was given to other programs."""
    started: list[str] = []
    monkeypatch.setattr(programs, "_start", started.append)
    monkeypatch.setattr(programs, "is_far", lambda: False)
    monkeypatch.setattr(programs, "opener", lambda: ("true",))
    return started


LINKS = (
    "Track https://post.example/t?id=1, or\r\nhttp://bank.example <https://evil.example/login>\r\n"
)


async def test_a_link_is_shown_whole_and_what_is_odd_is_asked_about(
    office: Office, opened: list[str]
) -> None:
    """Enter opens a plain one at once, an odd one at the second time; a number chooses."""
    office.receive(raw(LINKS))
    async with reading(office) as (app, pilot):
        assert "id=1[1]," in text(app)
        assert "http://bank.example⚠[2]" in text(app)
        await pilot.press("o")
        await until(pilot, lambda: "Host  post.example" in text(app))
        assert "https://post.example/t?id=1" in text(app)
        await pilot.press("enter")
        await until(pilot, lambda: opened == ["https://post.example/t?id=1"])
        await pilot.press("o", "2")
        await until(pilot, lambda: "leads to evil.example" in text(app))
        await pilot.press("enter")
        await until(pilot, lambda: "Enter again" in text(app))
        assert len(opened) == 1
        await pilot.press("enter")
        await until(pilot, lambda: opened[1:] == ["https://evil.example/login"])
        view = app.main.conversation
        rows = [line.parts for line in view.in_view()]
        y = next(y for y, row in enumerate(rows) if any("bank" in part for part, _style in row))
        await pilot.click(view, offset=(6, y))
        await until(pilot, lambda: "leads to evil.example" in text(app))
        await pilot.press("escape")


async def test_far_from_home_a_link_is_copied(
    office: Office, opened: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Over SSH no window can open here: the clipboard of the person's own machine has it."""
    monkeypatch.setattr(programs, "is_far", lambda: True)
    office.receive(raw(LINKS))
    async with reading(office) as (app, pilot):
        await pilot.press("o", "enter")
        await until(pilot, lambda: app.clipboard == "https://post.example/t?id=1")
        await pilot.press("Y", "2", "enter")
        await until(pilot, lambda: app.clipboard == "https://evil.example/login")
        assert opened == []


MIXED = (
    "--b\r\nContent-Type: text/plain\r\n\r\nSee the files.\r\n"
    "--b\r\nContent-Type: application/pdf\r\n"
    'Content-Disposition: attachment; filename="../../bill.pdf"\r\n\r\n%PDF-1.7 x\r\n'
    "--b\r\nContent-Type: application/pdf\r\n"
    'Content-Disposition: attachment; filename="run.pdf"\r\n\r\nMZ program\r\n--b--\r\n'
)


async def test_a_file_is_saved_or_opened_as_a_copy_and_a_program_is_neither_run_nor_opened(
    office: Office, opened: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Name, type and size are shown first; the reason of a refusal is said."""
    monkeypatch.setattr(Saving, "last", str(tmp_path))
    office.receive(raw(MIXED, Content_Type="multipart/mixed; boundary=b", MIME_Version="1.0"))
    async with reading(office) as (app, pilot):
        await pilot.press("o")
        await until(pilot, lambda: "application/pdf · 10 bytes" in text(app))
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, Saving))
        await until(pilot, lambda: "Maildir" in text(app))
        await pilot.press(*"Mai", "tab", "enter")
        await until(pilot, lambda: (tmp_path / "Maildir" / "bill.pdf").exists())
        await pilot.press("o", "enter")
        await until(pilot, lambda: bool(opened))
        assert Path(opened[0]).name == "bill.pdf"
        assert Path(opened[0]).stat().st_mode & 0o177 == 0
        await pilot.press("o", "2", "enter")
        await until(pilot, lambda: "it is a program" in text(app))
        assert len(opened) == 1


async def test_the_raw_source_is_shown_clean_and_searched(office: Office) -> None:
    """Escape sequences of the mail are plain letters there."""
    office.receive(raw("before \x1b[2J after\r\nneedle one\r\nneedle two\r\n"))
    async with reading(office) as (app, pilot):
        await pilot.press("E")
        await until(pilot, lambda: "Raw source" in text(app))
        await until(pilot, lambda: "Message-ID: <" in text(app))
        assert "before [2J after" in text(app)
        await pilot.press("slash", *"needle", "enter", "n")
        await until(pilot, lambda: "2 of 2" in text(app))
        await pilot.press("n")
        await until(pilot, lambda: "1 of 2" in text(app))
        await pilot.press("q")
        await until(pilot, lambda: app.screen is app.main)


URGENT = """
[[trigger]]
name = "Urgent"
on = ["created"]
do = [{ set = { priority = "urgent" } }]
"""


async def test_the_time_line_tells_every_step_and_leads_to_why(tmp_path: Path) -> None:
    """Who, when, what; what rules decided; a click on it is why."""
    rule = (
        '[[trigger]]\nname = "Urgent"\non = ["created"]\ndo = [{ set = { priority = "urgent" } }]\n'
    )
    office = Office(tmp_path, rule)
    office.receive(raw("Help.\r\n"))
    note(office.desk, 1, "Among us", ANNA)
    async with reading(office) as (app, pilot):
        assert "ticket opened" not in text(app)
        await pilot.press("l")
        await until(pilot, lambda: "ticket opened" in text(app))
        said = text(app)
        assert "⚙ Urgent  Priority" in said
        assert re.search(r"Anna +internal note", said)
        view = app.main.conversation
        y = next(y for y, line in enumerate(view.in_view()) if line.does.startswith("why"))
        await pilot.click(view, offset=(6, y))
        await until(pilot, lambda: "Why #1 is as it is" in text(app))
        await pilot.press("q", "l")
        await until(pilot, lambda: "ticket opened" not in text(app))
