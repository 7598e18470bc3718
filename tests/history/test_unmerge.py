"""Un-merge works, also after further replies, by asking where those belong."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kfdesk.desk.conversation.reply import note, reply
from kfdesk.desk.history.undo import undo
from kfdesk.desk.merging.merge import merge
from kfdesk.desk.merging.unmerge import Undecided, parting, unmerge
from kfdesk.desk.teamwork import side
from kfdesk.desk.tickets.change import change
from kfdesk.desk.tickets.link import link
from kfdesk.desk.tickets.spent import spend
from kfdesk.errors import UserError
from kfdesk.model import Change, Status
from tests.desk.conftest import OpenOffice
from tests.desk.office import ANNA, Office, raw
from tests.history.dump import differences, dump
from tests.teamwork.conftest import BERT


@pytest.fixture
def two(opened: OpenOffice) -> Office:
    """A ticket of Jane, and one of Max."""
    office = opened()
    office.receive(raw("First.\r\n", Subject="Order 1"))
    office.later(minutes=10)
    office.receive(raw("Second.\r\n", "Max <max@other.example>", Subject="Order 2"))
    office.later(minutes=10)
    return office


def texts(office: Office, number: int) -> list[str]:
    """What was said on a ticket."""
    return [message.text.strip() for message in office.messages(number)]


def test_a_merge_that_nothing_followed_is_taken_apart_without_a_question(two: Office) -> None:
    """All is where it was, but for the journal."""
    before = dump(two)
    merge(two.desk, [2], 1, ANNA)
    found = unmerge(two.desk, 2, ANNA)
    assert found.merged_into is None
    assert texts(two, 1) == ["First."]
    assert texts(two, 2) == ["Second."]
    told = [line for line in differences(before, dump(two)) if "last_person_at" not in line]
    assert told == []
    assert (two.events(1)[-1].kind, two.events(2)[-1].kind) == ("unmerged", "unmerged")


def test_messages_that_came_since_are_asked_about(two: Office) -> None:
    """Those of the other sender, and answers to them, are suggested; nothing moves unasked."""
    merge(two.desk, [2], 1, ANNA)
    two.receive(
        raw("By Max.\r\n", "Max <max@other.example>", answers=[two.messages(1)[1].message_id],
            Subject="Re: Order 2"),
    )  # fmt: skip
    two.receive(raw("By Jane.\r\n", answers=[two.messages(1)[0].message_id], Subject="Re: Order 1"))
    note(two.desk, 1, "A note.", ANNA)
    reply(two.desk, 1, "To Jane.", ANNA)
    with pytest.raises(Undecided, match="4 messages came on ticket 1") as caught:
        unmerge(two.desk, 2, ANNA)
    asked = caught.value.parting
    assert asked == parting(two.desk, 2)
    assert [message.text.strip() for message in asked.since if message.id in asked.theirs] == [
        "By Max."
    ]
    assert two.ticket(2).merged_into == 1
    unmerge(two.desk, 2, ANNA, asked.theirs)
    assert texts(two, 1) == ["First.", "By Jane.", "A note.", "To Jane."]
    assert texts(two, 2) == ["Second.", "By Max."]
    assert two.ticket(1).waiting_since is None
    assert two.ticket(2).waiting_since is not None
    assert two.ticket(1).message_count == 4
    assert two.ticket(1).collaborators == ()


def test_a_party_who_goes_on_writing_there_stays_one(two: Office) -> None:
    """What stays is theirs to answer."""
    merge(two.desk, [2], 1, ANNA)
    two.receive(
        raw("By Max.\r\n", "Max <max@other.example>", answers=[two.messages(1)[1].message_id],
            Subject="Re: Order 2"),
    )  # fmt: skip
    unmerge(two.desk, 2, ANNA, ())
    assert texts(two, 1) == ["First.", "By Max."]
    assert [p.email for p in two.ticket(1).collaborators] == ["max@other.example"]


def test_follow_ups_find_their_own_ticket_again(two: Office) -> None:
    """Also to an answer that was given while it was merged."""
    merge(two.desk, [2], 1, ANNA)
    reply(two.desk, 1, "To both.", ANNA)
    asked = parting(two.desk, 2)
    unmerge(two.desk, 2, ANNA, [asked.since[0].id])
    ours = two.messages(2)[-1].message_id
    two.receive(raw("More.\r\n", answers=[ours], Subject="Re: Order 1"))
    assert texts(two, 2)[-1] == "More."


def test_out_of_the_middle_of_a_chain(two: Office) -> None:
    """Its messages are found where they are now."""
    two.receive(raw("Third.\r\n", Subject="Order 3"))
    merge(two.desk, [2], 1, ANNA)
    merge(two.desk, [1], 3, ANNA)
    unmerge(two.desk, 2, ANNA)
    assert texts(two, 2) == ["Second."]
    assert texts(two, 3) == ["First.", "Third."]
    unmerge(two.desk, 1, ANNA)
    assert texts(two, 1) == ["First."]


def test_one_of_several(two: Office) -> None:
    """The others stay."""
    two.receive(raw("Third.\r\n", Subject="Order 3"))
    merge(two.desk, [2, 3], 1, ANNA)
    unmerge(two.desk, 3, ANNA)
    assert texts(two, 1) == ["First.", "Second."]
    assert {n for kind, n, _why in two.ticket(1).links if kind == "merged"} == {2}


def test_an_un_merge_can_be_taken_back(two: Office) -> None:
    """And the merge then, too."""
    begin = dump(two)
    merge(two.desk, [2], 1, ANNA)
    merged = dump(two)
    unmerge(two.desk, 2, ANNA)
    undo(two.desk, ANNA, 2)
    assert differences(merged, dump(two)) == []
    undo(two.desk, ANNA, 2)
    assert differences(begin, dump(two)) == []


def test_an_un_merge_is_taken_back_also_after_the_ticket_was_solved(two: Office) -> None:
    """It is a part of the other again, and stays solved."""
    merge(two.desk, [2], 1, ANNA)
    unmerge(two.desk, 2, ANNA)
    change(two.desk, 2, Change(status=Status.SOLVED), BERT)
    undo(two.desk, ANNA, 1)
    assert two.ticket(2).merged_into == 1
    assert two.ticket(2).status is Status.SOLVED


def test_what_was_not_merged_cannot_be_taken_out(two: Office) -> None:
    """Nor can a message that was there before."""
    with pytest.raises(UserError, match="no part of another"):
        unmerge(two.desk, 1, ANNA)
    merge(two.desk, [2], 1, ANNA)
    with pytest.raises(UserError, match="did not come on ticket 1"):
        unmerge(two.desk, 2, ANNA, [1])


def test_what_came_over_goes_back_also_from_where_it_went_on_to(two: Office) -> None:
    """Work and links of a ticket that was merged into one that was merged itself."""
    two.receive(raw("Third.\r\n", "Eve <eve@third.example>"), raw("Fourth.\r\n"))
    spend(two.desk, 1, timedelta(minutes=25), ANNA)
    link(two.desk, 1, "related", 4, ANNA)
    merge(two.desk, [1], 2, ANNA)
    merge(two.desk, [2], 3, ANNA)
    unmerge(two.desk, 1, BERT)
    assert two.ticket(1).spent == timedelta(minutes=25)
    assert two.ticket(3).spent == timedelta(0)
    assert two.sql("SELECT ticket_id FROM time_spent") == [(1,)]
    assert [link[:2] for link in two.ticket(1).links] == [("related", 4)]
    assert [link[:2] for link in two.ticket(4).links] == [("related", 1)]


def test_what_is_asked_aside_goes_as_a_whole_to_whom_it_belongs(two: Office) -> None:
    """What one of the two had asked before stays theirs; since then, it is asked whose it is."""
    ours = side.ask(two.desk, 1, "sue@supplier.example", "Stock", "Ours?", ANNA)
    theirs = side.ask(two.desk, 2, "tom@supplier.example", "Stock", "Theirs?", ANNA)
    merge(two.desk, [2], 1, ANNA)
    side.answer(two.desk, ours.side.id, "And ours?", ANNA)
    side.answer(two.desk, theirs.side.id, "And theirs?", ANNA)
    assert parting(two.desk, 2).since == ()
    new = side.ask(two.desk, 1, "pat@supplier.example", "Stock", "New?", ANNA)
    side.answer(two.desk, new.side.id, "And new?", ANNA)
    first, _second = parting(two.desk, 2).since
    unmerge(two.desk, 2, BERT, [first.id])
    assert [m.text for m in two.messages(2) if m.side] == [
        *("Theirs?", "And theirs?", "New?", "And new?")
    ]
    assert [m.text for m in two.messages(1) if m.side] == ["Ours?", "And ours?"]
    assert [one.side.id for one in side.listing(two.desk, 2)] == [theirs.side.id, new.side.id]
    assert [one.side.id for one in side.listing(two.desk, 1)] == [ours.side.id]
