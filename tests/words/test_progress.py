"""Progress for the customer: read out of the journal, told at a step, answered when it is asked."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text as sql

from kfdesk.desk.conversation.progress import progress
from kfdesk.desk.conversation.reply import reply
from kfdesk.desk.history.undo import undo
from kfdesk.desk.tickets.change import change
from kfdesk.errors import ConfigError
from kfdesk.mail.token import subject_token
from kfdesk.model import Change, Direction, OutboxState, Status
from kfdesk.rules.wording import asks_for_progress
from tests.desk.office import ANNA, Office, raw
from tests.words.conftest import CHINESE, ENGLISH, OpenOffice, trigger

SWITCHED_ON = 'name = "Shop"\nprogress = true\n'


@pytest.fixture
def answering(opened: OpenOffice, monkeypatch: pytest.MonkeyPatch) -> Office:
    """A desk that answers who asks for the progress, with one ticket of Jane's."""
    from tests.desk import office as module

    monkeypatch.setattr(
        module, "CONFIGURATION", module.CONFIGURATION.replace('name = "Shop"\n', SWITCHED_ON)
    )
    office = opened()
    office.receive(raw(ENGLISH, Subject="My refund"))
    return office


def steps(office: Office, number: int = 1) -> list[tuple[str, str]]:
    """The steps of a ticket, with whom they name."""
    return [(one.kind, one.name) for one in progress(office.desk, number).steps]


TEAM = '\n[[team]]\nname = "vip"\ntitle = "贵宾组"\nprogress = {steps}\n'


def told(office: Office) -> list[str]:
    """The subjects of what customers are still to be told."""
    return [row.subject for row in office.outbox() if row.state is OutboxState.QUEUED]


# --- the steps


def test_each_step_is_a_line_of_the_journal(opened: OpenOffice) -> None:
    office = opened(TEAM.format(steps="[]"))
    office.receive(raw(ENGLISH))
    for wanted in (
        Change(assignee="anna"),
        Change(team="vip"),
        Change(status=Status.OPEN),
        Change(status=Status.PENDING),
        Change(status=Status.HOLD),
        Change(status=Status.SOLVED),
        Change(status=Status.OPEN),
        Change(status=Status.SOLVED),
        Change(status=Status.CLOSED),
    ):
        office.later(minutes=1)
        change(office.desk, 1, wanted, ANNA)
    assert steps(office) == [
        ("received", ""),
        ("accepted", "Anna"),
        ("team", "贵宾组"),
        ("pending", ""),
        ("hold", ""),
        ("solved", ""),
        ("open", ""),
        ("solved", ""),
        ("closed", ""),
    ]
    way = progress(office.desk, 1)
    assert way.text.splitlines()[:3] == [
        "21 Nov 2026 20:00  we have your question",
        "21 Nov 2026 20:01  taken on by Anna",
        "21 Nov 2026 20:02  with 贵宾组",
    ]
    assert (
        progress(office.desk, 1, "zh").text.splitlines()[1] == "2026年11月21日 20:01  已由Anna受理"
    )


def test_names_without_a_title_stay_inside(opened: OpenOffice) -> None:
    office = opened()
    office.receive(raw(ENGLISH))
    change(office.desk, 1, Change(assignee="bert"), ANNA)
    change(office.desk, 1, Change(team="refunds"), ANNA)
    assert steps(office) == [("received", ""), ("accepted", ""), ("team", "")]
    assert not re.search("bert|refunds", progress(office.desk, 1).text)


def test_a_first_answer_takes_it_on(opened: OpenOffice) -> None:
    office = opened()
    office.receive(raw(ENGLISH))
    reply(office.desk, 1, "Looking into it.", ANNA)
    assert steps(office) == [("received", ""), ("accepted", "")]


