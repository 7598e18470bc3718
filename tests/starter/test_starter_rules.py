"""Each business rule of config.example.toml does what its comment says, on a real desk."""

from __future__ import annotations

from datetime import timedelta

from kfdesk.mail.token import score_mark, subject_token
from kfdesk.model import Change, Priority, Status
from kfdesk.store import outbox
from tests.starter.desk import LI, WANG, Starter


def test_a_vip_goes_to_the_key_account_manager(desk: Starter) -> None:
    number = desk.mail("Where do I sign?", sender="Kim <kim@bigbuyer.example>")
    ticket = desk.ticket(number)
    assert (ticket.assignee, ticket.priority, ticket.tags) == ("wang.fang", "urgent", ("vip",))


def test_a_robot_waits_for_nobody(desk: Starter) -> None:
    """It is out of the queue: no answer, nobody gets it, no deadline."""
    number = desk.mail("紧急 退款", Auto_Submitted="auto-generated")
    ticket = desk.ticket(number)
    assert (ticket.priority, ticket.tags) == ("low", ("robot",))
    assert (ticket.assignee, ticket.sla) == ("", "")
    assert desk.answers(number) == []


def test_a_refund_goes_to_its_team_and_to_an_agent_of_it(desk: Starter) -> None:
    number = desk.mail("我要退款，谢谢")
    ticket = desk.ticket(number)
    assert (ticket.team, ticket.category) == ("refunds", "售后/退款")
    assert ticket.assignee in ("li.wei", "wang.fang")
    other = desk.mail("Please refund me", sender="Bob <bob@customer.example>")
    assert {ticket.assignee, desk.ticket(other).assignee} == {"li.wei", "wang.fang"}


def test_urgent_words_raise_the_priority(desk: Starter) -> None:
    assert desk.ticket(desk.mail("这件事很紧急")).priority == Priority.HIGH
    number = desk.mail("No hurry", sender="Bob <bob@customer.example>")
    assert desk.ticket(number).priority == Priority.NORMAL
    desk.mail("Now it is urgent!", sender="Bob <bob@customer.example>", on=number)
    assert desk.ticket(number).priority == Priority.HIGH


def test_a_message_is_acknowledged_once(desk: Starter) -> None:
    number = desk.mail("Do you sell lamps?")
    (answer,) = desk.answers(number)
    assert "we have received your message" in answer
    desk.mail("And chairs?", on=number)
    assert len(desk.answers(number)) == 1


def test_out_of_hours_a_customer_is_told_once_when_we_are_back(night: Starter) -> None:
    number = night.mail("Do you sell lamps?")
    (answer,) = night.answers(number)
    assert "we are closed now" in answer
    night.mail("And chairs?", on=number)
    assert len(night.answers(number)) == 1


def test_a_ticket_of_the_day_is_told_too_when_the_customer_writes_at_night(desk: Starter) -> None:
    number = desk.mail("Do you sell lamps?")
    desk.later(hours=11)
    desk.mail("And chairs?", on=number)
    first, second = desk.answers(number)
    assert "received" in first
    assert "closed" in second


def test_at_night_nobody_gets_a_ticket_and_in_the_morning_somebody_does(night: Starter) -> None:
    number = night.mail("Do you sell lamps?")
    assert night.ticket(number).assignee == ""
    night.later(hours=10, minutes=30)
    assert night.ticket(number).assignee == ""
    night.later(minutes=31)
    assert night.ticket(number).assignee != ""


# --- the bot


def test_the_bot_answers_where_a_parcel_is_and_the_ticket_waits(desk: Starter) -> None:
    """No acknowledgement besides, and nobody is bothered with it."""
    number = desk.mail("我的快递到哪了？")
    (answer,) = desk.answers(number)
    assert "转人工" in answer
    ticket = desk.ticket(number)
    assert (ticket.category, ticket.status, ticket.assignee) == ("售后/物流", "pending", "")


def test_who_asks_for_a_person_gets_one(desk: Starter) -> None:
    number = desk.mail("Where is my parcel?")
    desk.mail("I want to talk to a person", on=number)
    ticket = desk.ticket(number)
    assert ticket.status == Status.OPEN
    assert ticket.assignee != ""
    assert len(desk.answers(number)) == 1
    assert any("Where is my parcel?" in note for note in desk.notes(number))


def test_a_customer_whom_the_bot_did_not_help_gets_a_person(desk: Starter) -> None:
    number = desk.mail("Where is my parcel?")
    desk.mail("The parcel has not moved for a week", on=number)
    ticket = desk.ticket(number)
    assert ticket.status == Status.OPEN
    assert ticket.assignee != ""
    assert len(desk.answers(number)) == 1, "the bot answers once"


# --- complaints


def test_a_complaint_has_a_day_and_goes_to_the_lead(desk: Starter) -> None:
    number = desk.mail("我要投诉你们！")
    ticket = desk.ticket(number)
    assert (ticket.category, ticket.sla, ticket.assignee) == ("投诉", "complaints", "wang.fang")
    assert (ticket.priority, ticket.tags) == ("high", ("complaint",))
    assert ticket.resolve_due == desk.now + timedelta(hours=24)


def test_the_lead_hears_of_a_complaint_before_it_is_late(desk: Starter) -> None:
    number = desk.mail("我要投诉你们！")
    desk.reply(number, "We look into it.", WANG)
    desk.later(hours=19)
    assert desk.notes(number) == []
    desk.later(minutes=13)
    assert any("nearly late" in note for note in desk.notes(number))
    assert desk.ticket(number).priority == Priority.HIGH


