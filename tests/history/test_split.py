"""Split, move, delete, bring back: each journalled on both sides, each taken back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kfdesk.desk.conversation.reply import note, reply
from kfdesk.desk.history.undo import InTheWay, redo, undo
from kfdesk.desk.merging.split import move, split
from kfdesk.desk.tickets.change import change
from kfdesk.desk.tickets.delete import delete, restore
from kfdesk.desk.timing.clockwork import catch_up
from kfdesk.errors import NotFound, UserError
from kfdesk.model import Change, OutboxState, Status
from tests.desk.conftest import OpenOffice
from tests.desk.office import ANNA, Office, raw
from tests.history.dump import differences, dump

POLICY = """
[[sla]]
name = "Standard"
first_response = "8h"
next_response = "8h"
resolve = "3d"
"""


@pytest.fixture
def desk(opened: OpenOffice) -> Office:
    """A ticket on which two people wrote, and another one."""
    office = opened(POLICY)
    office.receive(raw("First.\r\n", Cc="Max <max@other.example>", Subject="Order 1"))
    office.later(minutes=10)
    first = office.messages(1)[0].message_id
    office.receive(
        raw("Mine broke, too.\r\n", "Max <max@other.example>", answers=[first],
            Subject="Re: Order 1"),
        raw("Else.\r\n", Subject="Order 2"),
    )  # fmt: skip
    office.later(minutes=10)
    return office


def texts(office: Office, number: int) -> list[str]:
    """What was said on a ticket."""
    return [message.text.strip() for message in office.messages(number)]


def gone(before: object, office: Office) -> list[str]:
    """What is not as before, but for tickets that came and went."""
    lines = differences(before, dump(office))
    return [
        line for line in lines if "'deleted_at': None" in line or not line.startswith("ticket (3,)")
    ]


def test_chosen_messages_become_a_ticket_of_who_wrote_them(desk: Office) -> None:
    """Linked and journalled both ways; the customer waits since they wrote."""
    (_first, second) = desk.messages(1)
    new = split(desk.desk, 1, [second.id], ANNA, "Broken")
    assert (new.number, new.subject, new.customer.email) == (3, "Broken", "max@other.example")
    assert texts(desk, 3) == ["Mine broke, too."]
    assert texts(desk, 1) == ["First."]
    assert new.waiting_since is not None
    assert new.waiting_since - timedelta(minutes=10) == desk.ticket(1).waiting_since
    assert new.first_response_due is not None
    assert (new.message_count, desk.ticket(1).message_count) == (1, 1)
    assert ("split", 1) in {(kind, n) for kind, n, _why in new.links}
    assert desk.events(1)[-1].kind == "split"
    assert "#3 Broken" in desk.events(1)[-1].text
    assert "#1 Order 1" in desk.events(3)[0].text


def test_follow_ups_go_where_the_message_is_now(desk: Office) -> None:
    """By a stored Message-ID, and by our own token in an answer that moved."""
    reply(desk.desk, 1, "Max, which one?", ANNA)
    said = desk.messages(1)
    split(desk.desk, 1, [said[1].id, said[2].id], ANNA)
    max_ = "Max <max@other.example>"
    desk.receive(raw("The red one.\r\n", max_, answers=[said[2].message_id], Subject="Re: Order 1"))
    desk.receive(raw("Or blue.\r\n", max_, answers=[said[1].message_id], Subject="Re: Order 1"))
    assert texts(desk, 3)[2:] == ["The red one.", "Or blue."]
    assert [row.ticket for row in desk.outbox()] == [3]


def test_a_split_is_taken_back_and_its_number_is_not_used_again(desk: Office) -> None:
    """The new ticket is a deleted one then, and comes back by redo."""
    before = dump(desk)
    split(desk.desk, 1, [desk.messages(1)[1].id], ANNA)
    after = dump(desk)
    undo(desk.desk, ANNA, 1)
    assert gone(before, desk) == []
    assert desk.find("is:deleted") == [3]
    with pytest.raises(UserError, match="redo"):
        restore(desk.desk, 3, ANNA)
    redo(desk.desk, ANNA, 1)
    assert differences(after, dump(desk)) == []
    undo(desk.desk, ANNA, 1)
    desk.receive(raw("New.\r\n", Subject="Order 9"))
    assert desk.find("")[0] == 4


def test_something_has_to_be_left(desk: Office) -> None:
    """All messages, none, or somebody else's: refused, and nothing happens."""
    one, two = desk.messages(1)
    before = dump(desk)
    with pytest.raises(UserError, match="merge it instead"):
        split(desk.desk, 1, [one.id, two.id], ANNA)
    with pytest.raises(UserError, match="merge it instead"):
        move(desk.desk, desk.messages(2)[0].id, 1, ANNA)
    with pytest.raises(UserError, match="name the messages"):
        split(desk.desk, 1, [], ANNA)
    with pytest.raises(NotFound, match="has no message"):
        split(desk.desk, 1, [desk.messages(2)[0].id], ANNA)
    with pytest.raises(NotFound, match="no message 999"):
        split(desk.desk, 1, [999], ANNA)
    with pytest.raises(NotFound, match="no message 999"):
        move(desk.desk, 999, 1, ANNA)
    with pytest.raises(UserError, match="on ticket 1 already"):
        move(desk.desk, one.id, 1, ANNA)
    assert differences(before, dump(desk)) == []


