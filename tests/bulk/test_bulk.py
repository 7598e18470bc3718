"""One thing done to many tickets: what was shown, all at once, taken back by one undo."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kfdesk.desk.bulk.deed import parse
from kfdesk.desk.bulk.many import plan, run
from kfdesk.desk.bulk.summary import summary
from kfdesk.desk.history.undo import history, undo
from kfdesk.desk.tickets.change import change
from kfdesk.desk.tickets.edit import difference, differences
from kfdesk.errors import NotFound, UserError
from kfdesk.model import KEEP, Actor, By, Change, Direction, Priority, Status
from kfdesk.store import outbox, tickets
from tests.bulk.conftest import OpenOffice, do
from tests.desk.office import ANNA, Office, raw

BERT = Actor(By.AGENT, "bert")


def test_fields_of_many_tickets_are_set_as_one_operation(office: Office) -> None:
    done = do(office, "set", "status=open", "priority=high", "tag=+vip")
    assert sorted(done.changed) == [1, 2, 3]
    assert not done.left
    for ticket in office.tickets():
        assert (ticket.status, ticket.priority, ticket.tags) == ("open", "high", ("vip",))
        (event,) = [event for event in office.events(ticket.number) if event.operation]
        assert event.operation == done.operation
        assert event.actor == ANNA
        assert event.changes["status"] == ("new", "open")
    (one,) = history(office.desk)
    assert (one.kind, one.id) == ("bulk", done.operation)


def test_one_undo_takes_the_whole_back(office: Office) -> None:
    change(office.desk, 2, Change(priority=Priority.LOW, add_tags=("old",)), ANNA)
    before = office.tickets()
    do(office, "set", "status=open", "priority=high", "tag=+vip,-old")
    undo(office.desk, ANNA)
    after = office.tickets()
    assert [(t.status, t.priority, t.tags) for t in after] == [
        (t.status, t.priority, t.tags) for t in before
    ]


def test_the_exact_list_that_was_shown_is_what_is_changed(office: Office) -> None:
    """One that changed meanwhile is left and named, a new one is not touched, the rest goes on."""
    deed = parse(office.desk, ["set", "priority=high"], "anna")
    shown = plan(office.desk, deed, [1, 2, 3], ANNA)
    change(office.desk, 2, Change(add_tags=("meanwhile",)), BERT)
    office.receive(raw(sender="Late <late@customer.example>"))
    done = run(office.desk, shown, ANNA)
    assert done.changed == (1, 3)
    assert done.left == {2: "it was changed meanwhile"}
    assert [t.priority for t in office.tickets()] == ["high", "normal", "high", "normal"]


def test_what_a_field_demands_leaves_its_tickets_and_no_others(office: Office) -> None:
    change(office.desk, 2, Change(fields={"order_no": "A1"}), ANNA)
    done = do(office, "solve")
    assert done.changed == (2,)
    assert set(done.left) == {1, 3}
    assert "order_no" in done.left[1]
    assert office.ticket(1).status == "new"


def test_a_ticket_that_is_so_already_is_left_alone(office: Office) -> None:
    change(office.desk, 1, Change(priority=Priority.HIGH), ANNA)
    shown = plan(office.desk, parse(office.desk, ["set", "priority=high"], "anna"), [1, 2], ANNA)
    assert shown.same == 1
    assert [one.number for one in shown.acting] == [2]
    version = office.ticket(1).version
    assert run(office.desk, shown, ANNA).changed == (2,)
    assert office.ticket(1).version == version


def test_a_deed_that_comes_to_nothing_is_no_operation(office: Office) -> None:
    done = do(office, "set", "status=new")
    assert done.operation is None
    assert not history(office.desk)


def test_the_rules_look_at_each_ticket_that_was_changed(opened: OpenOffice) -> None:
    """One save is one event, however many are saved together."""
    office = opened(
        '[[trigger]]\nname = "High"\non = ["updated"]\nwhen = "changed:priority priority:high"\n'
        'do = [{ tag = ["seen"] }]\n'
    )
    do(office, "set", "priority=high", on=[1, 3])
    assert [t.tags for t in office.tickets()] == [("seen",), (), ("seen",)]
    undo(office.desk, ANNA)
    assert [t.tags for t in office.tickets()] == [(), (), ()]


def test_more_than_a_wave_is_one_transaction(
    opened: OpenOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever fails in the last wave, nothing of the first has happened."""
    monkeypatch.setattr("kfdesk.desk.bulk.many.WAVE", 2)
    office = opened(tickets=5)
    told: list[tuple[int, int]] = []
    deed = parse(office.desk, ["set", "priority=high"], "anna")
    shown = plan(office.desk, deed, range(1, 6), ANNA)

    def progress(done: int, total: int) -> None:
        told.append((done, total))
        if done == 5:
            raise RuntimeError("the power fails")

    with pytest.raises(RuntimeError):
        run(office.desk, shown, ANNA, progress)
    assert told == [(2, 5), (4, 5), (5, 5)]
    assert {t.priority for t in office.tickets()} == {Priority.NORMAL}
    assert not history(office.desk)
    assert len(run(office.desk, shown, ANNA).changed) == 5