def test_what_was_undone_has_not_happened(opened: OpenOffice) -> None:
    office = opened()
    office.receive(raw(ENGLISH))
    change(office.desk, 1, Change(assignee="anna"), ANNA)
    change(office.desk, 1, Change(status=Status.SOLVED), ANNA)
    undo(office.desk, ANNA)
    assert steps(office) == [("received", ""), ("accepted", "Anna")]


def test_a_template_shows_the_steps(opened: OpenOffice) -> None:
    text = '\n[[template]]\nname = "way"\ntext = "{{ticket.progress}}"\n'
    office = opened(text + trigger('{ reply = "way" }'))
    office.receive(raw(CHINESE, Subject="退款"))
    assert office.messages(1)[-1].text == "2026年11月21日 20:00  已收到您的问题"


# --- told at a step


def asked_for(opened: OpenOffice, steps: str, rules: str = "") -> Office:
    """A desk whose team tells of these steps, and a ticket of it."""
    to_team = trigger('{ assign = "team:vip" }', name="To the team")
    office = opened(TEAM.format(steps=steps) + to_team + rules)
    office.receive(raw(ENGLISH, Subject="My refund"))
    return office


def test_a_step_is_told_if_the_team_wants_it(opened: OpenOffice) -> None:
    office = asked_for(opened, '["solved"]')
    change(office.desk, 1, Change(status=Status.PENDING), ANNA)
    assert told(office) == []
    change(office.desk, 1, Change(status=Status.SOLVED), ANNA)
    (row,) = office.outbox()
    assert row.automatic
    assert row.subject == f"[{subject_token('KF', 1)}] Your question: solved"
    raw_ = office.letter(row).raw
    assert b"Auto-Submitted: auto-replied" in raw_
    assert "waiting for your answer" in office.messages(1)[-1].text
    assert [e.rule for e in office.events(1)][-1] == "[[team]] vip: progress"


def test_it_is_off_where_nothing_asks_for_it(opened: OpenOffice) -> None:
    office = opened()
    office.receive(raw(ENGLISH))
    change(office.desk, 1, Change(team="refunds"), ANNA)
    change(office.desk, 1, Change(status=Status.SOLVED), ANNA)
    assert office.outbox() == []


def test_several_steps_in_a_short_time_are_one_mail(opened: OpenOffice) -> None:
    office = asked_for(opened, "true")
    for status in (Status.OPEN, Status.PENDING, Status.SOLVED):
        office.later(minutes=1)
        change(office.desk, 1, Change(status=status), ANNA)
    assert told(office) == [f"[{subject_token('KF', 1)}] Your question: solved"]
    assert len(office.outbox()) > 1
    office.later(minutes=5)
    assert office.deliver_outbox().sent == 1
    office.later(minutes=1)
    change(office.desk, 1, Change(status=Status.OPEN), ANNA)
    assert len(told(office)) == 1


def test_an_answer_of_a_rule_or_an_agent_at_that_moment_says_enough(opened: OpenOffice) -> None:
    office = asked_for(opened, "true", trigger('{ reply = "ack" }', name="Ack"))
    assert told(office) == [f"[{subject_token('KF', 1)}] My refund"]
    reply(office.desk, 1, "Done.", ANNA, status=Status.SOLVED)
    assert len(told(office)) == 2


def test_robots_are_told_nothing(opened: OpenOffice) -> None:
    office = opened(TEAM.format(steps="true") + trigger('{ assign = "team:vip" }'))
    office.receive(raw(ENGLISH, Auto_Submitted="auto-replied"))
    change(office.desk, 1, Change(status=Status.SOLVED), ANNA)
    assert office.outbox() == []


def test_a_rule_may_tell_it_too(opened: OpenOffice) -> None:
    office = opened(trigger("{ progress = true }", on="updated", when="changed:priority"))
    office.receive(raw(ENGLISH))
    with office.desk.store.read() as tx:
        assert tx.execute(sql("SELECT count(*) FROM outbox")).scalar() == 0
    with pytest.raises(ConfigError, match="expected true"):
        opened(trigger('{ progress = "x" }'))


