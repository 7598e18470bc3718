"""What a rule mails to others: an internal note that leaves; its answer stays internal too."""

from __future__ import annotations

import email
from email.message import Message as Parsed
from typing import Any

import pytest

from kfdesk.desk.conversation.reply import reply
from kfdesk.desk.sending import outbox as box
from kfdesk.desk.tickets.change import change
from kfdesk.mail.token import is_internal
from kfdesk.model import Change, Direction, OutboxRow, OutboxState, Status
from tests.desk.office import ANNA, Office, raw
from tests.effects.conftest import OpenOffice, trigger


def mail(to: str, template: str = "look") -> str:
    """The action."""
    return f'{{ mail = {{ to = "{to}", template = "{template}" }} }}'


def letter(office: Office, row: OutboxRow) -> Parsed[str, str]:
    """What an outbox row sends, parsed."""
    return email.message_from_bytes(office.letter(row).raw)


def body(message: Parsed[str, str]) -> str:
    """The plain text of a mail."""
    plain: Any = message.get_payload(0)
    return str(plain.get_payload(decode=True).decode())


def answered(office: Office, row: OutboxRow, text: str, sender: str, **headers: str) -> None:
    """Somebody answers a mail that left."""
    office.receive(raw(text, sender, answers=[row.message_id], Subject="Re: Look", **headers))


def test_a_mail_to_a_colleague_is_a_note_that_leaves_and_says_it_is_automatic(
    opened: OpenOffice,
) -> None:
    office = opened(trigger(mail("agent:anna")))
    office.receive(raw("My secret is blue.\r\n"))
    (row,) = office.outbox()
    assert row.to == ("anna@shop.example",)
    note = office.messages(1)[-1]
    assert (note.direction, note.delivery) == (Direction.NOTE, "queued")
    assert note.text == "Jane wants: My order"
    sent = letter(office, row)
    assert sent["To"] == "Anna <anna@shop.example>"
    assert sent["Subject"].endswith("Look at this")
    assert sent["Auto-Submitted"]
    assert sent["X-Auto-Response-Suppress"]
    assert sent["X-Kfdesk-Loop"]
    assert "secret" not in body(sent)
    assert office.deliver_outbox().sent == 1
    assert office.messages(1)[-1].delivery == "sent"


def test_it_meets_no_target_and_the_customer_still_waits(opened: OpenOffice) -> None:
    office = opened(trigger(mail("agent:anna")))
    office.receive(raw())
    office.deliver_outbox()
    assert office.ticket(1).waiting_since is not None
    assert office.sql("SELECT first_response_at FROM ticket") == [(None,)]


def test_it_is_never_quoted_to_the_customer(opened: OpenOffice) -> None:
    office = opened(trigger(mail("agent:anna")))
    office.receive(raw("Where is it?\r\n"))
    (row,) = office.outbox()
    answered(office, row, "Lost in the van, do not tell.\r\n", "Anna <anna@shop.example>")
    reply(office.desk, 1, "It is on its way.", ANNA)
    sent = body(letter(office, office.outbox()[-1]))
    assert "Where is it?" in sent
    assert "wants" not in sent
    assert "Lost" not in sent


def test_the_team_is_that_of_the_ticket(opened: OpenOffice) -> None:
    office = opened(trigger('{ set = { team = "refunds" } }, ' + mail("team")))
    office.receive(raw())
    (row,) = office.outbox()
    assert row.to == ("anna@shop.example",)


def test_everybody_of_a_team_is_mailed_and_each_mail_has_its_own_fate(opened: OpenOffice) -> None:
    office = opened(
        '[[agent]]\nname = "cleo"\nemail = "cleo@shop.example"\nteams = ["refunds"]\n'
        + trigger(mail("team:refunds"))
    )
    office.receive(raw())
    assert [row.to for row in office.outbox()] == [("anna@shop.example",), ("cleo@shop.example",)]
    notes = [m for m in office.messages(1) if m.direction is Direction.NOTE]
    assert len(notes) == 1
    assert [address.email for address in notes[0].to] == ["anna@shop.example", "cleo@shop.example"]
    for row in office.outbox():
        assert row.to[0] in letter(office, row)["To"]
        assert letter(office, row)["Message-ID"] == f"<{row.message_id}>"
    box.cancel(office.desk, 1, ANNA)
    assert office.deliver_outbox().sent == 1
    assert [row.state for row in office.outbox()] == [OutboxState.CANCELLED, OutboxState.SENT]
    assert office.messages(1)[-1].delivery == "cancelled"


