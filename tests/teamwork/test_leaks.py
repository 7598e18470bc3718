"""What each party of a ticket gets to read, and what never leaves with it."""

from __future__ import annotations

import email
from typing import Any

from kfdesk.desk.conversation.reply import note, reply
from kfdesk.desk.customers.erase import erase
from kfdesk.desk.customers.export import export
from kfdesk.desk.merging.merge import merge
from kfdesk.desk.teamwork import collaborators, side
from kfdesk.model import OutboxRow
from tests.desk.office import ANNA, Office, raw
from tests.teamwork.conftest import OpenOffice

BOB = "Bob <bob@other.example>"
XENA = "Xena <xena@third.example>"


def whole(office: Office, row: OutboxRow) -> str:
    """All that a mail says: its headers, its text, its HTML."""
    mail = email.message_from_bytes(office.letter(row).raw)
    parts: list[Any] = list(mail.walk())
    texts = [p.get_payload(decode=True).decode() for p in parts if not p.is_multipart()]
    return "\n".join([str(mail.items()), *texts])


def answered(office: Office, number: int = 1, text: str = "We look.", **keys: Any) -> str:
    """Anna answers; all that leaves."""
    reply(office.desk, number, text, ANNA, **keys)
    return whole(office, office.outbox()[-1])


def test_what_a_collaborator_writes_to_us_alone_is_not_quoted_to_the_customer(
    office: Office,
) -> None:
    office.receive(raw("It is broken.\r\n", id="j1@customer.example", Cc=BOB))
    assert "> It is broken." in answered(office, everyone=True)
    ours = office.outbox()[-1].message_id
    private = raw("Jane broke it.\r\n", BOB, id="b1@other.example", answers=[ours])
    office.receive(private)
    assert len(office.messages(1)) == 3
    for everyone in (False, True):
        sent = answered(office, everyone=everyone)
        assert "Jane broke it" not in sent
        assert "b1@other.example" not in sent
        assert "> It is broken." in sent


def test_what_a_collaborator_writes_to_all_is_quoted_to_all(office: Office) -> None:
    office.receive(raw("It is broken.\r\n", id="j1@customer.example", Cc=BOB))
    jane = "Jane <jane@customer.example>"
    office.receive(raw("Mine, too.\r\n", BOB, answers=["j1@customer.example"], Cc=jane))
    assert "> Mine, too." in answered(office, everyone=True)


def test_customers_whose_tickets_were_merged_do_not_read_each_other(office: Office) -> None:
    office.receive(raw("Jane's words.\r\n"))
    office.receive(raw("Xena's words.\r\n", XENA, id="x1@third.example"))
    merge(office.desk, [2], 1, ANNA)
    sent = answered(office)
    assert "> Jane's words." in sent
    assert "Xena" not in sent
    assert "x1@third.example" not in sent
    both = answered(office, everyone=True)
    assert "xena@third.example" in both
    assert "'s words" not in both


def test_a_reply_that_waits_while_its_ticket_is_merged_quotes_only_its_reader(
    opened: OpenOffice,
) -> None:
    office = opened(undo_send="10s")
    office.receive(raw("Jane's words.\r\n"))
    office.receive(raw("Xena's words.\r\n", XENA))
    reply(office.desk, 1, "We look.", ANNA)
    merge(office.desk, [1], 2, ANNA)
    sent = whole(office, office.outbox()[-1])
    assert "> Jane's words." in sent
    assert "Xena" not in sent


def test_who_joins_by_our_token_is_not_quoted_what_was_said_before(office: Office) -> None:
    office.receive(raw("For your eyes only.\r\n"))
    answered(office)
    ours = office.outbox()[-1].message_id
    office.later(hours=1)
    office.receive(raw("Jane sent me this.\r\n", BOB, answers=[ours]))
    both = answered(office, everyone=True)
    assert "bob@other.example" in both
    assert "eyes only" not in both


def test_the_history_that_a_collaborator_gets_holds_nothing_internal(office: Office) -> None:
    office.receive(raw("Hello.\r\n", id="j1@customer.example"))
    answered(office, text="Good day.")
    note(office.desk, 1, "A secret note.", ANNA)
    bert = "Bert <bert@shop.example>"
    office.receive(raw("A secret by mail.\r\n", bert, answers=["j1@customer.example"]))
    side.ask(office.desk, 1, "sue@supplier.example", "Stock", "A secret aside.", ANNA)
    collaborators.add(office.desk, 1, BOB, ANNA, with_history=True)
    sent = whole(office, office.outbox()[-1])
    assert "Hello." in sent
    assert "Good day." in sent
    assert "ecret" not in sent
    data = (export(office.desk, "1", None, notes=False).content or b"").decode()
    assert "Good day." in data
    assert "ecret" not in data


def test_what_is_quoted_says_when_in_the_time_of_the_desk(office: Office) -> None:
    office.receive(raw("Hello.\r\n"))  # 11:00 in Greenwich, 19:00 in Shanghai
    assert "On 2026-11-21 19:00, Jane wrote:" in answered(office)
    collaborators.add(office.desk, 1, BOB, ANNA, with_history=True)
    assert "Jane, 2026-11-21 19:00" in whole(office, office.outbox()[-1])


def test_who_was_taken_off_and_became_the_customer_is_heard(opened: OpenOffice) -> None:
    office = opened()
    office.receive(raw(Cc=BOB))
    collaborators.remove(office.desk, 1, "bob@other.example", ANNA)
    office.receive(raw("Mine.\r\n", BOB, Subject="Own"))
    answered(office, 2)
    ours = office.outbox()[-1].message_id
    merge(office.desk, [1], 2, ANNA)
    office.receive(raw("Thanks.\r\n", BOB, answers=[ours], Subject="Something else"))
    assert [message.text.strip() for message in office.messages(2)][-1] == "Thanks."


def test_who_was_erased_and_writes_again_can_be_answered(office: Office) -> None:
    office.receive(raw("Hello.\r\n"))
    answered(office)
    ours = office.outbox()[-1].message_id
    office.deliver_outbox()
    erase(office.desk, "1", ANNA)
    office.receive(raw("It is me again.\r\n", answers=[ours]))
    assert len(office.messages(1)) == 2
    assert "It is me again." in answered(office, 2)
