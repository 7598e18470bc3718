"""Undo works on anything that nothing later depends on, and otherwise says what is in the way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from kfdesk.desk.assigning.passing import assign
from kfdesk.desk.conversation.reply import note, reply
from kfdesk.desk.history.undo import InTheWay, history, redo, undo
from kfdesk.desk.merging.merge import merge
from kfdesk.desk.merging.unmerge import unmerge
from kfdesk.desk.tickets.change import change
from kfdesk.desk.tickets.change import opened as seen
from kfdesk.errors import Conflict, NotFound, UserError
from kfdesk.model import Actor, By, Change, Direction, OutboxState, Priority, Status
from tests.desk.conftest import OpenOffice
from tests.desk.office import ANNA, Office, raw
from tests.history.dump import differences, dump, words_found

BERT = Actor(By.AGENT, "bert")
RULES = """
[[field]]
name = "order_no"
[[field]]
name = "size"

[[sla]]
name = "Standard"
first_response = "8h"
next_response = "8h"
resolve = "3d"
pause_on = ["pending"]

[[trigger]]
name = "Urgent goes to refunds"
when = "changed:priority priority:urgent"
do = [{ set = { team = "refunds" } }, { tag = ["hot"] }, { note = "It is urgent." }]

[[template]]
name = "gone"
text = "It is solved."

[[trigger]]
name = "Say that it is solved"
when = "status.now:solved"
do = [{ reply = "gone" }]
"""


@pytest.fixture
def busy(opened: OpenOffice) -> Office:
    """A desk with two tickets, a policy and rules."""
    office = opened(RULES)
    office.receive(raw("refund please\r\n"), raw("Another.\r\n", "Max <max@other.example>"))
    office.later(minutes=5)
    return office


def test_a_change_is_taken_back_with_what_rules_made_of_it(busy: Office) -> None:
    """All that one save wrote is one step: fields, the rule's fields, its tag and its note."""
    before = dump(busy)
    change(busy.desk, 1, Change(priority=Priority.URGENT), ANNA)
    assert busy.ticket(1).team == "refunds"
    assert [m.direction for m in busy.messages(1)] == [Direction.IN, Direction.NOTE]
    busy.later(minutes=1)
    done = undo(busy.desk, ANNA, 1)
    assert done.changes[1]["priority"] == ("urgent", "normal")
    assert differences(before, dump(busy)) == []
    assert words_found(busy, "urgent") == []
    last = busy.events(1)[-1]
    assert (last.kind, last.actor, last.changes["team"]) == ("undone", ANNA, ("refunds", ""))
    assert last.operation is not None


@pytest.mark.parametrize("status", list(Status))
def test_every_status_comes_back_with_its_clocks(busy: Office, status: Status) -> None:
    """Solved and pending stop and meet promises; taken back, they were never stopped."""
    before = dump(busy)
    change(busy.desk, 1, Change(status=status), ANNA)
    if status is not Status.NEW:
        undo(busy.desk, ANNA, 1)
    assert differences(before, dump(busy)) == []


def test_a_reply_that_has_not_left_is_a_draft_again(busy: Office) -> None:
    """Message, outbox row, promise: as if it had not been written; the words are kept."""
    before = dump(busy)
    reply(busy.desk, 1, "The cheque is in the post.", ANNA, status=Status.PENDING)
    assert words_found(busy, "cheque")
    done = undo(busy.desk, ANNA)
    assert done.draft == 1
    assert differences(before, dump(busy)) == []
    assert words_found(busy, "cheque") == []
    assert busy.sql("SELECT text, agent, kind FROM draft") == [
        ("The cheque is in the post.", "anna", "reply")
    ]
    redo(busy.desk, ANNA)
    assert busy.messages(1)[-1].text == "The cheque is in the post."
    assert words_found(busy, "cheque") == [busy.messages(1)[-1].id]
    assert busy.sql("SELECT * FROM draft") == []
    assert [row.state for row in busy.outbox()] == [OutboxState.QUEUED]


def test_a_reply_that_has_left_cannot_be_taken_back(busy: Office) -> None:
    """It says so, and nothing changes."""
    reply(busy.desk, 1, "Too late.", ANNA)
    busy.deliver_outbox()
    before = dump(busy)
    with pytest.raises(InTheWay, match="the reply has left"):
        undo(busy.desk, ANNA, 1)
    assert differences(before, dump(busy)) == []


