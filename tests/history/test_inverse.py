"""Undo works on any journal entry: also on what rules, routes and mails changed of themselves."""

from __future__ import annotations

import pytest

from kfdesk.desk.history.inverse import undo_event
from kfdesk.desk.history.undo import InTheWay, redo
from kfdesk.desk.tickets.change import change
from kfdesk.errors import NotFound, UserError
from kfdesk.model import Change, Priority, Status
from tests.desk.conftest import OpenOffice
from tests.desk.office import ANNA, Office, raw

RULES = """
[[field]]
name = "size"

[[trigger]]
name = "Refunds"
on = ["created"]
when = "refund"
do = [{ set = { team = "refunds", priority = "high", "field.size" = "L" } }, { tag = ["money"] }]
"""


@pytest.fixture
def ruled(opened: OpenOffice) -> Office:
    """A ticket that a rule changed when its mail came in."""
    office = opened(RULES)
    office.receive(raw("A refund please.\r\n"))
    return office


def test_what_a_rule_changed_in_a_sync_is_taken_back(ruled: Office) -> None:
    """Each line of the journal for itself; and done again by redo."""
    for event in [e for e in ruled.events(1) if e.rule]:
        undo_event(ruled.desk, ANNA, 1, event.id)
    ticket = ruled.ticket(1)
    assert (ticket.team, ticket.priority, ticket.tags) == ("", Priority.NORMAL, ())
    assert ticket.fields.get("size") is None
    assert ruled.events(1)[-1].kind == "undone"
    redo(ruled.desk, ANNA, 1)
    assert ruled.ticket(1) != ticket


def test_a_later_change_is_in_the_way_of_it(ruled: Office) -> None:
    """Which is named."""
    event = next(e for e in ruled.events(1) if "priority" in e.changes and e.rule)
    change(ruled.desk, 1, Change(priority=Priority.LOW), ANNA)
    with pytest.raises(InTheWay, match="Priority was changed by anna"):
        undo_event(ruled.desk, ANNA, 1, event.id)
    with pytest.raises(InTheWay, match="Priority was changed by anna"):
        undo_event(ruled.desk, ANNA, 1, event.id, dry_run=True)


def test_an_event_of_an_operation_is_taken_back_with_the_whole_of_it(ruled: Office) -> None:
    """One save is one step."""
    change(ruled.desk, 1, Change(status=Status.PENDING, add_tags=("x",)), ANNA)
    found = undo_event(ruled.desk, ANNA, 1, ruled.events(1)[-1].id)
    assert found.operation.kind == "set"
    assert ruled.ticket(1).status is Status.NEW


def test_what_changed_nothing_cannot_be_taken_back(ruled: Office) -> None:
    """A message that came in has come in."""
    with pytest.raises(UserError, match="changed nothing"):
        undo_event(ruled.desk, ANNA, 1, ruled.events(1)[0].id)
    with pytest.raises(NotFound, match="no event 999"):
        undo_event(ruled.desk, ANNA, 1, 999)


def test_a_dry_run_of_it_writes_nothing(ruled: Office) -> None:
    """It tells what would be put back."""
    event = next(e for e in ruled.events(1) if "priority" in e.changes and e.rule)
    found = undo_event(ruled.desk, ANNA, 1, event.id, dry_run=True)
    assert found.changes[1]["priority"] == ("high", "normal")
    assert ruled.ticket(1).priority is Priority.HIGH
