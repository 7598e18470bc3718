"""Which ticket a message belongs to: each sentence of the semantics."""

from __future__ import annotations

import email
import hashlib
from datetime import timedelta

import pytest

from kfdesk.desk.conversation.reply import reply
from kfdesk.desk.incoming.ingest import ingest
from kfdesk.desk.tickets.change import change
from kfdesk.mail.token import new_message_id, plus_address, subject_token
from kfdesk.model import Batch, Change, Inbound, Status
from tests.desk.conftest import OpenOffice
from tests.desk.office import ANNA, Office, raw

EVE = "Eve <eve@stranger.example>"


def answered(office: Office) -> str:
    """A ticket (1) that Jane opened and Anna answered; return the answer's Message-ID."""
    office.receive(raw(id="jane1@customer.example"))
    reply(office.desk, 1, "We look into it.", ANNA)
    return office.outbox()[0].message_id


def token(number: int) -> str:
    """The mark of a ticket, as it stands in a subject."""
    return f"[{subject_token('KF', number)}]"


def test_our_signed_token_in_in_reply_to_joins_whoever_sends_it(office: Office) -> None:
    ours = answered(office)
    office.receive(raw("From my other address.", EVE, answers=[ours], Subject="Re: My order"))
    assert [m.author_email for m in office.messages(1)][-1] == "eve@stranger.example"
    assert len(office.tickets()) == 1


def test_our_signed_token_in_references_joins(office: Office) -> None:
    ours = answered(office)
    mail = raw(answers=["unknown@x.example", ours, "other@x.example"], Subject="Re: My order")
    office.receive(mail)
    assert len(office.tickets()) == 1


def test_the_newest_signed_token_wins(office: Office) -> None:
    first = answered(office)
    office.receive(raw(id="jane2@customer.example", Subject="Another order"))
    reply(office.desk, 2, "That too.", ANNA)
    second = office.outbox()[1].message_id
    office.receive(raw(answers=[first, second], In_Reply_To="", Subject="Re: Another order"))
    assert office.ticket(2).message_count == 3
    office.receive(raw(answers=[second, first], In_Reply_To="", Subject="Re: My order"))
    assert office.ticket(1).message_count == 3


def test_a_plus_address_joins(office: Office) -> None:
    office.receive(raw())
    address = plus_address(office.desk.secret, 1, "support@shop.example")
    office.receive(raw("No references.", EVE, To=address, Subject="Hello again"))
    assert office.ticket(1).message_count == 2


@pytest.mark.parametrize("field", ["Delivered_To", "Cc", "X_Original_To"])
def test_a_plus_address_is_seen_wherever_delivery_leaves_it(office: Office, field: str) -> None:
    office.receive(raw())
    address = plus_address(office.desk.secret, 1, "support@shop.example")
    office.receive(raw("No references.", **{field: address}, Subject="Hello again"))
    assert office.ticket(1).message_count == 2


def test_a_forged_token_is_no_token(office: Office) -> None:
    office.receive(raw())
    forged = new_message_id(b"not our secret", 1, "kfdesk.shop.example")
    office.receive(raw("Let me in.", EVE, answers=[forged], Subject="Re: My order"))
    assert office.ticket(1).message_count == 1
    assert len(office.tickets()) == 2


def test_a_forged_plus_address_is_no_token(office: Office) -> None:
    office.receive(raw())
    forged = plus_address(b"not our secret", 1, "support@shop.example")
    office.receive(raw("Let me in.", EVE, To=forged))
    assert office.ticket(1).message_count == 1


def test_a_stored_message_id_in_in_reply_to_or_references_joins(office: Office) -> None:
    office.receive(raw(id="jane1@customer.example"))
    office.receive(raw(id="jane2@customer.example", answers=["jane1@customer.example"]))
    office.receive(
        raw(answers=["jane2@customer.example", "not-here@customer.example"], In_Reply_To="")
    )
    assert office.ticket(1).message_count == 3


def test_a_number_with_its_check_digit_in_the_subject_joins(office: Office) -> None:
    office.receive(raw())
    office.receive(raw(Subject=f"AW: {token(1)} something else"))
    assert office.ticket(1).message_count == 2