def test_what_a_rule_sent_stays_and_the_undo_says_so(busy: Office) -> None:
    """The field goes back; the mail that left by it is told."""
    change(busy.desk, 1, Change(status=Status.SOLVED), ANNA)
    busy.deliver_outbox()
    done = undo(busy.desk, ANNA, 1)
    assert [row.state for row in done.left] == [OutboxState.SENT]
    assert busy.ticket(1).status is Status.NEW
    assert busy.ticket(1).message_count == len(busy.messages(1)) == 2


def test_a_message_id_is_never_given_out_again(busy: Office) -> None:
    """The journal names the note that is gone; the next one is another."""
    note(busy.desk, 1, "first", ANNA)
    gone = busy.messages(1)[-1].id
    undo(busy.desk, ANNA)
    note(busy.desk, 1, "second", ANNA)
    assert busy.messages(1)[-1].id == gone + 1


def test_a_later_change_of_the_same_field_is_in_the_way(busy: Office) -> None:
    """It is named: what, by whom, on which ticket; another field is not in the way."""
    change(busy.desk, 1, Change(status=Status.PENDING), ANNA)
    change(busy.desk, 1, Change(status=Status.HOLD, add_tags=("x",)), BERT)
    before = dump(busy)
    with pytest.raises(InTheWay, match=r"ticket 1: Status was changed by bert") as caught:
        undo(busy.desk, ANNA)
    (way,) = caught.value.ways
    assert (way.field, way.actor, way.event) == ("status", BERT, busy.events(1)[-1].id)
    assert differences(before, dump(busy)) == []


def test_what_a_customer_changed_since_is_in_the_way(busy: Office) -> None:
    """A mail that reopened the ticket depends on its having been solved."""
    change(busy.desk, 1, Change(status=Status.PENDING), ANNA)
    asked = busy.messages(1)[0].message_id
    busy.receive(raw("And now?\r\n", answers=[asked]))
    with pytest.raises(InTheWay, match=r"jane@customer.example \(message"):
        undo(busy.desk, ANNA, 1)


def test_only_the_field_that_was_set_goes_back(busy: Office) -> None:
    """Custom fields are facts each for itself."""
    change(busy.desk, 1, Change(fields={"order_no": "A1"}), ANNA)
    change(busy.desk, 1, Change(fields={"size": "L"}), BERT)
    undo(busy.desk, ANNA)
    assert busy.ticket(1).fields == {"size": "L"}
    change(busy.desk, 1, Change(fields={"size": "M"}), ANNA)
    with pytest.raises(InTheWay, match="changed by anna"):
        undo(busy.desk, BERT)


def test_a_later_message_does_not_keep_a_reply_from_being_taken_back(busy: Office) -> None:
    """What follows from both is made anew: the customer waits since the first question."""
    reply(busy.desk, 1, "Answer.", ANNA)
    busy.later(minutes=3)
    busy.receive(raw("More.\r\n", answers=[busy.messages(1)[0].message_id]))
    undo(busy.desk, ANNA, 1)
    ticket = busy.ticket(1)
    assert ticket.waiting_since == busy.messages(1)[0].at + timedelta(hours=1)
    assert ticket.message_count == 2


def test_undo_goes_back_step_by_step_and_redo_forward(busy: Office) -> None:
    """The last thing that is not undone yet; redo begins at what was undone last."""
    states = [dump(busy)]
    steps: list[Callable[[], object]] = [
        lambda: change(busy.desk, 1, Change(status=Status.PENDING), ANNA),
        lambda: assign(busy.desk, 1, "agent:bert", ANNA, note="yours"),
        lambda: note(busy.desk, 1, "and this", ANNA),
        lambda: change(busy.desk, 1, Change(add_tags=("a", "b")), ANNA),
    ]
    for step in steps:
        step()
        states.append(dump(busy))
    for before in reversed(states[:-1]):
        undo(busy.desk, ANNA, 1)
        assert differences(before, dump(busy)) == []
    with pytest.raises(UserError, match="nothing was done on ticket 1"):
        undo(busy.desk, ANNA, 1)
    for after in states[1:]:
        redo(busy.desk, ANNA, 1)
        assert differences(after, dump(busy)) == []
    with pytest.raises(UserError, match="nothing was undone"):
        redo(busy.desk, ANNA, 1)
    for before in reversed(states[:-1]):
        undo(busy.desk, ANNA)
        assert differences(before, dump(busy)) == []


def test_what_was_looked_at_before_an_undo_is_out_of_date_after_it(busy: Office) -> None:
    """An undo is a change: what was decided by how a ticket stood before it is refused."""
    for wanted in (Change(status=Status.PENDING), Change(add_tags=("vip",))):
        change(busy.desk, 1, wanted, ANNA)
        looked = busy.ticket(1)
        busy.later(minutes=1)
        undo(busy.desk, ANNA)
        now = busy.ticket(1)
        assert now.version > looked.version
        assert now.updated_at == busy.now
        with pytest.raises(Conflict):
            change(busy.desk, 1, Change(priority=Priority.LOW), BERT, looked.version)


