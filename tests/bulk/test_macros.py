"""Macros: what rules can do, done by an agent with one key, all of it or nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kfdesk.desk.bulk.deed import parse
from kfdesk.desk.bulk.macros import apply, offer, offered, preview
from kfdesk.desk.bulk.many import plan
from kfdesk.desk.history.undo import history, undo
from kfdesk.desk.replay import replay
from kfdesk.desk.tickets.change import change
from kfdesk.desk.why import why
from kfdesk.desk.why.loaded import loaded
from kfdesk.errors import ConfigError, ConfigErrors, Conflict, UserError
from kfdesk.model import Actor, By, Change, Direction, Priority
from kfdesk.rules.lint import check
from tests.bulk.conftest import OpenOffice, do
from tests.desk.office import ANNA, Office

BERT = Actor(By.AGENT, "bert")


def test_a_macro_sets_answers_and_notes_in_the_agent_s_name(office: Office) -> None:
    done = apply(office.desk, 1, "refund-done", ANNA)
    assert (done.status, done.priority, done.tags) == ("pending", "high", ("refunded",))
    answer, note = office.messages(1)[1:]
    assert answer.text == "Dear Customer 1, ticket 1 is refunded. Anna"
    assert note.text == "refunded 1"
    assert (answer.direction, note.direction) == (Direction.OUT, Direction.NOTE)
    assert {answer.author, note.author} == {"anna"}
    events = [event for event in office.events(1) if event.operation]
    assert [event.kind for event in events] == ["macro", "changed", "reply", "note"]
    assert events[0].text == "refund-done"
    assert {event.root for event in events} == {events[0].id}
    assert {event.actor for event in events} == {ANNA}


def test_its_answer_is_a_person_s(opened: OpenOffice) -> None:
    """Held back for undo_send, never limited, not Auto-Submitted; it meets the SLA's targets."""
    office = opened('[[sla]]\nname = "all"\nfirst_response = "1h"\n', undo_send="10s")
    office.sql("UPDATE message SET auto = 'List-Id' WHERE ticket_id = 1")
    assert office.ticket(1).first_response_due is not None
    apply(office.desk, 1, "refund-done", ANNA)
    (row,) = office.outbox()
    assert not row.automatic
    assert row.not_before == office.now + timedelta(seconds=10)
    assert b"Auto-Submitted" not in office.letter(row).raw
    assert not office.held(1)
    assert office.ticket(1).first_response_due is None
    assert office.ticket(1).waiting_since is None


def test_a_person_is_not_limited_where_a_rule_would_be(opened: OpenOffice) -> None:
    office = opened('[[macro]]\nname = "mail"\ndo = [{ reply = { text = "again" } }]\n')
    for _time in range(12):
        apply(office.desk, 1, "mail", ANNA)
    assert len(office.outbox()) == 12
    assert not office.held(1)


def test_what_a_macro_did_is_one_event_to_the_rules(opened: OpenOffice) -> None:
    office = opened(
        '[[trigger]]\nname = "Once"\non = ["updated"]\nalways = true\n'
        'when = "by:agent"\ndo = [{ note = "seen" }]\n'
        '[[trigger]]\nname = "Words"\non = ["message"]\nwhen = "by:agent message:refunded"\n'
        'do = [{ tag = ["words"] }]\n'
    )
    apply(office.desk, 1, "refund-done", ANNA)
    assert [m.text for m in office.messages(1)].count("seen") == 1
    assert office.ticket(1).tags == ("refunded", "words")


def test_all_of_a_macro_happens_or_nothing(opened: OpenOffice) -> None:
    office = opened(
        '[[macro]]\nname = "half"\ndo = [{ tag = ["x"] }, { link = { ticket = 99 } }]\n'
        '[[macro]]\nname = "solve"\n'
        'do = [{ reply = "refunded" }, { set = { status = "solved" } }]\n'
    )
    with pytest.raises(Exception, match="99"):
        apply(office.desk, 1, "half", ANNA)
    with pytest.raises(UserError, match="order_no"):
        apply(office.desk, 1, "solve", ANNA)
    assert office.ticket(1).tags == ()
    assert len(office.messages(1)) == 1
    assert not office.outbox()
    assert not history(office.desk)


