"""Rules are tried on what was merged, split or moved, or it is left out and counted."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from kfdesk.desk.conversation.reply import note, reply
from kfdesk.desk.history.undo import redo, undo
from kfdesk.desk.merging.merge import merge
from kfdesk.desk.merging.split import move, split
from kfdesk.desk.merging.unmerge import unmerge
from kfdesk.desk.replay import Replay, replay
from kfdesk.desk.tickets.change import change
from kfdesk.desk.tickets.delete import delete
from kfdesk.desk.timing.clockwork import catch_up
from kfdesk.model import Change, Priority, Status
from tests.desk.office import ANNA, NOW, Office, raw
from tests.replay.lives import open_office


@pytest.fixture
def desk(tmp_path: Path) -> Office:
    """A desk with four tickets and rules of all kinds."""
    office = open_office(tmp_path)
    catch_up(office.desk)
    for n in range(1, 5):
        office.receive(raw("A refund, please.\r\n", f"C <c{n}@customer.example>", Subject=str(n)))
        office.later(minutes=1)
        catch_up(office.desk)
    return office


def over(office: Office, since: datetime = NOW - timedelta(days=1)) -> Replay:
    office.later(minutes=1)
    catch_up(office.desk)
    return replay(office.settings.database, office.settings, since, office.now)


def test_what_was_merged_split_and_moved_is_left_out_and_counted(desk: Office) -> None:
    reply(desk.desk, 3, "We look.", ANNA)
    merge(desk.desk, [1], 2, ANNA)
    move(desk.desk, desk.messages(3)[-1].id, 4, ANNA)
    found = over(desk)
    assert found.differences == ()
    assert found.left_out == {"merged": 1, "rearranged": 3}
    assert found.as_json()["left_out"] == {"merged": 1, "rearranged": 3}
    desk.close()


def test_so_are_those_of_which_it_was_taken_back(desk: Office) -> None:
    merge(desk.desk, [1], 2, ANNA)
    undo(desk.desk, ANNA)
    desk.later(minutes=1)
    since = desk.now
    redo(desk.desk, ANNA)
    undo(desk.desk, ANNA)
    change(desk.desk, 3, Change(priority=Priority.URGENT), ANNA)
    found = over(desk, since)
    assert found.differences == ()
    assert found.left_out == {"rearranged": 2}
    desk.close()


@pytest.mark.parametrize("gone", [True, False])
def test_what_was_rearranged_before_is_tried_as_it_lay_since(desk: Office, gone: bool) -> None:
    note(desk.desk, 1, "Look at this.", ANNA)
    reply(desk.desk, 3, "We look.", ANNA)
    merge(desk.desk, [1], 2, ANNA)
    unmerge(desk.desk, 1, ANNA)
    merge(desk.desk, [1], 2, ANNA)
    moved = split(desk.desk, 3, [desk.messages(3)[-1].id], ANNA).number
    move(desk.desk, desk.messages(2)[-1].id, 4, ANNA)
    if gone:
        delete(desk.desk, [4, moved], ANNA)
    desk.later(minutes=5)
    catch_up(desk.desk)
    since = desk.now
    change(desk.desk, 2, Change(priority=Priority.URGENT), ANNA)
    change(desk.desk, 3, Change(status=Status.SOLVED), ANNA)
    desk.later(hours=20)
    found = over(desk, since)
    assert found.differences == ()
    assert not found.left_out
    desk.close()