def test_an_operation_is_taken_back_once(busy: Office) -> None:
    """The second time it says by what it was."""
    change(busy.desk, 1, Change(status=Status.PENDING), ANNA)
    (one,) = history(busy.desk, 1)
    assert (one.kind, one.actor, one.tickets) == ("set", ANNA, 1)
    undo(busy.desk, ANNA, id=one.id)
    with pytest.raises(UserError, match="undone already, by operation"):
        undo(busy.desk, ANNA, id=one.id)
    assert [step.kind for step in history(busy.desk, 1)] == ["undo", "set"]


def test_a_dry_run_tells_and_writes_nothing(busy: Office) -> None:
    """What it would put back, by ticket."""
    change(busy.desk, 1, Change(priority=Priority.URGENT), ANNA)
    before, events = dump(busy), len(busy.events(1))
    found = undo(busy.desk, ANNA, 1, dry_run=True)
    assert found.changes[1]["tags"] == (["hot"], [])
    assert differences(before, dump(busy)) == []
    assert len(busy.events(1)) == events


def test_rules_do_not_act_on_an_undo(busy: Office) -> None:
    """Coming back from pending to urgent is no news: no second note."""
    change(busy.desk, 1, Change(priority=Priority.URGENT), ANNA)
    change(busy.desk, 1, Change(priority=Priority.LOW), ANNA)
    undo(busy.desk, ANNA, 1)
    assert busy.ticket(1).priority is Priority.URGENT
    assert sum(m.direction is Direction.NOTE for m in busy.messages(1)) == 1


def test_what_is_unread_again_was_not_opened_since(busy: Office) -> None:
    """A reply marks a ticket as read; taken back, it is unread."""
    reply(busy.desk, 2, "Hello.", ANNA)
    undo(busy.desk, ANNA)
    assert set(busy.find("is:unread")) == {1, 2}
    seen(busy.desk, 2)
    assert busy.find("is:unread") == [1]


def test_nothing_of_one_s_own_is_nothing_to_take_back(busy: Office) -> None:
    """What others did is not one's own last."""
    change(busy.desk, 1, Change(status=Status.PENDING), ANNA)
    with pytest.raises(UserError, match="you have done nothing"):
        undo(busy.desk, BERT)
    for back in (undo, redo):
        with pytest.raises(NotFound, match="there is no ticket 77"):
            back(busy.desk, ANNA, 77)


def test_a_promise_that_was_kept_since_is_not_due_again(busy: Office) -> None:
    """A pause is taken back, of the clocks that still go."""
    change(busy.desk, 1, Change(status=Status.PENDING), ANNA)
    reply(busy.desk, 1, "We look.", BERT)
    pause = history(busy.desk, 1)[1]
    undo(busy.desk, ANNA, id=pause.id)
    ticket = busy.ticket(1)
    assert ticket.first_response_due is None
    assert ticket.resolve_due is not None
    assert ticket.due_at == ticket.resolve_due


def test_of_what_was_merged_together_nothing_goes_back_alone(busy: Office) -> None:
    """One of the tickets was taken out since: the others are taken out one by one, too."""
    busy.receive(raw("A third.\r\n", "Eve <eve@third.example>"))
    merge(busy.desk, [1, 2], 3, ANNA)
    unmerge(busy.desk, 1, BERT)
    before = dump(busy)
    together = history(busy.desk, 3)[-1]
    with pytest.raises(UserError, match="nothing of operation"):
        undo(busy.desk, ANNA, id=together.id, rest=True)
    assert differences(before, dump(busy)) == []
    unmerge(busy.desk, 2, BERT)


def test_nor_does_half_of_an_unmerge(busy: Office) -> None:
    change(busy.desk, 1, Change(add_tags=("a",)), ANNA)
    merge(busy.desk, [1], 2, ANNA)
    unmerge(busy.desk, 1, BERT)
    change(busy.desk, 2, Change(add_tags=("a",)), ANNA)
    apart = history(busy.desk, 1)[0]
    with pytest.raises(InTheWay):
        undo(busy.desk, ANNA, id=apart.id)
    with pytest.raises(UserError):
        undo(busy.desk, ANNA, id=apart.id, rest=True)
    assert busy.ticket(1).message_count == len(busy.messages(1)) == 1