def test_undo_takes_a_macro_back_whole(opened: OpenOffice) -> None:
    office = opened(undo_send="10s")
    before = office.ticket(1)
    apply(office.desk, 1, "refund-done", ANNA)
    undo(office.desk, ANNA, 1)
    after = office.ticket(1)
    assert (after.status, after.priority, after.tags) == (before.status, before.priority, ())
    assert len(office.messages(1)) == 1
    assert not office.outbox() or office.outbox()[0].state == "cancelled"


def test_a_preview_fills_the_texts_in_and_writes_nothing(office: Office) -> None:
    before = office.ticket(1)
    seen = preview(office.desk, 1, "refund-done", ANNA)
    assert seen.diff["status"] == ("new", "pending")
    assert seen.diff["tags"] == ([], ["refunded"])
    assert [(told.kind, told.to) for told in seen.told] == [
        ("reply", "Customer 1 <c1@customer.example>"),
        ("note", ""),
    ]
    assert seen.told[0].text == "Dear Customer 1, ticket 1 is refunded. Anna"
    assert office.ticket(1) == before
    done = apply(office.desk, 1, "refund-done", ANNA)
    assert done.status == seen.diff["status"][1]
    assert office.messages(1)[1].text == seen.told[0].text


def test_a_macro_is_offered_where_its_condition_holds_and_to_its_teams(office: Office) -> None:
    names = [macro.name for macro in offered(office.desk, ANNA)]
    assert names == ["refund-done", "urgent-only"]
    assert [macro.name for macro in offered(office.desk, ANNA, [1])] == ["refund-done"]
    assert [macro.name for macro in offered(office.desk, ANNA, words="calm")] == ["urgent-only"]
    change(office.desk, 1, Change(priority=Priority.URGENT), ANNA)
    assert [one.macro.name for one in offer(office.desk, ANNA, [2, 1])] == names
    with pytest.raises(UserError, match="priority:urgent"):
        apply(office.desk, 2, "urgent-only", ANNA)
    with pytest.raises(UserError, match="not in that team"):
        apply(office.desk, 2, "strict", ANNA)
    assert apply(office.desk, 1, "urgent-only", ANNA).priority == "normal"


def test_a_macro_is_called_by_its_title_too(office: Office) -> None:
    assert apply(office.desk, 1, "Refund is done", ANNA).tags == ("refunded",)


def test_somebody_who_was_faster_is_not_overwritten(office: Office) -> None:
    seen = preview(office.desk, 1, "refund-done", ANNA).version
    change(office.desk, 1, Change(priority=Priority.LOW), BERT)
    with pytest.raises(Conflict):
        apply(office.desk, 1, "refund-done", ANNA, version=seen)
    assert len(office.messages(1)) == 1


def test_a_macro_on_many_leaves_those_that_it_is_not_for(office: Office) -> None:
    change(office.desk, 2, Change(priority=Priority.URGENT), ANNA)
    done = do(office, "macro", "urgent-only")
    assert done.changed == (2,)
    assert set(done.left) == {1, 3}
    deed = parse(office.desk, ["macro", "refund-done"], "anna")
    assert len(plan(office.desk, deed, [1, 2, 3], ANNA).acting) == 3
    assert len(do(office, "macro", "refund-done").changed) == 3
    assert {t.status for t in office.tickets()} == {"pending"}
    undo(office.desk, ANNA)
    assert {t.status for t in office.tickets()} == {"new"}


