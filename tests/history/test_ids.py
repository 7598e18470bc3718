"""An id that a row once had is never given to another, so that what was undone can come back."""

from __future__ import annotations

from pathlib import Path

from kfdesk.desk.conversation.reply import reply
from kfdesk.desk.history.undo import redo, undo
from kfdesk.desk.sending.files import read as read_file
from kfdesk.desk.tickets.link import link
from tests.desk.office import ANNA, Office, raw


def test_a_link_that_was_undone_keeps_its_id_for_when_it_comes_back(office: Office) -> None:
    """A link made in the meantime has another one."""
    office.receive(*(raw(sender=f"{n}@customer.example") for n in "abc"))
    link(office.desk, 1, "parent", 2, ANNA)
    gone = undo(office.desk, ANNA)
    link(office.desk, 1, "related", 3, ANNA)
    redo(office.desk, ANNA, gone.operation.id)
    found = office.sql("SELECT id, other_id FROM link ORDER BY id")
    assert [tuple(row) for row in found] == [(1, 2), (2, 3)]


def test_a_file_that_was_taken_back_keeps_its_id_too(office: Office, tmp_path: Path) -> None:
    """What shows files names them by id: none may come to mean another."""
    file = tmp_path / "a.txt"
    file.write_text("some")
    office.receive(raw())
    for _turn in range(2):
        reply(office.desk, 1, "Here.", ANNA, files=[read_file(file)])
        (id,) = office.sql("SELECT id FROM attachment")[0]
        assert id == _turn + 1
        undo(office.desk, ANNA)
        assert office.sql("SELECT id FROM attachment") == []
