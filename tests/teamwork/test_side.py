"""A question to another department or a supplier, whose answer comes back to the ticket."""

from __future__ import annotations

import email
from pathlib import Path
from typing import Any

import pytest

from kfdesk.desk.conversation.reply import reply
from kfdesk.desk.conversation.trial import preview
from kfdesk.desk.merging.merge import merge
from kfdesk.desk.sending import notices
from kfdesk.desk.sending.head import Head
from kfdesk.desk.teamwork import side
from kfdesk.desk.tickets.change import change
from kfdesk.errors import NotFound, UserError
from kfdesk.mail.token import new_message_id, plus_address, side_of, ticket_of, ticket_of_plus
from kfdesk.model import Change, Direction, OutboxRow, Status
from kfdesk.store import messages
from tests.desk.office import ANNA, Office, raw
from tests.teamwork.conftest import BERT, OpenOffice

SUPPLIER = "Sue <sue@supplier.example>"


def body(office: Office, row: OutboxRow) -> str:
    """The plain text of what leaves."""
    plain: Any = email.message_from_bytes(office.letter(row).raw).get_payload(0)
    return str(plain.get_payload(decode=True).decode())


def asked(office: Office, to: str = SUPPLIER) -> OutboxRow:
    """Anna asks aside, on a ticket whose customer told a secret; the mail that leaves."""
    office.receive(raw("My secret is blue.\r\n", id="jane@customer.example"))
    side.ask(office.desk, 1, to, "Stock", "Have you got it in blue?", ANNA)
    return office.outbox()[-1]


def answered(office: Office, row: OutboxRow, text: str = "Yes.\r\n", **headers: str) -> None:
    """The supplier answers."""
    sender = headers.pop("From", SUPPLIER)
    office.receive(raw(text, sender, answers=[row.message_id], Subject="Re: Stock", **headers))


def told(office: Office, agent: str) -> list[str]:
    """What an agent was told."""
    with office.desk.store.read() as tx:
        return [one.text for one in notices.waiting(tx, agent)]


def test_a_question_leaves_by_mail_and_is_no_answer_to_the_customer(office: Office) -> None:
    row = asked(office)
    assert row.to == ("sue@supplier.example",)
    assert row.subject == "[KF-1-3] Stock"
    assert "Have you got it in blue?" in body(office, row)
    assert "secret" not in body(office, row)
    (one,) = side.listing(office.desk, 1)
    assert (one.side.agent, one.side.subject, one.side.closed_at) == ("anna", "Stock", None)
    assert one.messages[-1].direction is Direction.NOTE
    ticket = office.ticket(1)
    assert ticket.waiting_since is not None
    assert ticket.status is Status.NEW
    assert office.sql("SELECT first_response_at FROM ticket") == [(None,)]
    assert office.deliver_outbox().sent == 1


def test_the_answer_comes_back_to_its_side_conversation_and_the_asker_is_told(
    office: Office,
) -> None:
    row = asked(office)
    change(office.desk, 1, Change(status=Status.SOLVED), BERT)
    answered(office, row)
    (one,) = side.listing(office.desk, 1)
    assert [m.text.strip() for m in one.messages] == ["Have you got it in blue?", "Yes."]
    answer = one.messages[-1]
    assert (answer.direction, answer.author_email) == (Direction.NOTE, "sue@supplier.example")
    assert office.ticket(1).status is Status.SOLVED
    assert told(office, "anna") == ["sue@supplier.example: Yes."]
    assert told(office, "bert") == []
    assert office.events(1)[-1].kind == "side.answered"
    assert len(office.tickets()) == 1
    assert office.ticket(1).collaborators == ()


def test_nothing_that_is_said_aside_is_quoted_to_the_customer_nor_the_other_way_round(
    office: Office,
) -> None:
    row = asked(office)
    answered(office, row, "Only green, but do not tell.\r\n")
    reply(office.desk, 1, "We look into it.", ANNA)
    to_customer = body(office, office.outbox()[-1])
    assert "secret" in to_customer
    assert "green" not in to_customer
    side.answer(office.desk, 1, "Green is fine.", ANNA)
    aside = body(office, office.outbox()[-1])
    assert "Only green" in aside
    assert "secret" not in aside
    parsed = email.message_from_bytes(office.letter(office.outbox()[-1]).raw)
    assert row.message_id in str(parsed["References"])
    assert parsed["Auto-Submitted"] is None


def test_a_stranger_s_answer_is_not_joined(office: Office) -> None:
    row = asked(office)
    answered(office, row, **{"From": "Eve <eve@elsewhere.example>"})
    assert len(side.listing(office.desk, 1)[0].messages) == 1
    other = office.tickets()[-1]
    assert other.number == 2
    assert [(kind, number) for kind, number, _why in other.links] == [("maybe", 1)]
    assert told(office, "anna") == []