def test_the_assignee_is_mailed_and_nobody_where_there_is_none(opened: OpenOffice) -> None:
    asked = "changed:assignee or changed:status"
    office = opened(trigger(mail("assignee"), on="updated", when=asked))
    office.receive(raw())
    change(office.desk, 1, Change(status=Status.OPEN), ANNA)
    assert office.outbox() == []
    change(office.desk, 1, Change(assignee="bert"), ANNA)
    mails = [row.to for row in office.outbox() if row.kind == "mail"]
    assert mails == [("bert@shop.example",)]


def test_who_is_nobody_is_said_on_the_ticket(opened: OpenOffice) -> None:
    office = opened(trigger(mail("assignee")))
    office.receive(raw())
    assert office.outbox() == []
    assert office.held(1) == ["nobody has the ticket"]
    assert len(office.messages(1)) == 1


def test_a_colleagues_answer_is_a_note(opened: OpenOffice) -> None:
    office = opened(trigger(mail("agent:anna")))
    office.receive(raw())
    change(office.desk, 1, Change(status=Status.SOLVED), ANNA)
    answered(office, office.outbox()[0], "I look.\r\n", "Anna <anna@shop.example>")
    said = office.messages(1)[-1]
    assert (said.direction, said.author, said.text.strip()) == (Direction.NOTE, "anna", "I look.")
    ticket = office.ticket(1)
    assert ticket.status is Status.SOLVED
    assert ticket.collaborators == ()
    assert office.events(1)[-1].kind == "note"
    assert len(office.tickets()) == 1


def test_the_answer_of_somebody_outside_who_was_asked_is_a_note_too(opened: OpenOffice) -> None:
    office = opened(
        trigger(mail("store@supplier.example"))
        + trigger('{ reply = "ack" }', on="message", name="Ack")
    )
    office.receive(raw())
    row = next(row for row in office.outbox() if row.to == ("store@supplier.example",))
    before = len(office.outbox())
    answered(
        office,
        row,
        "Costs us 3 €.\r\n",
        "Store <store@supplier.example>",
        Cc="boss@supplier.example",
    )
    said = office.messages(1)[-1]
    assert (said.direction, said.author) == (Direction.NOTE, "store@supplier.example")
    assert len(office.outbox()) == before, "no customer wrote: nobody is acknowledged"
    assert office.ticket(1).collaborators == ()


def test_a_note_is_found_even_on_a_closed_ticket(opened: OpenOffice) -> None:
    office = opened(trigger(mail("agent:anna") + ', { set = { team = "strict" } }'))
    office.receive(raw())
    change(office.desk, 1, Change(status=Status.CLOSED), ANNA)
    answered(office, office.outbox()[0], "Too late.\r\n", "Anna <anna@shop.example>")
    assert len(office.tickets()) == 1
    assert office.messages(1)[-1].direction is Direction.NOTE


def test_the_customers_own_answer_is_no_note(opened: OpenOffice) -> None:
    """Somebody passed the mail on to the customer: what they write is theirs."""
    office = opened(trigger(mail("agent:anna")))
    office.receive(raw())
    answered(office, office.outbox()[0], "I see.\r\n", "Jane <jane@customer.example>")
    assert office.messages(1)[-1].direction is Direction.IN


def test_an_answer_that_kept_only_the_address_is_a_note(opened: OpenOffice) -> None:
    office = opened(
        trigger(mail("agent:anna")), outlet='outbox_path = "Out"\nplus_addressing = true'
    )
    office.receive(raw())
    address = letter(office, office.outbox()[0])["Reply-To"]
    assert is_internal(address)
    office.receive(raw("Yes.\r\n", "Anna <anna@shop.example>", To=address, Subject="Something"))
    assert office.messages(1)[-1].direction is Direction.NOTE


def test_an_absent_colleagues_autoresponder_starts_no_loop(opened: OpenOffice) -> None:
    office = opened(trigger(mail("agent:anna"), on="message", when=""))
    office.receive(raw())
    for _round in range(3):
        answered(
            office,
            office.outbox()[-1],
            "I am away.\r\n",
            "Anna <anna@shop.example>",
            Auto_Submitted="auto-replied",
        )
    assert len(office.outbox()) == 1
    assert len(office.held(1)) == 3