def test_a_number_with_a_wrong_check_digit_joins_nothing(office: Office) -> None:
    office.receive(raw())
    right = subject_token("KF", 1)
    wrong = right[:-1] + str((int(right[-1]) + 1) % 10)
    office.receive(raw(Subject=f"Re: [{wrong}] My order"))
    assert len(office.tickets()) == 2


def test_a_strangers_reference_is_a_new_ticket_with_a_link_never_a_join(office: Office) -> None:
    office.receive(raw(id="jane1@customer.example"))
    office.receive(raw("Me too.", EVE, answers=["jane1@customer.example"], Subject="Re: My order"))
    assert office.ticket(1).message_count == 1
    ((kind, number, _reason),) = office.ticket(2).links
    assert (kind, number) == ("maybe", 1)


def test_a_strangers_number_is_a_new_ticket_with_a_link_never_a_join(office: Office) -> None:
    office.receive(raw())
    office.receive(raw("Me too.", EVE, Subject=f"Re: {token(1)} My order"))
    assert office.ticket(1).message_count == 1
    ((kind, number, _reason),) = office.ticket(2).links
    assert (kind, number) == ("maybe", 1)


def test_a_mail_without_sender_is_nobodys_party(office: Office) -> None:
    office.receive(raw(sender="", id="a@x.example"))
    office.receive(raw("Second.", sender="", id="b@x.example", answers=["a@x.example"]))
    assert len(office.tickets()) == 2


def test_a_collaborator_is_a_party(office: Office) -> None:
    office.receive(raw(id="jane1@customer.example", Cc="Carl <carl@partner.example>"))
    office.receive(raw("As copied.", "carl@partner.example", answers=["jane1@customer.example"]))
    office.receive(raw("Again.", "carl@partner.example", Subject=f"Re: {token(1)}"))
    assert office.ticket(1).message_count == 3


def test_an_agent_is_a_party(office: Office) -> None:
    office.receive(raw(id="jane1@customer.example"))
    office.receive(raw("I know.", "bert@shop.example", answers=["jane1@customer.example"]))
    assert office.ticket(1).message_count == 2


def test_an_address_compares_without_regard_to_case(office: Office) -> None:
    office.receive(raw(id="jane1@customer.example"))
    office.receive(raw("Shouting.", "JANE@Customer.EXAMPLE", answers=["jane1@customer.example"]))
    assert office.ticket(1).message_count == 2


def test_an_old_reference_under_another_cleaned_subject_is_a_suggestion(office: Office) -> None:
    office.receive(raw(id="jane1@customer.example", Subject="Order 1"))
    office.receive(raw("New matter.", answers=["jane1@customer.example"], Subject="Order 2"))
    assert office.ticket(1).message_count == 1
    assert [(kind, n) for kind, n, _why in office.ticket(2).links] == [("maybe", 1)]


@pytest.mark.parametrize(
    "prefix", ["Re: ", "AW: Re[2]: ", "回复：", "转发: 答复: ", "RE: [KF-1-3] "]
)
def test_a_cleaned_subject_is_the_same_subject(office: Office, prefix: str) -> None:
    office.receive(raw(id="jane1@customer.example"))
    office.receive(raw(answers=["jane1@customer.example"], Subject=f"{prefix}MY ORDER"))
    assert office.ticket(1).message_count == 2


def closed(office: Office, team: str) -> str:
    """An answered ticket of a team, closed now; return our answer's Message-ID."""
    ours = answered(office)
    change(office.desk, 1, Change(team=team, status=Status.CLOSED), ANNA)
    return ours


def test_on_a_closed_ticket_reopen_reopens(office: Office) -> None:
    ours = closed(office, "refunds")
    office.later(days=300)
    office.receive(raw(answers=[ours], Subject="Re: My order"))
    assert office.ticket(1).status is Status.OPEN
    assert len(office.tickets()) == 1


def test_on_a_closed_ticket_new_makes_a_linked_ticket(office: Office) -> None:
    ours = closed(office, "strict")
    office.receive(raw(answers=[ours], Subject="Re: My order"))
    assert office.ticket(1).status is Status.CLOSED
    assert [(kind, n) for kind, n, _why in office.ticket(2).links] == [("follow-up", 1)]


