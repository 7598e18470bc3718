"""The composer on a real desk: what is written in it is kept, completed, checked, and leaves."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest
from textual import events
from textual._xterm_parser import XTermParser

from kfdesk.desk.conversation.reply import note
from kfdesk.desk.sending.head import Head
from kfdesk.desk.sending.window import window
from kfdesk.errors import UserError
from kfdesk.fetchers import Capabilities
from kfdesk.model import Direction, Status
from kfdesk.store import drafts, tickets
from kfdesk.tui.console import Console
from kfdesk.tui.screens.letter import LetterPage
from kfdesk.tui.ticket.field import Field
from tests.desk.office import ANNA, Office, raw
from tests.support.servers import Smtp
from tests.teamwork.conftest import console, until
from tests.tui.console import text

SIZE = (80, 24)


def kept(office: Office, kind: str = "reply") -> tuple[str, Head]:
    """The draft that the store has."""
    with office.desk.store.read() as tx:
        return drafts.get(tx, 1, "anna", kind), Head.of_json(drafts.head(tx, 1, "anna", kind))


def said(app: Console) -> str:
    """What notices say."""
    return " ".join(str(one.message) for one in app._notifications)


def commit(app: Console, words: str) -> None:
    """Give the console characters as a terminal does when an input method commits them."""
    driver = app._driver
    assert driver is not None
    for event in XTermParser().feed(words):
        driver.send_message(event.set_sender(app))


async def test_to_cc_and_bcc_are_written_with_completion_kept_and_sent(
    office: Office, smtp_server: Smtp
) -> None:
    office.receive(raw("Hallo\r\n", "张伟 <zhang.wei@big.example>", Subject="二"))
    async with console(office, size=SIZE) as (app, pilot):
        main = app.main
        await pilot.press("j", "r")
        await until(pilot, lambda: main.composer.display)
        assert main.composer.number == 1
        await pilot.press(*"Soon.", "ctrl+t", *"张")
        await until(pilot, lambda: "Tab 张伟 <zhang.wei@big.example>" in text(app))
        await pilot.press("tab", "tab", *"li.")
        await until(pilot, lambda: "Tab 李伟 <li.wei@shop.example>" in text(app))
        await pilot.press("tab")
        assert "Cc       张伟 <zhang.wei@big.example>," in text(app)
        await pilot.press("escape")
        await until(pilot, lambda: main.focused is main.composer.draft)
        await until(pilot, lambda: kept(office)[1].bcc.startswith("李伟"))
        assert "Subject" not in text(app)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: main.composer.asking)
        await pilot.press("y")
        await until(pilot, lambda: bool(office.outbox()))
        await until(pilot, lambda: not main.composer.display)
    assert kept(office) == ("", Head())
    office.deliver_outbox()
    got = smtp_server.received[-1]
    assert got.recipients == (
        "jane@customer.example", "zhang.wei@big.example", "li.wei@shop.example",
    )  # fmt: skip
    assert b"li.wei" not in got.raw


async def test_a_wrong_address_is_named_and_the_text_stays(office: Office) -> None:
    async with console(office, size=SIZE) as (app, pilot):
        main = app.main
        await pilot.press("r")
        await until(pilot, lambda: main.composer.display)
        await pilot.press(*"Soon.", "ctrl+t", *"nobody", "escape", "ctrl+s")
        await until(pilot, lambda: "Cc: “nobody” is no address" in text(app))
        assert not main.composer.asking
        assert main.composer.text == "Soon."
    assert office.outbox() == []


async def test_a_file_is_found_by_its_path_shown_with_its_size_and_taken_off(
    office: Office, tmp_path: Path
) -> None:
    folder = tmp_path / "my files"
    folder.mkdir()
    (folder / "合同 1.txt").write_bytes(b"x" * 2000)
    (folder / "big.bin").write_bytes(bytes(900_000))
    async with console(office, size=(100, 30)) as (app, pilot):
        main = app.main
        await pilot.press("r")
        await until(pilot, lambda: main.composer.display)
        await pilot.press(*"See the attachment.", "ctrl+s")
        await until(pilot, lambda: "nothing is attached" in text(app))
        await pilot.press("a")
        field = main.composer.heading._rows["attach"].field
        await until(pilot, lambda: main.focused is field)
        field.value = f"{tmp_path}/my"
        field.cursor_position = len(field.value)
        await until(pilot, lambda: field.offers == [f"{folder}/"])
        await pilot.press("tab")
        await until(pilot, lambda: len(field.offers) == 2)
        await pilot.press("down", "tab", "enter")
        await until(pilot, lambda: "1 合同 1.txt 2 kB" in text(app))
        field.value = str(folder / "big.bin")
        await pilot.press("enter")
        await until(pilot, lambda: "sends at most 1.0 MB" in said(app))
        field.value = str(folder / "gone.txt")
        await pilot.press("enter")
        await until(pilot, lambda: "there is no such file" in said(app))
        field.value = ""
        await pilot.press("backspace")
        await until(pilot, lambda: main.composer.head.files == ())
        await pilot.press("escape", "escape")
        await until(pilot, lambda: not main.composer.display)


async def test_send_solve_and_go_on_take_one_key_each(office: Office) -> None:
    office.receive(raw("Two\r\n", Subject="Two"), raw("Three\r\n", Subject="Three"))
    async with console(office) as (app, pilot):
        main = app.main
        await pilot.press("r")
        await until(pilot, lambda: main.composer.display)
        await pilot.press(*"a", "ctrl+s", "N")
        await until(pilot, lambda: len(office.outbox()) == 1 and main.follow.number == 2)
        await until(pilot, lambda: main.focused is main.conversation)
        assert main.queue.listing.number == 2
        await pilot.press("r")
        await until(pilot, lambda: main.composer.display)
        await pilot.press(*"b", "ctrl+s", "S")
        await until(pilot, lambda: main.follow.number == 1)
        assert office.ticket(2).status is Status.SOLVED
        await pilot.press("r")
        await until(pilot, lambda: main.composer.display)
        await pilot.press(*"c", "ctrl+s", "s")
        await until(pilot, lambda: office.ticket(1).status is Status.SOLVED)
        await until(pilot, lambda: not main.composer.display)
        await pilot.press("u")
        await until(pilot, lambda: office.ticket(1).status is not Status.SOLVED)
    assert kept(office)[0] == "c"


async def test_what_leaves_is_shown_before_it_does(office: Office) -> None:
    async with console(office, size=(100, 30)) as (app, pilot):
        main = app.main
        await pilot.press("r")
        await until(pilot, lambda: main.composer.display)
        await pilot.press(*"Soon.", "ctrl+t", "tab", *"li.wei", "escape", "f4")
        await until(pilot, lambda: isinstance(app.screen, LetterPage) and "KF-1-" in text(app))
        shown = text(app)
        assert "Re: [KF-1-" in shown
        assert "li.wei@shop.example (named in no header)" in shown
        assert "> Where is it?" in shown
        assert "The shop" in shown
        await pilot.press("q")
        await until(pilot, lambda: app.screen is main)
        assert main.focused is main.composer.draft
        await pilot.press("f3")
        await until(pilot, lambda: "signature: none" in text(app))
        await pilot.press(*"none", "enter")
        await until(pilot, lambda: main.composer.head.signature == "none")
        await pilot.press("ctrl+s", "v")
        await until(pilot, lambda: isinstance(app.screen, LetterPage))
        await until(pilot, lambda: "> Where" in text(app))
        assert "The shop" not in text(app).partition("> Where")[0]
        await pilot.press("q")
        await until(pilot, lambda: main.composer.asking and app.screen is main)
        await pilot.press("n")
    assert office.outbox() == []


async def test_reply_all_copies_the_collaborators_and_forward_asks_to_whom(
    office: Office, smtp_server: Smtp
) -> None:
    office.receive(raw("Me too\r\n", Cc="Boss <boss@big.example>", Subject="Both"))
    async with console(office, size=(100, 30)) as (app, pilot):
        main = app.main
        await pilot.press("at")
        await until(pilot, lambda: main.composer.display)
        assert main.composer.head.cc == "Boss <boss@big.example>"
        await pilot.press("escape", "escape", "f")
        await until(pilot, lambda: main.composer.display and main.composer.kind == "forward")
        assert isinstance(main.focused, Field)
        await pilot.press(*"sue@supplier.example", "escape", *"Look.", "ctrl+s")
        await until(pilot, lambda: "Forward to sue@supplier.example?" in text(app))
        await pilot.press("y")
        await until(pilot, lambda: len(office.outbox()) == 1)
        await until(pilot, lambda: not main.composer.display)
    office.deliver_outbox()
    assert smtp_server.received[-1].recipients == ("sue@supplier.example",)
    assert office.messages(2)[-1].direction is Direction.NOTE


EDITOR = """#!/bin/sh
stat -c %a "$1" > "{folder}/mode"
stat -c %a "$(dirname "$1")" >> "{folder}/mode"
{act}
"""


@pytest.mark.parametrize(
    ("act", "text_then", "told"),
    [
        ("printf '您好，\\nfrom the editor\\n' > \"$1\"", "您好，\nfrom the editor", ""),
        ("echo lost > \"$1\"; exit 3", "before", "the editor ended with 3"),
        ("printf '\\377\\376' > \"$1\"", "before", "is not UTF-8"),
        ("rm \"$1\"", "before", "the editor left no file"),
        (None, "before", "there is no editor"),
    ],
)  # fmt: skip
async def test_an_editor_writes_on_and_one_that_fails_loses_nothing(
    office: Office,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    act: str | None,
    text_then: str,
    told: str,
) -> None:
    script = tmp_path / "my editor"
    if act is not None:
        script.write_text(EDITOR.format(folder=tmp_path, act=act), encoding="utf-8")
        script.chmod(0o700)
    monkeypatch.setenv("VISUAL", f"'{script}'")
    async with console(office, size=SIZE) as (app, pilot):
        main = app.main
        monkeypatch.setattr(type(app._driver), "can_suspend", True)
        for name in ("suspend_application_mode", "resume_application_mode"):
            monkeypatch.setattr(type(app._driver), name, lambda _self: None)
        await pilot.press("r")
        await until(pilot, lambda: main.composer.display)
        await pilot.press(*"before", "ctrl+e")
        await until(
            pilot, lambda: main.composer.text == text_then if not told else told in said(app)
        )
        assert main.composer.text == text_then
        await until(pilot, lambda: kept(office)[0] == text_then)
    if act is not None:
        assert (tmp_path / "mode").read_text().split() == ["600", "700"]
    assert not list(Path(os.environ.get("TMPDIR", "/tmp")).glob("kfdesk-*/ticket-1.txt"))


async def test_chinese_comes_as_an_input_method_commits_it_and_the_cursor_steps_over_it(
    office: Office,
) -> None:
    async with console(office, size=SIZE) as (app, pilot):
        main = app.main
        await pilot.press("r")
        await until(pilot, lambda: main.composer.display)
        commit(app, "您好，世界")
        await until(pilot, lambda: main.composer.text == "您好，世界")
        await pilot.press("left", "left", "x", "backspace", "delete", "end")
        commit(app, "！")
        await until(pilot, lambda: main.composer.text == "您好，界！")
        draft = main.composer.draft
        assert draft.cursor_location == (0, 5)
        assert draft.cursor_screen_offset.x - draft.content_region.x == 10
        await pilot.press("home", "right")
        assert draft.cursor_screen_offset.x - draft.content_region.x == 2
        draft.post_message(events.Paste("您\x1b[31m好\u202e"))
        await until(pilot, lambda: len(main.composer.text) > 5)
        assert main.composer.text.isprintable()


def test_a_channel_takes_answers_as_long_and_as_often_as_it_says(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    limited = Capabilities(longest=10, reply_window=timedelta(hours=48), replies_per_message=2)
    monkeypatch.setattr("kfdesk.desk.sending.window.capabilities", lambda _channel: limited)
    from kfdesk.desk.conversation.reply import reply

    with pytest.raises(UserError, match="2 characters longer than “support” takes"):
        reply(office.desk, 1, "x" * 12, ANNA)
    reply(office.desk, 1, "one", ANNA)
    note(office.desk, 1, "of any length, as often as one likes", ANNA)
    reply(office.desk, 1, "two", ANNA)
    with pytest.raises(UserError, match="takes no further answer"):
        reply(office.desk, 1, "three", ANNA)
    office.receive(raw("And?\r\n", answers=[office.messages(1)[0].message_id]))
    with office.desk.store.read() as tx:
        room = window(tx, office.channel, tickets.state(tx, 1))
    assert room.left == 2
    office.later(hours=48)
    with pytest.raises(UserError, match="took answers until 2026-11-23 20:00"):
        reply(office.desk, 1, "four", ANNA)


async def test_what_is_left_of_a_channel_s_window_is_counted_down_and_then_refused(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    limited = Capabilities(longest=600, reply_window=timedelta(hours=48))
    monkeypatch.setattr("kfdesk.desk.sending.window.capabilities", lambda _channel: limited)
    async with console(office, size=(100, 30)) as (app, pilot):
        main = app.main
        await pilot.press("r")
        await until(pilot, lambda: main.composer.display)
        await pilot.press(*"Soon.")
        await until(pilot, lambda: "left to answer" in text(app) and "5/600" in text(app))
        office.later(hours=49)
        await until(pilot, lambda: "the time to reply is over" in text(app))
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "has to write again first" in said(app))
        assert not main.composer.asking
