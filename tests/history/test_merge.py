"""Merge: messages move, both histories name each other, what was merged leads to its target."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kfdesk.desk.conversation.reply import note, reply
from kfdesk.desk.history.undo import undo
from kfdesk.desk.merging.merge import merge
from kfdesk.desk.tickets.change import change
from kfdesk.desk.tickets.link import link
from kfdesk.errors import NotFound, UserError
from kfdesk.model import Actor, By, Change, Status
from tests.desk.conftest import OpenOffice
from tests.desk.office import ANNA, Office, raw
from tests.history.dump import differences, dump

BERT = Actor(By.AGENT, "bert")
POLICY = """
[[sla]]
name = "Standard"
first_response = "8h"
next_response = "8h"
resolve = "3d"

[[trigger]]
name = "Say what came"
on = ["updated"]
always = true
when = "by:agent"
do = [{ tag = ["seen"] }]
"""


@pytest.fixture
def two(opened: OpenOffice) -> Office:
    """A desk with a ticket of Jane, and later one of hers again, and one of Max."""
    office = opened(POLICY)
    office.receive(raw("First.\r\n", Subject="Order 1"))
    office.later(minutes=10)
    office.receive(raw("Second.\r\n", Subject="Order 2"))
    office.later(minutes=10)
    office.receive(raw("Third.\r\n", "Max <max@other.example>", Subject="Order 3"))
    return office


def test_messages_move_and_both_histories_name_each_other(two: Office) -> None:
    """The target has all that was said; a link and a journal line on each side say why."""
    found = merge(two.desk, [2, 3], 1, ANNA)
    assert [m.text.strip() for m in two.messages(1)] == ["First.", "Second.", "Third."]
    assert found.message_count == 3
    assert {n for kind, n, _why in found.links if kind == "merged"} == {2, 3}
    assert two.events(1)[-2].kind == "merged"
    assert "#2 Order 2" in two.events(1)[-2].text
    for number in (2, 3):
        last = two.events(number)[-1]
        assert (last.kind, last.changes["merged_into"]) == ("merged", (None, 1))
        assert two.ticket(number).merged_into == 1
        assert two.messages(number) == []
    assert two.find("") == [1]
    assert set(two.find("is:merged")) == {2, 3}


def test_follow_ups_to_the_old_number_reach_the_target_through_a_chain(two: Office) -> None:
    """By Message-ID, by our own token, by the number in the subject."""
    reply(two.desk, 2, "An answer.", ANNA)
    ours = two.messages(2)[-1].message_id
    theirs = two.messages(2)[0].message_id
    letter = two.outbox()[-1].subject
    merge(two.desk, [2], 3, ANNA)
    merge(two.desk, [3], 1, ANNA)
    two.receive(raw("By token.\r\n", answers=[ours], Subject="Re: Order 2"))
    two.receive(raw("By id.\r\n", answers=[theirs], Subject="Re: Order 2"))
    two.receive(raw("By number.\r\n", Subject=letter))
    assert [m.text.strip() for m in two.messages(1)][-3:] == ["By token.", "By id.", "By number."]
    assert two.find("") == [1]


def test_a_merged_ticket_raises_no_events_and_takes_no_changes(two: Office) -> None:
    """Every way to change it is refused with the way to its target."""
    merge(two.desk, [2], 1, ANNA)
    assert "seen" in two.ticket(1).tags
    assert "seen" not in two.ticket(2).tags
    acts: list[Callable[[], object]] = [
        lambda: change(two.desk, 2, Change(status=Status.SOLVED), ANNA),
        lambda: reply(two.desk, 2, "x", ANNA),
        lambda: note(two.desk, 2, "x", ANNA),
    ]
    for act in acts:
        with pytest.raises(UserError, match="merged into 1: go on there"):
            act()


def test_a_circle_a_merge_with_itself_and_what_is_gone_are_refused_by_name(two: Office) -> None:
    """Nothing is done then."""
    merge(two.desk, [2], 1, ANNA)
    before = dump(two)
    for sources, into, said in (
        ([1], 1, "with itself"),
        ([1], 2, "circle"),
        ([2], 3, "ticket 2 was merged into 1"),
        ([3], 2, "ticket 2 was merged into 1"),
        ([], 1, "name the tickets"),
    ):
        with pytest.raises(UserError, match=said):
            merge(two.desk, sources, into, ANNA)
    with pytest.raises(NotFound, match="no ticket 99"):
        merge(two.desk, [3, 99], 1, ANNA)
    assert differences(before, dump(two)) == []


def test_another_customer_becomes_a_party(two: Office) -> None:
    """And may go on writing on the target."""
    merge(two.desk, [3], 1, ANNA)
    assert [str(p) for p in two.ticket(1).collaborators] == ["Max <max@other.example>"]
    assert two.ticket(1).customer.email == "jane@customer.example"


def test_the_earliest_promise_is_kept(two: Office) -> None:
    """Whichever ticket it was made on; the customer waits since the first question."""
    first = two.ticket(1)
    assert first.first_response_due is not None
    merge(two.desk, [1], 2, ANNA)
    found = two.ticket(2)
    assert found.first_response_due == first.first_response_due
    assert found.resolve_due == first.resolve_due
    assert found.waiting_since == first.waiting_since
    assert two.ticket(1).due_at is None
    assert two.ticket(1).waiting_since is None


def test_an_unanswered_question_reopens_what_it_is_merged_into(two: Office) -> None:
    """Else nobody would see it; an answered one does not."""
    change(two.desk, 1, Change(status=Status.SOLVED), ANNA)
    reply(two.desk, 2, "Answered.", ANNA, status=Status.PENDING)
    merge(two.desk, [2], 1, ANNA)
    assert two.ticket(1).status is Status.SOLVED
    merge(two.desk, [3], 1, ANNA)
    assert two.ticket(1).status is Status.OPEN


def test_what_belongs_to_a_ticket_goes_over(two: Office) -> None:
    """Tags, followers, drafts, side conversations, time, and what waits to leave."""
    change(two.desk, 2, Change(add_tags=("b",)), ANNA)
    reply(two.desk, 2, "Soon.", ANNA)
    for sql in (
        "INSERT INTO follower (ticket_id, agent) VALUES (2, 'bert'), (2, 'anna'), (1, 'anna')",
        "INSERT INTO draft (ticket_id, agent, kind, text, updated_at) VALUES "
        "(1, 'anna', 'reply', 'one', 0), (2, 'anna', 'reply', 'two', 0), "
        "(2, 'bert', 'note', 'n', 0)",
        "INSERT INTO time_spent (ticket_id, agent, seconds, at, note) "
        "VALUES (2, 'anna', 60, 0, '')",
        "UPDATE ticket SET spent = 60 WHERE id = 2",
        "INSERT INTO link (ticket_id, other_id, kind, reason, created_at) VALUES "
        "(2, 3, 'related', '', 0), (1, 3, 'related', '', 0), (2, 1, 'maybe', '', 0)",
    ):
        two.sql(sql)
    before = dump(two)
    merge(two.desk, [2], 1, ANNA)
    assert "b" in two.ticket(1).tags
    assert [row.ticket for row in two.outbox()] == [1]
    assert two.sql("SELECT ticket_id, agent FROM follower ORDER BY agent") == [
        (1, "anna"),
        (1, "bert"),
    ]
    assert two.sql("SELECT ticket_id, agent, text FROM draft ORDER BY agent") == [
        (1, "anna", "one\n\ntwo"),
        (1, "bert", "n"),
    ]
    assert two.sql("SELECT id, spent FROM ticket WHERE spent") == [(1, 60)]
    assert {(k, n) for k, n, _w in two.ticket(1).links} >= {("related", 3), ("merged", 2)}
    assert two.sql("SELECT count(*) FROM link WHERE kind = 'related'") == [(1,)]
    undo(two.desk, ANNA, 1)
    assert differences(before, dump(two)) == []
    assert two.sql("SELECT ticket_id, agent, text FROM draft ORDER BY agent, ticket_id") == [
        (1, "anna", "one"),
        (2, "anna", "two"),
        (2, "bert", "n"),
    ]


def test_a_merge_is_taken_back_as_one(two: Office) -> None:
    """Several into one, and all of it back."""
    before = dump(two)
    merge(two.desk, [2, 3], 1, ANNA)
    two.later(minutes=1)
    undo(two.desk, BERT, 2)
    assert differences(before, dump(two)) == []
    merge(two.desk, [2, 3], 1, ANNA)


def test_a_merge_brings_no_second_parent_and_no_circle(two: Office) -> None:
    """What goes is told nowhere else, and comes back with an undo."""
    for n in range(3, 6):
        two.receive(raw("More.\r\n", f"S{n} <s{n}@new.example>"))
    for one, kind, other in (
        *((1, "parent", 3), (2, "parent", 4)),  # each has one
        *((1, "related", 5), (5, "related", 2)),  # the same, from the other side
        *((5, "problem", 1), (2, "problem", 5)),  # what is below the one is above the other
        (1, "duplicate", 2),
    ):
        link(two.desk, one, kind, other, ANNA)
    before = dump(two)
    merge(two.desk, [1], 2, ANNA)
    told = {(kind, other) for kind, other, _why in two.ticket(2).links}
    assert told == {("parent", 4), ("related", 5), ("problem", 5), ("merged", 1)}
    assert two.ticket(3).links == ()
    undo(two.desk, ANNA)
    assert differences(before, dump(two)) == []