def test_on_a_closed_ticket_reopen_within_days_then_new(office: Office) -> None:
    ours = closed(office, "week")
    office.later(days=6)
    office.receive(raw(answers=[ours], Subject="Re: My order"))
    assert office.ticket(1).status is Status.OPEN
    change(office.desk, 1, Change(status=Status.CLOSED), ANNA)
    office.now += timedelta(days=8)
    office.receive(raw("Again.", answers=[ours], Subject="Re: My order"))
    assert office.ticket(1).status is Status.CLOSED
    assert len(office.tickets()) == 2


@pytest.mark.parametrize("status", [Status.PENDING, Status.HOLD, Status.SOLVED])
def test_a_customers_message_reopens_what_waited_for_it(office: Office, status: Status) -> None:
    ours = answered(office)
    change(office.desk, 1, Change(status=status), ANNA)
    office.receive(raw(answers=[ours], Subject="Re: My order"))
    assert office.ticket(1).status is Status.OPEN
    assert office.ticket(1).waiting_since is not None


def test_a_merged_ticket_leads_to_its_target(office: Office) -> None:
    ours = answered(office)
    office.receive(raw(id="other@customer.example", Subject="Second"))
    office.receive(raw(id="third@customer.example", Subject="Third"))
    office.sql("UPDATE ticket SET merged_into = 2 WHERE id = 1")
    office.sql("UPDATE ticket SET merged_into = 3 WHERE id = 2")
    office.receive(raw("By token.", answers=[ours], Subject="Re: My order"))
    office.receive(raw("By id.", answers=["jane1@customer.example"], Subject="Re: My order"))
    office.receive(raw("By number.", Subject=f"Re: {token(1)} My order"))
    assert office.ticket(3).message_count == 4


def test_tickets_merged_in_a_ring_do_not_hang(office: Office) -> None:
    ours = answered(office)
    office.receive(raw(Subject="Second"))
    office.sql("UPDATE ticket SET merged_into = 2 WHERE id = 1")
    office.sql("UPDATE ticket SET merged_into = 1 WHERE id = 2")
    assert office.receive(raw(answers=[ours], Subject="Re: My order")).messages == 1


def test_a_mail_without_message_id_is_stored_once(office: Office) -> None:
    mail = raw(id="")
    office.receive(mail)
    again = office.receive(mail)
    assert (again.messages, again.duplicates) == (0, 1)
    assert len(office.inbound()) == 1


def test_two_mails_without_message_id_are_two_mails(office: Office) -> None:
    office.receive(raw("One.", id=""), raw("Two.", id=""))
    assert len(office.inbound()) == 2


def test_a_deleted_ticket_does_not_come_back(office: Office) -> None:
    mail = raw(id="jane1@customer.example")
    office.receive(mail)
    office.sql("UPDATE ticket SET deleted_at = 1 WHERE id = 1")
    again = office.receive(mail)
    assert again.duplicates == 1
    assert office.tickets() == []


def test_an_answer_to_a_deleted_ticket_is_a_new_one(office: Office) -> None:
    ours = answered(office)
    office.sql("UPDATE ticket SET deleted_at = 1 WHERE id = 1")
    office.receive(raw(answers=[ours], Subject="Re: My order"))
    office.receive(raw(answers=["jane1@customer.example"], Subject=f"Re: {token(1)} My order"))
    assert [ticket.number for ticket in office.tickets()] == [2, 3]


FORWARD = """See below.

---------- Forwarded message ---------
From: Jane <jane@customer.example>
Date: Fri, 20 Nov 2026 at 10:00
Subject: My order
To: <anna@shop.example>

Where is it?
"""


def test_a_mail_that_an_agent_forwards_makes_the_forwarded_sender_the_customer(
    office: Office,
) -> None:
    office.receive(raw(FORWARD, "Anna <anna@shop.example>", Subject="Fwd: My order"))
    ticket = office.ticket(1)
    assert ticket.customer.email == "jane@customer.example"
    assert ticket.waiting_since is not None