def test_a_colleague_of_who_was_asked_may_answer_but_nobody_of_a_free_mail_house(
    office: Office,
) -> None:
    row = asked(office)
    answered(office, row, **{"From": "Bob <bob@supplier.example>"})
    assert len(side.listing(office.desk, 1)[0].messages) == 2
    side.ask(office.desk, 1, "sue@gmail.com", "Stock", "And you?", ANNA)
    answered(office, office.outbox()[-1], **{"From": "bob@gmail.com"})
    assert len(side.listing(office.desk, 1)[1].messages) == 1


def test_the_customer_is_not_let_in_by_a_copy(office: Office) -> None:
    row = asked(office)
    answered(office, row, Cc="Jane <jane@customer.example>")
    last = side.listing(office.desk, 1)[0].messages[-1]
    office.receive(raw("What is this?\r\n", answers=[last.message_id], Subject="Re: Stock"))
    office.receive(raw("What is this?\r\n", answers=[row.message_id], Subject="Re: Stock"))
    assert len(side.listing(office.desk, 1)[0].messages) == 2
    mine = [m for m in office.messages(1) if m.text.startswith("What is")]
    assert [(m.direction, m.side) for m in mine] == [(Direction.IN, None)] * len(mine)
    side.answer(office.desk, 1, "Thanks.", ANNA)
    assert office.outbox()[-1].to == ("sue@supplier.example",)


def test_a_bounce_goes_to_the_side_conversation_and_the_asker_is_told(office: Office) -> None:
    row = asked(office)
    report = (
        "--b\r\nContent-Type: text/plain\r\n\r\nNo such user.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\n"
        "Final-Recipient: rfc822; sue@supplier.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
        f"--b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: <{row.message_id}>\r\n\r\nHi\r\n"
        "--b--\r\n"
    )
    office.receive(
        raw(
            report, "MAILER-DAEMON@supplier.example", Subject="Undelivered",
            Content_Type='multipart/report; report-type=delivery-status; boundary="b"',
        )
    )  # fmt: skip
    (one,) = side.listing(office.desk, 1)
    assert len(one.messages) == 2
    assert one.messages[-1].auto
    assert [event.kind for event in office.events(1)][-2:] == ["note", "bounce"]
    assert len(told(office, "anna")) == 1


def test_it_can_be_closed_and_an_answer_opens_it_again(office: Office) -> None:
    row = asked(office)
    assert side.close(office.desk, 1, BERT).side.closed_at == office.now
    answered(office, row)
    assert side.listing(office.desk, 1)[0].side.closed_at is None
    side.close(office.desk, 1, BERT)
    side.answer(office.desk, 1, "One more thing.", BERT)
    assert side.listing(office.desk, 1)[0].side.closed_at is None


def test_a_rule_sees_an_answer_and_a_rule_on_customers_does_not(opened: OpenOffice) -> None:
    office = opened(
        """
[[trigger]]
name = "Answered aside"
on = ["updated"]
when = "event:side.answered"
do = [{ tag = ["answered"] }]

[[trigger]]
name = "Customer wrote"
on = ["message"]
when = "by:customer"
do = [{ tag = ["customer"] }]
"""
    )
    row = asked(office)
    assert office.ticket(1).tags == ("customer",)
    change(office.desk, 1, Change(remove_tags=("customer",)), ANNA)
    answered(office, row)
    assert office.ticket(1).tags == ("answered",)


def test_a_team_or_an_agent_is_asked_by_name(office: Office) -> None:
    office.receive(raw())
    side.ask(office.desk, 1, "team:refunds", "", "Who knows?", BERT)
    assert office.outbox()[-1].to == ("anna@shop.example", "li.wei@shop.example")
    assert side.listing(office.desk, 1)[0].side.subject == "My order"
    side.ask(office.desk, 1, "anna", "Anna", "You?", BERT)
    assert office.outbox()[-1].to == ("anna@shop.example",)
    answered(office, office.outbox()[-1], **{"From": "anna@shop.example"})
    assert side.listing(office.desk, 1)[1].messages[-1].author == "anna"


@pytest.mark.parametrize(
    ("to", "why"),
    [
        ("jane@customer.example", "is the customer"),
        ("support@shop.example", "our own address"),
        ("nobody", "is no address"),
        ("team:nobody", "is no address"),
        ("team:strict", "has an address"),
        ("", "is nobody"),
    ],
)
def test_who_cannot_be_asked_is_said(office: Office, to: str, why: str) -> None:
    office.receive(raw())
    with pytest.raises(UserError, match=why):
        side.ask(office.desk, 1, to, "S", "B", ANNA)
    assert side.listing(office.desk, 1) == []
    assert office.outbox() == []