@pytest.mark.parametrize("steps", ['["sovled"]', '"solved"', "1"])
def test_a_step_that_there_is_none_of_is_an_error(opened: OpenOffice, steps: str) -> None:
    with pytest.raises(ConfigError, match=r"kfdesk.toml:\d+: .*true, or a list of received"):
        opened(TEAM.format(steps=steps))


# --- asked by mail


@pytest.mark.parametrize(
    ("said", "asks"),
    [
        ("进度", True),
        ("查询进度", True),
        ("您好，请帮我查询进度，谢谢！", True),
        ("Status?", True),
        ("my ticket status please", True),
        ("The status page is down, please help", False),
        ("进度怎么这么慢？我要投诉", False),
        ("", False),
    ],
)
def test_only_what_asks_nothing_else_asks_for_the_progress(said: str, asks: bool) -> None:
    assert asks_for_progress(said) is asks


def mark(number: int = 1) -> str:
    """A ticket's number as its subject carries it."""
    return subject_token("KF", number)


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("进度 {token}", ""),
        ("status [{token}]", "Thanks!\r\n\r\n-- \r\nJane"),
        ("hello", "查询进度 {token}\r\n"),
        ("Re: [{token}] My refund", "Status?\r\n\r\n> old text\r\n"),
        ("Re: [{token}] My refund", "Status?\r\n\r\n\r\nJane\r\njane@customer.example\r\n"),
        ("", "进度　ＫＦ－１－３"),
        ("查询", "查询 {token}"),
    ],
)
def test_a_customer_who_asks_is_answered_from_the_journal(
    answering: Office, subject: str, body: str
) -> None:
    office = answering
    reply(office.desk, 1, "Looking into it.", ANNA, status=Status.PENDING)
    office.sql("UPDATE ticket SET unread = 0")
    before = office.ticket(1)
    answering.later(hours=1)
    office.receive(raw(body.format(token=mark()), Subject=subject.format(token=mark())))
    after = office.ticket(1)
    assert (after.status, after.waiting_since) == (Status.PENDING, None)
    assert office.sql("SELECT unread FROM ticket") == [(0,)]
    assert after.message_count == before.message_count + 2
    asked, told_ = office.messages(1)[-2:]
    assert asked.direction is Direction.NOTE
    assert told_.direction is Direction.OUT
    assert "waiting for your answer" in told_.text
    row = office.outbox()[-1]
    assert row.automatic
    assert row.to == ("jane@customer.example",)
    assert f"In-Reply-To: <{asked.message_id}>".encode() in office.letter(row).raw
    assert [e.kind for e in office.events(1)][-2:] == ["progress", "reply"]


def test_a_stranger_learns_nothing(answering: Office) -> None:
    office = answering
    office.receive(raw("", "Eve <eve@x.example>", Subject=f"进度 {mark()}"))
    assert len(office.tickets()) == 2
    assert office.ticket(1).message_count == 1
    assert office.outbox() == []


def test_a_wrong_check_digit_is_an_ordinary_mail(answering: Office) -> None:
    wrong = mark()[:-1] + str((int(mark()[-1]) + 1) % 10)
    answering.receive(raw("", Subject=f"进度 {wrong}"))
    assert len(answering.tickets()) == 2
    assert answering.outbox() == []


def test_a_robot_an_agent_and_a_desk_without_it_answer_nobody(
    answering: Office, opened: OpenOffice
) -> None:
    answering.receive(raw("", Subject=f"进度 {mark()}", Auto_Submitted="auto-replied"))
    answering.receive(raw("", "Anna <anna@shop.example>", Subject=f"进度 {mark()}"))
    assert answering.outbox() == []