def test_a_mail_to_a_colleague_that_comes_back_is_a_note(opened: OpenOffice) -> None:
    office = opened(trigger(mail("agent:anna")))
    office.receive(raw())
    report = (
        "--b\r\nContent-Type: text/plain\r\n\r\nNo such user.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx\r\n\r\nFinal-Recipient: rfc822; anna@shop.example\r\n"
        "Action: failed\r\nStatus: 5.1.1\r\n\r\n"
        "--b\r\nContent-Type: message/rfc822\r\n\r\n"
        f"Message-ID: <{office.outbox()[0].message_id}>\r\nSubject: Look\r\n\r\nwants\r\n--b--\r\n"
    )
    kind = 'multipart/report; report-type=delivery-status; boundary="b"'
    office.receive(raw(report, "mailer-daemon@mx.example", Content_Type=kind, MIME_Version="1.0"))
    said = office.messages(1)[-1]
    assert said.direction is Direction.NOTE
    assert said.auto
    office.receive(raw(sender="other@customer.example"))
    assert len(office.outbox()) == 1
    assert "5.1.1" in office.held(2)[0]


def test_our_own_addresses_are_never_mailed(opened: OpenOffice) -> None:
    office = opened(trigger(mail("help@shop.example")))
    office.receive(raw())
    assert office.outbox() == []
    assert "our own address" in office.held(1)[0]


def test_a_colleague_gets_so_many_mails_in_one_ticket(opened: OpenOffice) -> None:
    office = opened(trigger(mail("agent:anna"), on="message"))
    office.receive(raw(id="first@customer.example"))
    for _more in range(12):
        office.receive(raw(answers=["first@customer.example"]))
    assert len(office.outbox()) == 10
    assert "10 automatic mails in this ticket" in office.held(1)[0]


def test_many_tickets_may_be_escalated_with_the_same_words(opened: OpenOffice) -> None:
    office = opened(trigger(mail("agent:anna")))
    for number in range(5):
        office.receive(raw(sender=f"c{number}@customer.example"))
    assert len(office.outbox()) == 5


def test_a_mail_to_the_customer_starts_afresh_and_belongs_to_the_conversation(
    opened: OpenOffice,
) -> None:
    office = opened(trigger(mail("customer")))
    office.receive(raw("What I wrote.\r\n", id="jane@customer.example"))
    (row,) = office.outbox()
    sent = letter(office, row)
    assert row.to == ("jane@customer.example",)
    assert sent["In-Reply-To"] is None
    assert sent["Auto-Submitted"]
    assert "What I wrote" not in body(sent)
    assert office.messages(1)[-1].direction is Direction.OUT
    office.receive(raw(answers=[row.message_id], Subject="Re: Look at this"))
    assert office.messages(1)[-1].direction is Direction.IN


def test_the_customers_own_address_is_the_customer(opened: OpenOffice) -> None:
    office = opened(trigger(mail("Jane@customer.example")))
    office.receive(raw())
    assert office.messages(1)[-1].direction is Direction.OUT


def test_a_copy_of_what_was_mailed_is_not_taken_in_again(opened: OpenOffice) -> None:
    """The Sent folder, where it is read too, brings each mail back."""
    office = opened(
        '[[agent]]\nname = "cleo"\nemail = "cleo@shop.example"\nteams = ["refunds"]\n'
        + trigger(mail("team:refunds"))
    )
    office.receive(raw())
    done = office.receive(*(office.letter(row).raw for row in office.outbox()))
    assert (done.duplicates, done.messages) == (2, 0)


def test_the_same_event_mails_once_whatever_runs_again(opened: OpenOffice) -> None:
    office = opened(trigger(mail("agent:anna")) + trigger('{ note = "hm" }', name="Other"))
    office.receive(raw())
    assert len(office.outbox()) == 1
    receipts = office.sql("SELECT rule, ticket_id FROM rule_receipt")
    assert receipts == [("Rule", 1)]


@pytest.mark.parametrize("to", ["agent:anna", "customer"])
def test_the_trace_says_who_was_mailed(opened: OpenOffice, to: str) -> None:
    from kfdesk.store.history import trace

    office = opened(trigger(mail(to)))
    office.receive(raw())
    with office.desk.store.read() as tx:
        (found,) = trace.of_ticket(tx, 1).values()
        sent = trace.outbox_of(tx, 1)
    outcome = found.passes[0][0][1]
    assert outcome["mails"] == [
        {"to": office.outbox()[0].to[0] if to != "customer" else to, "template": "look"}
    ]
    assert list(sent.values()) == [(1,)]
