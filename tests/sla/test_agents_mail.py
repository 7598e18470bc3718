"""An agent's mail to the customer from their own address, of which the desk gets a copy."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from kfdesk.desk.sending.outbox import cancel
from kfdesk.model import Direction, Status
from tests.desk.office import ANNA, raw
from tests.sla.conftest import Watched, at

Make = Callable[..., Watched]
WE = "Anna <anna@shop.example>"
CUSTOMER = "Jane <jane@customer.example>"
DESK = "support@shop.example"


def by_mail(desk: Watched, number: int, **headers: str) -> None:
    """Anna writes about a ticket with her own mail program."""
    messages = [m.message_id for m in desk.messages(number) if m.message_id]
    desk.receive(raw("We see.\r\n", WE, answers=messages, **headers))


def test_an_agents_mail_to_the_customer_is_the_answer(office: Make) -> None:
    desk = office()
    number = desk.mail()
    desk.at("10:20")
    by_mail(desk, number, To=CUSTOMER, Cc=DESK)
    ticket = desk.ticket(number)
    assert (ticket.status, ticket.waiting_since) == (Status.OPEN, None)
    assert desk.find("is:unread") == []
    clock = desk.clock(number, "first_response")
    assert (clock.met_at, clock.used) == (at("10:20"), timedelta(minutes=20))
    said = desk.messages(number)[-1]
    assert (said.direction, said.author) == (Direction.OUT, "anna")
    assert desk.outbox() == []  # it has left already


def test_an_agents_mail_meets_the_next_response(office: Make) -> None:
    desk = office()
    number = desk.mail()
    desk.at("10:20")
    desk.reply(number)
    desk.at("11:00")
    desk.again(number)
    desk.at("11:30")
    by_mail(desk, number, To=DESK, Cc=CUSTOMER)
    assert desk.clock(number, "next_response").met_at == at("11:30")
    desk.at("12:00")
    desk.again(number)
    assert desk.ticket(number).next_response_due == at("14:00")


def test_an_agents_mail_to_the_desk_alone_answers_nobody(office: Make) -> None:
    desk = office()
    number = desk.mail()
    desk.at("10:20")
    by_mail(desk, number, To=DESK)
    ticket = desk.ticket(number)
    assert ticket.waiting_since is not None
    assert ticket.first_response_due == at("11:00")
    assert desk.messages(number)[-1].direction is Direction.IN


def test_an_agents_robot_answers_nobody(office: Make) -> None:
    desk = office()
    number = desk.mail()
    desk.at("10:20")
    by_mail(desk, number, To=CUSTOMER, Cc=DESK, Auto_Submitted="auto-replied")
    assert desk.ticket(number).first_response_due == at("11:00")


def test_what_a_customer_who_is_an_agent_writes_is_a_question(office: Make) -> None:
    desk = office()
    number = desk.mail(raw("My screen is dark.\r\n", WE))
    by_mail(desk, number, To=DESK, Cc=WE)
    assert desk.messages(number)[-1].direction is Direction.IN
    assert desk.ticket(number).status is Status.NEW


def test_an_agents_mail_stays_an_answer_when_a_reply_is_taken_back(office: Make) -> None:
    desk = office(undo_send="1h")
    number = desk.mail()
    desk.at("10:20")
    by_mail(desk, number, To=CUSTOMER, Cc=DESK)
    desk.at("10:30")
    desk.reply(number)
    (row,) = desk.outbox()
    cancel(desk.desk, row.id, ANNA)
    assert desk.ticket(number).first_response_due is None
    assert desk.clock(number, "first_response").met_at == at("10:20")
    assert desk.ticket(number).waiting_since is None