def test_a_desk_that_is_not_told_to_answers_nobody(opened: OpenOffice) -> None:
    office = opened()
    office.receive(raw(ENGLISH))
    office.receive(raw("", Subject=f"进度 {mark()}"))
    assert office.outbox() == []
    assert office.messages(1)[-1].direction is Direction.IN


def test_who_asks_on_and_on_meets_the_limits(answering: Office) -> None:
    for _n in range(15):
        answering.receive(raw("", Subject=f"进度 {mark()}"))
    assert len(answering.outbox()) == 10
    assert len(answering.held(1)) == 5


def test_the_number_of_a_merged_ticket_leads_to_its_target(answering: Office) -> None:
    answering.receive(raw(ENGLISH, Subject="Again"))
    answering.sql("UPDATE ticket SET merged_into = 1 WHERE id = 2")
    answering.receive(raw("", Subject=f"进度 {mark(2)}"))
    assert mark(1) in answering.outbox()[-1].subject


def test_what_asks_something_else_besides_is_an_ordinary_mail(answering: Office) -> None:
    answering.receive(raw("And where is my invoice?\r\n", Subject=f"进度 {mark()}"))
    assert answering.outbox() == []
    assert answering.ticket(1).waiting_since is not None


def test_trying_rules_on_the_past_answers_who_asked_again(answering: Office) -> None:
    """What the desk itself answered is no difference between two sets of rules."""
    from kfdesk.desk.replay import replay

    office = answering
    office.later(hours=1)
    office.receive(raw("", Subject=f"进度 {mark()}"))
    office.later(hours=1)
    begin = office.now - timedelta(days=1)
    found = replay(office.settings.database, office.settings, begin, office.now)
    assert found.differences == ()


def test_an_answer_of_an_agent_tells_what_waits_to_be_told_too(opened: OpenOffice) -> None:
    office = asked_for(opened, "true")
    assert len(told(office)) == 1
    reply(office.desk, 1, "Looking into it.", ANNA)
    assert told(office) == [f"Re: [{mark()}] My refund"]


def test_trying_rules_on_the_past_knows_what_had_left_and_what_was_taken_back(
    opened: OpenOffice,
) -> None:
    """Rules that did not change do what they did, through steps, an undo, and late deliveries."""
    from kfdesk.desk.replay import replay

    ask = trigger("{ csat = true }", on="updated", when="by:agent status.now:solved", name="Ask")
    office = asked_for(opened, "true", ask)

    def go_on(minutes: int, *, sent: bool = True, **what: Any) -> None:
        office.later(minutes=minutes)
        if what:
            change(office.desk, 1, Change(**what), ANNA)
        office.later(minutes=6)
        if sent:
            office.deliver_outbox()

    go_on(1)
    go_on(6, status=Status.PENDING)
    go_on(6, status=Status.HOLD)
    go_on(6, status=Status.SOLVED)
    undo(office.desk, ANNA, 1)
    go_on(20)
    go_on(6, status=Status.SOLVED, sent=False)
    go_on(40, status=Status.OPEN)  # nothing was delivered meanwhile: nobody was asked
    go_on(6, status=Status.SOLVED)
    go_on(20)
    begin = office.now - timedelta(days=1)
    found = replay(office.settings.database, office.settings, begin, office.now)
    assert found.differences == ()
    assert len(set(found.totals["mail"])) == 1


def test_a_ticket_that_gets_an_agent_is_told_to_be_taken_on_once(opened: OpenOffice) -> None:
    """By a person, without a word to the customer; that it is opened then is no further step."""
    office = asked_for(opened, '["accepted"]')
    office.later(minutes=6)
    change(office.desk, 1, Change(assignee="anna"), ANNA)
    said = len(office.messages(1))
    assert "taken on by Anna" in office.messages(1)[-1].text
    office.later(minutes=6)
    office.deliver_outbox()
    change(office.desk, 1, Change(assignee="bert"), ANNA)
    change(office.desk, 1, Change(status=Status.OPEN), ANNA)
    assert len(office.messages(1)) == said