def test_an_answer_to_many_is_a_person_s_to_each(opened: OpenOffice) -> None:
    office = opened(undo_send="10s")
    done = do(office, "reply", "Dear {{customer.name}}, it is on its way.")
    assert len(done.changed) == 3
    for ticket, row in zip(office.tickets(), office.outbox(), strict=True):
        said = office.messages(ticket.number)[-1]
        assert said.text == f"Dear Customer {ticket.number}, it is on its way."
        assert (said.author, said.auto, said.direction) == ("anna", "", Direction.OUT)
        assert ticket.status == "open"
        assert not row.automatic
        assert row.not_before == office.now + timedelta(seconds=10)
    undo(office.desk, ANNA)
    assert {row.state for row in office.outbox()} <= {"cancelled"}


def test_who_cannot_be_answered_is_left(office: Office) -> None:
    office.sql("UPDATE customer SET email = '' WHERE id = 2")
    done = do(office, "reply", "--template", "refunded")
    assert set(done.left) == {2}
    assert "no address" in done.left[2]


def test_notes_assignments_tags_and_rest_are_deeds_too(office: Office) -> None:
    do(office, "note", "look at {{ticket.number}}")
    do(office, "assign", "bert")
    do(office, "tag", "a,b", "c")
    do(office, "tag", "-b")
    do(office, "snooze", "3d")
    do(office, "close", on=[2])
    do(office, "spam", on=[3])
    first = office.ticket(1)
    assert office.messages(1)[-1].text == "look at 1"
    assert (first.assignee, first.tags) == ("bert", ("a", "c"))
    assert first.snoozed_until == office.now + timedelta(days=3)
    assert office.ticket(2).status == "closed"
    assert office.ticket(3).spam
    for _one in history(office.desk):
        undo(office.desk, ANNA, id=_one.id)
    assert [t.tags for t in office.tickets()] == [(), (), ()]
    assert len(office.messages(1)) == 1


def test_agents_hear_once_of_all_that_was_done_to_their_tickets(office: Office) -> None:
    do(office, "assign", "bert")
    with office.desk.store.read() as tx:
        (told,) = outbox.notices(tx, "bert")
    assert told.payload["text"] == "Anna changed 3 tickets of yours at once"


def test_many_are_merged_as_one_operation(office: Office) -> None:
    done = do(office, "merge", "1", on=[1, 2, 3])
    assert set(done.changed) == {2, 3}
    assert done.left == {1: "it is the one that the others are merged into"}
    assert len(office.messages(1)) == 3
    undo(office.desk, ANNA)
    assert [len(office.messages(n)) for n in (1, 2, 3)] == [1, 1, 1]
    with pytest.raises(NotFound):
        do(office, "merge", "99")


def test_many_are_deleted_as_one_operation(office: Office) -> None:
    assert do(office, "delete", on=[1, 3]).changed == (1, 3)
    assert [t.number for t in office.tickets()] == [2]
    undo(office.desk, ANNA)
    assert [t.number for t in office.tickets()] == [1, 2, 3]


