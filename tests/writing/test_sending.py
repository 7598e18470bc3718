"""What is sent is no draft any more: both in one instant, wherever the program is killed."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from kfdesk.desk.conversation.forward import forward
from kfdesk.desk.conversation.reply import note, reply
from kfdesk.desk.history.undo import undo
from kfdesk.desk.sending.head import Head
from kfdesk.desk.teamwork import side
from kfdesk.errors import UserError
from kfdesk.store import drafts
from kfdesk.tui.source.live import DeskSource
from tests.desk.office import ANNA, Office, raw
from tests.history.test_kill import cut_off
from tests.tui.console import opened, settled
from tests.tui.fake import FakeSource

TEXT = "This is said once."
HEAD = Head(to="sue@supplier.example")
#: Each way in which what was written leaves the composer: as what, and how.
WAYS: dict[str, tuple[str, Callable[[Office], object]]] = {
    "reply": ("reply", lambda it: DeskSource(it.desk, ANNA).reply(1, TEXT, None, status="solved")),
    "note": ("note", lambda it: DeskSource(it.desk, ANNA).note(1, TEXT)),
    "forward": ("forward", lambda it: forward(it.desk, 1, TEXT, ANNA, HEAD, drafted=True)),
    "ask": ("side", lambda it: side.ask(it.desk, 1, HEAD.to, "", TEXT, ANNA, drafted=True)),
    "answer": ("side", lambda it: side.answer(it.desk, 1, TEXT, ANNA, drafted=1)),
}
#: So many statements are cut off, spread over all that there are.
_POINTS = 6


def _begun(folder: Path, kind: str) -> None:
    """A ticket with a question aside, on which something is written and not sent."""
    folder.mkdir()
    office = Office(folder)
    office.receive(raw("Where is it?\r\n"))
    side.ask(office.desk, 1, HEAD.to, "Stock", "Have you got it?", ANNA)
    DeskSource(office.desk, ANNA).put_draft(1, kind, TEXT)
    office.close()


def _drafts(office: Office, kind: str) -> list[str]:
    with office.desk.store.read() as tx:
        return [text] if (text := drafts.get(tx, 1, "anna", kind)) else []


def _found(folder: Path) -> tuple[int, int]:
    """How often it is a draft, and how often it was said."""
    with closing(sqlite3.connect(folder / "desk.db")) as desk:
        count = "SELECT count(*) FROM {} WHERE text LIKE ?"
        found = [
            desk.execute(count.format(table), (f"{TEXT}%",)).fetchone()[0]
            for table in ("draft", "message")
        ]
    return found[0], found[1]


@pytest.mark.parametrize("way", WAYS)
def test_it_is_a_draft_or_it_is_said(tmp_path: Path, way: str) -> None:
    """Never both, which would be sent again; never neither, which would be lost."""
    kind, send = WAYS[way]
    begun, whole = tmp_path / "begun", tmp_path / "whole"
    _begun(begun, kind)
    shutil.copytree(begun, whole)
    count = cut_off(whole, send, -1)
    outcomes = {_found(whole)}
    for point in sorted({*range(1, count, max(1, count // _POINTS)), count - 1, count}):
        folder = tmp_path / str(point)
        shutil.copytree(begun, folder)
        cut_off(folder, send, point)
        outcomes.add(_found(folder))
    assert outcomes == {(1, 0), (0, 1)}


def test_what_is_sent_by_other_means_leaves_the_draft(tmp_path: Path) -> None:
    """A reply from the command line is not what the console's composer holds."""
    _begun(tmp_path / "desk", "reply")
    office = Office(tmp_path / "desk")
    reply(office.desk, 1, "Another one.", ANNA)
    note(office.desk, 1, "A note.", ANNA)
    assert _drafts(office, "reply") == [TEXT]
    office.close()


def test_a_reply_that_is_taken_back_is_the_draft_again_and_one_that_left_is_not(
    tmp_path: Path,
) -> None:
    _begun(tmp_path / "desk", "reply")
    office = Office(tmp_path / "desk")
    source = DeskSource(office.desk, ANNA)
    source.reply(1, TEXT, None)
    assert _drafts(office, "reply") == []
    assert undo(office.desk, ANNA, 1).draft == 1
    assert _drafts(office, "reply") == [TEXT]
    source.put_draft(1, "reply", "")
    source.put_draft(1, "forward", TEXT)
    forward(office.desk, 1, TEXT, ANNA, HEAD, drafted=True)
    with office.desk.store.write() as tx:
        tx.exec_driver_sql("UPDATE outbox SET state = 'sent'")
    with pytest.raises(UserError, match="left the desk"):
        undo(office.desk, ANNA, 1)
    assert _drafts(office, "forward") == []
    office.close()


def test_a_draft_that_was_kept_too_late_goes_and_another_one_stays(tmp_path: Path) -> None:
    _begun(tmp_path / "desk", "reply")
    office = Office(tmp_path / "desk")
    source = DeskSource(office.desk, ANNA)
    source.drop_draft(1, "reply", "Something else.")
    assert _drafts(office, "reply") == [TEXT]
    source.drop_draft(1, "reply", TEXT)
    assert _drafts(office, "reply") == []
    office.close()


async def test_a_console_that_ends_while_it_sends_keeps_no_draft_of_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    source, left = FakeSource(), []
    async with opened(source) as (app, pilot):
        composer, say = app.main.composer, source.note

        def note_and_look(number: int, text: str) -> None:
            left.append(composer.left())
            say(number, text)

        monkeypatch.setattr(source, "note", note_and_look)
        await pilot.press("c", *"so", "ctrl+s")
        await settled(pilot)
        assert composer.left() is not None
        await pilot.press("y")
        await settled(pilot)
    assert left == [None]
    assert source.draft(1, "note") == ""