def test_a_message_moves_to_another_ticket(desk: Office) -> None:
    """Who wrote it is a party there; an unanswered one reopens it."""
    change(desk.desk, 2, Change(status=Status.SOLVED), ANNA)
    before = dump(desk)
    found = move(desk.desk, desk.messages(1)[1].id, 2, ANNA)
    assert texts(desk, 2) == ["Mine broke, too.", "Else."]
    assert found.status is Status.OPEN
    assert [p.email for p in found.collaborators] == ["max@other.example"]
    assert (found.message_count, desk.ticket(1).message_count) == (2, 1)
    assert [desk.events(n)[-1].kind for n in (1, 2)] == ["moved", "moved"]
    undo(desk.desk, ANNA, 1)
    assert differences(before, dump(desk)) == []


def test_what_was_said_on_a_split_ticket_since_is_in_the_way(desk: Office) -> None:
    """It would be lost."""
    split(desk.desk, 1, [desk.messages(1)[1].id], ANNA)
    moved = desk.messages(3)[0].id
    reply(desk.desk, 3, "Which?", ANNA)
    desk.deliver_outbox()
    move(desk.desk, moved, 2, ANNA)
    with pytest.raises(InTheWay, match="ticket"):
        undo(desk.desk, ANNA, 1)


def test_a_deleted_ticket_leaves_lists_and_search_and_does_not_come_back(desk: Office) -> None:
    """A second fetch brings nothing; a follow-up is a new ticket; its letters do not leave."""
    mail = raw("Unwanted goods.\r\n", "Eve <eve@evil.example>", Subject="Buy")
    desk.receive(mail)
    reply(desk.desk, 3, "No.", ANNA)
    first = desk.messages(3)[0].message_id
    delete(desk.desk, [3], ANNA)
    assert set(desk.find("")) == {1, 2}
    assert desk.find("unwanted") == []
    assert desk.find("is:deleted") == [3]
    assert [row.state for row in desk.outbox()] == [OutboxState.CANCELLED]
    with pytest.raises(NotFound, match="was deleted; `kfdesk restore-ticket 3`"):
        desk.ticket(3)
    desk.receive(mail)
    assert set(desk.find("")) == {1, 2}
    desk.receive(raw("Again.\r\n", "Eve <eve@evil.example>", answers=[first], Subject="Re: Buy"))
    assert set(desk.find("")) == {1, 2, 4}


def test_a_deleted_ticket_comes_back_when_asked(desk: Office) -> None:
    """With its promises; and both can be taken back."""
    begin = dump(desk)
    delete(desk.desk, [1, 2], ANNA)
    assert desk.find("") == []
    deleted = dump(desk)
    found = restore(desk.desk, 1, ANNA)
    assert found.first_response_due is not None
    assert desk.find("") == [1]
    with pytest.raises(UserError, match="was not deleted"):
        restore(desk.desk, 1, ANNA)
    undo(desk.desk, ANNA, 1)
    assert differences(deleted, dump(desk)) == []
    undo(desk.desk, ANNA, 1)
    assert differences(begin, dump(desk)) == []


def test_who_was_answered_by_what_never_left_waits_again(office: Office) -> None:
    """A ticket is deleted while an answer waits, and brought back."""
    office.receive(raw("Where is it?\r\n"))
    waiting_since = office.ticket(1).waiting_since
    assert waiting_since is not None
    reply(office.desk, 1, "On its way.", ANNA)
    delete(office.desk, [1], ANNA)
    restore(office.desk, 1, ANNA)
    assert [row.state for row in office.outbox()] == [OutboxState.CANCELLED]
    assert office.ticket(1).waiting_since == waiting_since
    undo(office.desk, ANNA)
    undo(office.desk, ANNA)
    assert [row.state for row in office.outbox()] == [OutboxState.QUEUED]
    assert office.ticket(1).waiting_since is None


def test_a_ticket_that_was_never_made_is_not_restored_for_what_rules_wrote_on_it(
    opened: OpenOffice,
) -> None:
    office = opened("""
[[schedule]]
name = "Nag"
every = "hour"
when = "waiting>2h"
do = [{ note = "Late." }]
""")
    catch_up(office.desk)
    office.receive(raw("Where is it?\r\n"))
    note(office.desk, 1, "Look.", ANNA)
    split(office.desk, 1, [office.messages(1)[0].id], ANNA)
    office.later(hours=4)
    catch_up(office.desk)
    assert office.ticket(2).message_count == 2
    undo(office.desk, ANNA)
    with pytest.raises(UserError, match="gone by an undo"):
        restore(office.desk, 2, ANNA)
    redo(office.desk, ANNA)
    assert office.ticket(2).message_count == 2