def test_a_side_conversation_that_is_not_there_is_said(office: Office) -> None:
    office.receive(raw())
    with pytest.raises(NotFound, match="no side conversation 7"):
        side.answer(office.desk, 7, "B", ANNA)
    with pytest.raises(NotFound):
        side.listing(office.desk, 9)


def test_its_mark_is_signed_and_names_ticket_and_conversation() -> None:
    secret = b"s"
    id = new_message_id(secret, 1042, "kfdesk.shop.example", side=12)
    assert (ticket_of(secret, id), side_of(id)) == (1042, 12)
    assert ticket_of(secret, id.replace("is12.1042", "is121.042")) is None
    assert ticket_of(secret, id.replace("is12.", "is13.")) is None
    assert ticket_of(secret, id.replace("is12.", "i.")) is None
    plus = plus_address(secret, 1042, "desk@shop.example", side=12)
    assert (ticket_of_plus(secret, plus), side_of(plus)) == (1042, 12)
    assert ticket_of_plus(secret, plus.replace("is12.1042", "is121.042")) is None
    assert side_of(new_message_id(secret, 1042, "h", internal=True)) == 0


def test_an_answer_without_references_comes_by_its_own_address(opened: OpenOffice) -> None:
    office = opened(outlet='outbox_path = "Out"\nplus_addressing = true')
    row = asked(office)
    parsed = email.message_from_bytes(office.letter(row).raw)
    to = email.utils.parseaddr(str(parsed["Reply-To"]))[1]
    office.receive(raw("Yes.\r\n", SUPPLIER, To=to, Subject="Stock"))
    assert len(side.listing(office.desk, 1)[0].messages) == 2


def test_what_is_said_aside_is_on_the_ticket_set_apart(office: Office) -> None:
    row = asked(office)
    answered(office, row)
    with office.desk.store.read() as tx:
        assert [m.side for m in messages.of_ticket(tx, 1)] == [None, 1, 1]


def test_a_stranger_gets_in_by_no_other_writing_of_its_mark(office: Office) -> None:
    """Some servers change the case of what they pass on."""
    row = asked(office)
    office.receive(raw("Eve.\r\n", "Eve <eve@evil.example>", answers=[row.message_id.upper()]))
    assert len(office.messages(1)) == 2
    office.receive(raw("Sue.\r\n", SUPPLIER, answers=[row.message_id.upper()]))
    assert len(side.listing(office.desk, 1)[0].messages) == 2


def test_it_goes_over_with_a_merged_ticket_and_lets_no_stranger_in_there(office: Office) -> None:
    row = asked(office)
    office.receive(raw("Another.\r\n", "Xena <xena@third.example>"))
    merge(office.desk, [1], 2, ANNA)
    answered(office, row)
    (one,) = side.listing(office.desk, 2)
    assert [message.text.strip() for message in one.messages][-1] == "Yes."
    said = len(office.messages(2))
    office.receive(raw("Eve.\r\n", "Eve <eve@evil.example>", answers=[row.message_id]))
    assert len(office.messages(2)) == said


def test_it_goes_on_from_what_a_person_said_not_from_a_robot(office: Office) -> None:
    row = asked(office)
    answered(
        office, row, "I am away.\r\n", id="away@supplier.example", Auto_Submitted="auto-replied"
    )
    side.answer(office.desk, 1, "And in red?", ANNA)
    mail = email.message_from_bytes(office.letter(office.outbox()[-1]).raw)
    assert mail["In-Reply-To"] == f"<{row.message_id}>"
    assert "away@" not in mail["References"]


def test_files_go_with_a_word_aside_and_a_preview_shows_it_and_sends_nothing(
    office: Office, tmp_path: Path
) -> None:
    """To whom one asks, and in the conversation that there is; undone, they are with the draft."""
    drawing = tmp_path / "drawing.txt"
    drawing.write_text("a circle")
    files = (str(drawing),)
    office.receive(raw())
    new = preview(
        office.desk, 1, "Like this?", ANNA, Head(files=files), "side", aside=(SUPPLIER, "Stock")
    )
    assert "Like this?" in new.text
    assert side.listing(office.desk, 1) == []
    side.ask(office.desk, 1, SUPPLIER, "Stock", "Like this?", ANNA, files, drafted=True)
    parts = [part.get_filename() for part in email.message_from_bytes(
        office.letter(office.outbox()[-1]).raw).walk()]  # fmt: skip
    assert "drawing.txt" in parts
    side.answer(office.desk, 1, "Or this.", ANNA, files)
    said = side.listing(office.desk, 1)[0].messages
    assert [[file.name for file in one.attachments] for one in said] == [["drawing.txt"]] * 2
    assert "Or that" in preview(office.desk, 1, "Or that", ANNA, Head(), "side", aside=1).text
    assert len(side.listing(office.desk, 1)[0].messages) == 2
