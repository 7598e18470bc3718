"""What was done on a ticket that became part of another since lies elsewhere: un-merge first."""

from __future__ import annotations

import pytest

from kfdesk.desk.bulk import deed, many
from kfdesk.desk.conversation.reply import note
from kfdesk.desk.customers.merge import merge as merge_customers
from kfdesk.desk.history.undo import InTheWay, redo, undo
from kfdesk.desk.merging.merge import merge
from kfdesk.desk.merging.unmerge import unmerge
from kfdesk.desk.teamwork.followers import follow
from kfdesk.desk.tickets.change import change
from kfdesk.desk.tickets.link import link
from kfdesk.model import Actor, By, Change, Priority
from tests.desk.conftest import OpenOffice
from tests.desk.office import ANNA, Office, raw

BERT = Actor(By.AGENT, "bert")


@pytest.fixture
def two(opened: OpenOffice) -> Office:
    """A desk with two tickets."""
    office = opened()
    office.receive(raw("Kettle.\r\n"), raw("Cup.\r\n", "Max <max@other.example>"))
    return office


def test_a_note_does_not_come_back_to_a_ticket_that_was_merged_since(two: Office) -> None:
    note(two.desk, 1, "Look.", ANNA)
    undo(two.desk, ANNA)
    merge(two.desk, [1], 2, BERT)
    with pytest.raises(InTheWay) as error:
        redo(two.desk, ANNA)
    (way,) = error.value.ways
    assert (way.ticket, way.field, str(way.actor), way.kind) == (1, "merged_into", "bert", "merged")
    assert two.ticket(1).message_count == 0 == len(two.messages(1))

    unmerge(two.desk, 1, BERT)
    redo(two.desk, ANNA)
    assert [message.text for message in two.messages(1)] == ["Kettle.", "Look."]


def test_a_change_waits_until_the_merge_is_taken_apart(two: Office) -> None:
    change(two.desk, 1, Change(priority=Priority.HIGH, add_tags=("vip",)), ANNA)
    merge(two.desk, [1], 2, BERT)
    with pytest.raises(InTheWay, match="bert"):
        undo(two.desk, ANNA)
    undo(two.desk, BERT)
    undo(two.desk, ANNA)
    assert two.ticket(1).tags == ()


def test_the_rest_of_a_bulk_change_goes_back(two: Office) -> None:
    plan = many.plan(two.desk, deed.parse(two.desk, ["tag", "vip"], "anna"), [1, 2], ANNA)
    many.run(two.desk, plan, ANNA)
    merge(two.desk, [1], 2, BERT)
    with pytest.raises(InTheWay):
        undo(two.desk, ANNA)
    undone = undo(two.desk, ANNA, rest=True)
    assert [way.ticket for way in undone.kept] == [1]
    assert two.ticket(2).tags == ()


@pytest.mark.parametrize("what", ["note", "mail", "follower", "link"])
def test_what_came_to_a_ticket_since_is_in_the_way_of_merging_it_again(
    two: Office, what: str
) -> None:
    """Else it would stay behind, on a ticket that nobody looks at."""
    two.receive(raw("Third.\r\n", "Eve <eve@third.example>"))
    merge(two.desk, [1], 2, ANNA)
    undo(two.desk, ANNA)
    match what:
        case "note":
            note(two.desk, 1, "Look.", BERT)
        case "mail":
            asked = two.messages(1)[0].message_id
            two.receive(raw("And?\r\n", answers=[asked], Subject="Re: My order"))
        case "follower":
            follow(two.desk, 1, BERT)
        case "link":
            link(two.desk, 3, "related", 1, BERT)
    with pytest.raises(InTheWay) as error:
        redo(two.desk, ANNA)
    (way,) = error.value.ways
    by = "jane@customer.example" if what == "mail" else "bert"
    assert (way.ticket, str(way.actor)) == (1, by)
    assert way.event is not None
    assert two.ticket(1).merged_into is None


def test_what_was_merged_before_is_not_in_the_way(two: Office) -> None:
    merge(two.desk, [1], 2, BERT)
    merge_customers(two.desk, "jane@customer.example", "max@other.example", ANNA)
    undo(two.desk, ANNA)
    assert two.sql("SELECT count(DISTINCT customer_id) FROM ticket") == [(2,)]