def test_a_late_complaint_is_urgent_and_the_leads(desk: Starter) -> None:
    number = desk.mail("我要投诉你们！")
    desk.reply(number, "We look into it.", LI)
    desk.change(number, Change(assignee="li.wei"), WANG)
    desk.later(hours=24, minutes=1)
    ticket = desk.ticket(number)
    assert ticket.breached
    assert (ticket.priority, ticket.assignee) == ("urgent", "wang.fang")
    with desk.desk.store.read() as tx:
        told = [row for row in outbox.rows(tx) if row.to == ("wang.fang@example.com",)]
    assert len(told) == 1
    assert "late" in told[0].subject


def test_a_complaint_that_is_solved_in_time_is_never_late(desk: Starter) -> None:
    number = desk.mail("我要投诉你们！")
    desk.later(hours=1)
    desk.reply(number, "Done.", WANG, status=Status.SOLVED)
    desk.later(hours=48)
    ticket = desk.ticket(number)
    assert not ticket.breached
    assert ticket.priority == Priority.HIGH


def test_everything_else_is_due_in_working_time(desk: Starter) -> None:
    ticket = desk.ticket(desk.mail("Do you sell lamps?"))
    assert ticket.sla == "everything else"
    assert ticket.first_response_due == desk.now + timedelta(hours=2)


# --- as time goes by


def test_a_customer_is_reminded_and_then_the_ticket_is_solved_and_closed(desk: Starter) -> None:
    number = desk.mail("Do you sell lamps?")
    desk.reply(number, "Which one?", LI, status=Status.PENDING)
    desk.later(hours=48)
    assert len(desk.answers(number)) == 1, "the acknowledgement"
    desk.later(hours=1, minutes=1)
    assert "waiting for your answer" in desk.answers(number)[-1]
    desk.later(hours=24)
    assert len(desk.answers(number)) == 2, "once"
    desk.later(hours=48)
    assert desk.ticket(number).status == Status.SOLVED
    desk.later(hours=48)
    assert desk.ticket(number).status == Status.SOLVED
    desk.later(hours=25)
    assert desk.ticket(number).status == Status.CLOSED


def test_a_customer_who_answers_is_reminded_again_the_next_time(desk: Starter) -> None:
    number = desk.mail("Do you sell lamps?")
    desk.reply(number, "Which one?", LI, status=Status.PENDING)
    desk.later(hours=49, minutes=1)
    assert "reminded" in desk.ticket(number).tags
    desk.mail("The green one", on=number)
    ticket = desk.ticket(number)
    assert "reminded" not in ticket.tags
    assert ticket.status == Status.OPEN
    desk.reply(number, "Which green one?", LI, status=Status.PENDING)
    desk.later(hours=50)
    assert "waiting" in desk.answers(number)[-1]


def test_a_solved_ticket_is_closed_after_three_days(desk: Starter) -> None:
    number = desk.mail("Do you sell lamps?")
    desk.reply(number, "Yes.", LI, status=Status.SOLVED)
    desk.later(hours=72)
    assert desk.ticket(number).status == Status.SOLVED
    desk.later(hours=1, minutes=1)
    assert desk.ticket(number).status == Status.CLOSED


def test_who_was_helped_is_asked_how_satisfied_they_are_once(desk: Starter) -> None:
    number = desk.mail("Do you sell lamps?")
    desk.reply(number, "Yes.", LI, status=Status.SOLVED)
    assert "您满意吗" in desk.answers(number)[-1]
    desk.later(minutes=10)
    desk.change(number, Change(status=Status.OPEN))
    desk.change(number, Change(status=Status.SOLVED))
    assert sum("您满意吗" in answer for answer in desk.answers(number)) == 1


def test_who_is_not_satisfied_is_taken_up_again(desk: Starter) -> None:
    number = desk.mail("Do you sell lamps?")
    desk.reply(number, "Yes.", LI, status=Status.SOLVED)
    desk.later(minutes=10)
    token = subject_token("KF", number)
    mark = score_mark(desk.desk.secret, number, 1)
    assert desk.mail("Not these.", subject=f"[{token}] 1/5 {mark}") == number
    assert desk.ticket(number).status == Status.OPEN
    assert "unhappy" in desk.ticket(number).tags


def test_who_asks_how_far_it_has_come_is_told(desk: Starter) -> None:
    number = desk.mail("Do you sell lamps?")
    assert desk.mail("进度", subject=f"[{subject_token('KF', number)}]") == number
    assert desk.ticket(number).status == Status.NEW
    assert "已收到您的问题" in desk.answers(number)[-1] or "we have" in desk.answers(number)[-1]


# --- who gets what


def test_a_customer_comes_back_to_the_agent_they_had(desk: Starter) -> None:
    first = desk.mail("我要退款")
    agent = desk.ticket(first).assignee
    desk.change(first, Change(fields={"order_no": "A123456"}))
    desk.reply(first, "Done.", LI if agent == "li.wei" else WANG, status=Status.SOLVED)
    for n in range(3):
        desk.mail("退款", sender=f"Other <other{n}@customer.example>")
    again = desk.mail("还有一笔退款")
    assert desk.ticket(again).assignee == agent


def test_mail_of_the_spool_goes_to_support(desk: Starter) -> None:
    assert desk.ticket(desk.mail("Hello", into="Spool")).assignee in ("li.wei", "wang.fang")


def test_an_agent_at_capacity_gets_no_more(desk: Starter) -> None:
    for n in range(34):
        desk.mail("退款", sender=f"Other <other{n}@customer.example>")
    has = [ticket.assignee for ticket in desk.tickets()]
    assert (has.count("li.wei"), has.count("wang.fang"), has.count("")) == (12, 20, 2)