def test_a_ticket_that_is_gone_is_named(office: Office) -> None:
    do(office, "merge", "1", on=[3])
    done = do(office, "set", "priority=high", on=[1, 2, 3, 99])
    assert done.left == {3: "it was merged into 1", 99: "there is no ticket 99"}


def test_the_summary_says_how_many_tickets_each_difference_is_of(office: Office) -> None:
    change(office.desk, 1, Change(status=Status.OPEN), ANNA)
    deed = parse(office.desk, ["set", "status=pending", "tag=x"], "anna")
    told = "\n".join(summary(plan(office.desk, deed, [1, 2, 3, 9], ANNA)))
    assert "3 tickets are changed" in told
    assert "Status open → pending × 1, Status new → pending × 2" in told
    assert "+x × 3" in told
    assert "#9: there is no ticket 9" in told


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "say behind --"),
        (["sett", "status=open"], "did you mean set?"),
        (["set"], "field=value"),
        (["set", "status=opne"], "opne"),
        (["assign", "nobdy"], "nobdy"),
        (["assign", "route:nowhere"], "nowhere"),
        (["macro", "refund-don"], "did you mean refund-done?"),
        (["macro", "strict"], "you are not in that team"),
        (["reply", "--template", "refundd"], "refundd"),
        (["reply"], "say what to answer"),
        (["note", "{{custmer.name}}"], "custmer.name"),
        (["snooze", "whenever"], "whenever"),
        (["merge", "one"], "one"),
        (["close", "now"], "says nothing here"),
    ],
)
def test_a_deed_that_cannot_be_read_is_named(office: Office, words: list[str], said: str) -> None:
    with pytest.raises(UserError, match=said):
        parse(office.desk, words, "anna")
    assert not history(office.desk)


def test_too_many_for_one_transaction_are_refused(office: Office) -> None:
    deed = parse(office.desk, ["close"], "anna")
    with pytest.raises(UserError, match="--limit"):
        plan(office.desk, deed, range(1, 200_002), ANNA)


_CHANGES = st.builds(
    Change,
    status=st.sampled_from([KEEP, *Status]),
    priority=st.sampled_from([KEEP, *Priority]),
    subject=st.sampled_from([KEEP, "", "One"]),
    category=st.sampled_from([KEEP, "", "a"]),
    team=st.sampled_from([KEEP, "", "refunds"]),
    assignee=st.sampled_from([KEEP, "anna"]),
    substatus=st.sampled_from([KEEP, "", "waiting"]),
    type=st.sampled_from([KEEP, "", "task"]),
    spam=st.sampled_from([KEEP, True, False]),
    add_tags=st.sampled_from([(), ("x",), ("x", "y")]),
    remove_tags=st.sampled_from([(), ("z",)]),
    fields=st.sampled_from([{}, {"order_no": "A1"}]),
)


@settings(max_examples=60, deadline=None)
@given(first=st.lists(_CHANGES, min_size=3, max_size=3), wanted=_CHANGES)
def test_tickets_that_change_alike_share_what_each_would_change(
    shared_states: dict[int, tickets.State], first: list[Change], wanted: Change
) -> None:
    """However they stand: the difference is the same as that of each one alone."""
    states = {}
    for (number, state), one in zip(shared_states.items(), first, strict=True):
        values = {
            name: getattr(one, name)
            for name in ("status", "priority", "subject", "team", "substatus", "type", "spam")
            if getattr(one, name) is not KEEP
        }
        if "priority" in values:
            values["priority"] = values["priority"].rank
        states[number] = state.moved(values, one.add_tags)
    assert differences(states, wanted) == {
        number: difference(state, wanted) for number, state in states.items()
    }


@pytest.fixture(scope="module")
def shared_states(tmp_path_factory: pytest.TempPathFactory) -> dict[int, tickets.State]:
    """How three tickets stand."""
    office = Office(tmp_path_factory.mktemp("states"))
    office.receive(*(raw(sender=f"c{n}@customer.example") for n in range(3)))
    with office.desk.store.read() as tx:
        found = tickets.states(tx, [1, 2, 3])
    office.close()
    return found