def test_everything_that_rules_do_macros_do(opened: OpenOffice) -> None:
    office = opened(
        '[[macro]]\nname = "all"\ndo = [{ snooze = "3d" }, { link = { ticket = 2 } }, '
        '{ collaborator = "boss@shop.example" }, '
        '{ notify = { to = "agent:bert", text = "look" } }, '
        '{ mail = { to = "agent:bert", template = "refunded" } }, { csat = "refunded" }, '
        '{ webhook = { url = "https://hook.example/" } }, { assign = ["round-robin"] }]\n'
    )
    done = apply(office.desk, 1, "all", ANNA)
    assert done.assignee in ("anna", "bert")
    assert done.snoozed_until == office.now + timedelta(days=3)
    assert [(kind, number) for kind, number, _reason in done.links] == [("related", 2)]
    assert [person.email for person in done.collaborators] == ["boss@shop.example"]
    kinds = sorted(row.kind for row in office.outbox())
    assert kinds.count("mail") == 2
    assert {"notice", "webhook"} <= set(kinds)


@pytest.mark.parametrize(
    ("macro", "said"),
    [
        ('do = [{ set = { status = "opne" } }]', "did you mean open?"),
        ('do = [{ reply = "nothing" }]', "unknown template"),
        ('do = [{ reply = { text = "{{custmer.name}}" } }]', "custmer.name"),
        ("do = [{ stop = true }]", "stops nothing"),
        ('do = [{ rply = "refunded" }]', "did you mean reply?"),
        ('do = [{ tag = ["x"] }]\nwhen = "statsu:open"', "did you mean"),
        ('do = [{ tag = ["x"] }]\nteams = ["refnds"]', "refnds"),
        ("title = 'nothing'", "does nothing"),
    ],
)
def test_a_macro_that_names_what_is_not_there_is_an_error_at_load(
    opened: OpenOffice, macro: str, said: str
) -> None:
    with pytest.raises((ConfigError, ConfigErrors), match=said) as caught:
        opened(f'[[macro]]\nname = "wrong"\n{macro}\n')
    assert "kfdesk.toml:" in str(caught.value)


def test_two_macros_may_not_share_a_name(opened: OpenOffice) -> None:
    with pytest.raises(ConfigError, match="strict"):
        opened('[[macro]]\nname = "strict"\ndo = [{ tag = ["x"] }]\n')


def test_lint_and_list_cover_macros(opened: OpenOffice) -> None:
    office = opened('[[macro]]\nname = "never"\nwhen = "tag:a -tag:a"\ndo = [{ tag = ["x"] }]\n')
    found = [one for one in check(office.settings) if one.rule == "never"]
    assert found
    assert not [one for one in check(office.settings) if one.rule == "refunded"]
    listed = [one for one in loaded(office.desk) if one.kind == "macro"]
    assert [one.name for one in listed] == ["refund-done", "urgent-only", "strict", "never"]
    assert listed[2].more["teams"] == ["strict"]


def test_what_a_macro_did_is_done_again_where_rules_are_tried_on_the_past(
    opened: OpenOffice,
) -> None:
    """One ticket or many: as one event of each."""
    office = opened(
        '[[trigger]]\nname = "Pending"\non = ["updated"]\nwhen = "changed:status status:pending"\n'
        'do = [{ tag = ["waiting"] }]\n'
    )
    begin = office.now
    office.later(hours=1)
    apply(office.desk, 1, "refund-done", ANNA)
    do(office, "macro", "refund-done")
    do(office, "set", "status=open")
    assert {ticket.tags for ticket in office.tickets()} == {("refunded", "waiting")}
    office.later(hours=1)
    found = replay(office.folder / "desk.db", office.settings, begin, office.now)
    assert not found.differences


def test_why_tells_all_that_a_macro_did_as_one_event(office: Office) -> None:
    apply(office.desk, 1, "refund-done", ANNA)
    (event,) = [one for one in why(office.desk, 1).events if one.kind == "macro"]
    assert event.text == "refund-done"
    assert event.changes == {
        "status": ("new", "pending"),
        "priority": ("normal", "high"),
        "tags": ([], ["refunded"]),
    }
    assert event.said.startswith("Dear Customer 1")