def test_a_mail_that_a_stranger_forwards_is_the_strangers(office: Office) -> None:
    office.receive(raw(FORWARD, EVE, Subject="Fwd: My order"))
    assert office.ticket(1).customer.email == "eve@stranger.example"


def crowd(field: str, first: int, last: int) -> str:
    """Addresses `field1@…` and on."""
    return ", ".join(f"{field}{n}@many.example" for n in range(first, last))


def test_many_unknown_addresses_make_at_most_forty_new_customers(office: Office) -> None:
    office.receive(raw(To=crowd("to", 0, 100), Cc=crowd("cc", 0, 100)))
    assert office.customers() == 41


def test_the_forty_are_counted_by_mail_whatever_the_batch(opened: OpenOffice) -> None:
    mails = [raw(Cc=crowd("cc", 0, 60)), raw("Second.", Cc=crowd("cc", 0, 60))]
    one, many = opened(), opened()
    one.receive(*mails)
    for mail in mails:
        many.receive(mail)
    assert one.customers() == many.customers()


def test_a_robots_recipients_become_nobody(office: Office) -> None:
    office.receive(raw(Cc=crowd("cc", 0, 5), Precedence="bulk"))
    assert office.customers() == 1


def test_our_own_addresses_are_no_customers(office: Office) -> None:
    office.receive(raw(To="support@shop.example, help@shop.example", Cc="bert@shop.example"))
    assert office.customers() == 1
    assert office.ticket(1).collaborators == ()


def test_another_mail_under_a_known_message_id_is_not_lost(office: Office) -> None:
    office.receive(raw("One.", id="same@customer.example"))
    again = office.receive(raw("Two.", id="same@customer.example"))
    assert again.messages == 1
    assert sorted(m.text for m in office.inbound()) == ["One.", "Two."]


def test_a_strangers_mail_under_our_own_message_id_is_not_lost(office: Office) -> None:
    ours = answered(office)
    done = office.receive(raw("Hidden?", EVE, id=ours))
    assert done.messages == 1
    assert "Hidden?" in [m.text for m in office.inbound()]


def test_our_own_answer_that_comes_back_is_known(office: Office) -> None:
    answered(office)
    ours = office.letter(office.outbox()[0])
    done = office.receive(b"Received: from a.example\r\n" + ours.raw)
    assert (done.messages, done.duplicates) == (0, 1)
    assert office.ticket(1).message_count == 2


def test_the_same_mail_with_other_received_headers_is_one_mail(office: Office) -> None:
    mail = raw()
    copy = b"Received: from relay.example by mx.example; Sat, 21 Nov 2026 11:00:01 +0000\r\n" + mail
    done = office.receive(mail, copy, mail)
    assert (done.messages, done.duplicates) == (1, 2)
    found = office.sql("SELECT raw FROM origin WHERE place = 'INBOX/1/2'")
    assert found[0][0] == hashlib.sha256(copy).digest()


def test_a_mail_in_two_channels_is_there_for_each(office: Office) -> None:
    from dataclasses import replace

    mail = raw()
    office.receive(mail)
    other = replace(office.channel, name="second")
    item = Inbound("INBOX/1/1", mail, office.now, len(mail))
    done = ingest(office.desk, other, Batch((item,), {"INBOX": "1/1"}))
    assert done.messages == 1


def test_whom_our_token_let_in_becomes_a_party(office: Office) -> None:
    office.receive(raw("I am with Jane.", EVE, answers=[answered(office)], Subject="Re: My order"))
    assert [person.email for person in office.ticket(1).collaborators] == ["eve@stranger.example"]


def test_a_reply_can_carry_its_ticket_in_the_address(opened: OpenOffice) -> None:
    office = opened(outlet='outbox_path = "Out"\nplus_addressing = true')
    office.receive(raw(id="jane1@customer.example"))
    reply(office.desk, 1, "We look into it.", ANNA)
    sent = email.message_from_bytes(office.letter(office.outbox()[0]).raw)
    office.receive(raw("All headers are lost.", EVE, Subject="Hm", To=str(sent["Reply-To"])))
    assert len(office.tickets()) == 1
    assert office.customers() == 2, "our own tagged address is nobody"
