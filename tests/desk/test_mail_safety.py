"""Mail safety: each sentence of the semantics."""

from __future__ import annotations

import email
from datetime import timedelta

import pytest

from kfdesk.desk.conversation.reply import reply
from kfdesk.desk.tickets.change import change
from kfdesk.mail.token import new_message_id
from kfdesk.model import Change, OutboxState, Status
from tests.desk.conftest import OpenOffice
from tests.desk.office import ACKNOWLEDGE, ANNA, ANSWER_ALL, Office, raw

JANE = "jane@customer.example"


ROBOTS = [
    {"Auto_Submitted": "auto-replied"},
    {"Auto_Submitted": "AUTO-GENERATED; foo=bar"},
    {"Precedence": "BULK"},
    {"Precedence": "list"},
    {"Precedence": "Junk"},
    {"Precedence": "auto_reply"},
    {"X_Auto_Response_Suppress": "DR, OOF"},
    {"X_Auto_Response_Suppress": "all"},
    {"X_Auto_Response_Suppress": "AutoReply"},
    {"List_Id": "<news.example>"},
    {"List_Unsubscribe": "<mailto:out@news.example>"},
    {"X_Loop": "a@b.example"},
    {"X_Autoreply": "yes"},
    {"X_Autorespond": "yes"},
    {"Return_Path": "<>"},
    {"Content_Type": "multipart/report; boundary=b"},
    {"X_Kfdesk_Loop": "anything"},
    {"sender": "Mailer-Daemon@customer.example"},
    {"sender": "POSTMASTER@customer.example"},
    {"sender": "no-reply@customer.example"},
    {"sender": "DoNotReply@customer.example"},
    {"sender": "Support@Shop.example"},
    {"sender": "help@shop.example"},
    {"id": "x.1@KFDESK.shop.example"},
]


@pytest.mark.parametrize("headers", ROBOTS, ids=str)
def test_a_robots_message_is_stored_and_marked_and_gets_no_automatic_answer(
    opened: OpenOffice, headers: dict[str, str]
) -> None:
    office = opened(ACKNOWLEDGE)
    office.receive(raw(**headers))
    (said,) = office.messages(1)
    assert said.auto
    assert office.outbox() == []
    assert office.ticket(1).waiting_since is None


PEOPLE = [
    {"Auto_Submitted": "No"},
    {"X_Auto_Response_Suppress": "DR"},
    {"X_Auto_Response_Suppress": "RN, NRN"},
    {"Precedence": "normal"},
    {"Return_Path": "<jane@customer.example>"},
]


@pytest.mark.parametrize("headers", PEOPLE, ids=str)
def test_a_persons_message_is_no_robots(opened: OpenOffice, headers: dict[str, str]) -> None:
    office = opened(ACKNOWLEDGE)
    office.receive(raw(**headers))
    assert [m.auto for m in office.inbound()] == [""]
    assert len(office.outbox()) == 1


@pytest.mark.parametrize("status", [Status.PENDING, Status.SOLVED, Status.CLOSED])
def test_a_robots_message_never_reopens_a_ticket(office: Office, status: Status) -> None:
    office.receive(raw())
    reply(office.desk, 1, "Answer.", ANNA)
    change(office.desk, 1, Change(status=status), ANNA)
    ours = office.outbox()[0].message_id
    mail = raw(
        "I am away.", answers=[ours], Auto_Submitted="auto-replied", Subject="Away: My order"
    )
    office.receive(mail)
    assert office.ticket(1).status is status
    if status is not Status.CLOSED:
        assert office.ticket(1).message_count == 3


def test_a_robots_message_on_a_ticket_gets_no_automatic_answer(opened: OpenOffice) -> None:
    office = opened(ANSWER_ALL)
    office.receive(raw())
    (ack,) = office.outbox()
    away = raw("Away.", answers=[ack.message_id], Auto_Submitted="auto-replied")
    office.receive(away)
    assert len(office.outbox()) == 1
    assert any("automatic itself" in why for why in office.held(1))


def test_a_robots_message_does_not_restart_a_persons_clock(office: Office) -> None:
    office.receive(raw(id="jane1@customer.example"))
    office.later(hours=3)
    office.receive(raw(answers=["jane1@customer.example"], Precedence="bulk"))
    assert office.find("idle>2h") == [1]


def test_a_robots_answer_is_no_first_response(opened: OpenOffice) -> None:
    office = opened(ACKNOWLEDGE)
    office.receive(raw())
    office.deliver_outbox()
    assert office.sql("SELECT first_response_at FROM ticket") == [(None,)]
    assert office.ticket(1).waiting_since is not None


def bounce(
    quoted: str, status: str = "5.1.1", recipient: str = JANE, action: str = "failed"
) -> bytes:
    """A delivery report about one of our mails."""
    body = (
        "--b\r\nContent-Type: text/plain\r\n\r\nThe mail could not be delivered.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx.customer.example\r\n\r\n"
        f"Final-Recipient: rfc822; {recipient}\r\nAction: {action}\r\nStatus: {status}\r\n"
        "Diagnostic-Code: smtp; 550 nobody here\r\n\r\n"
        "--b\r\nContent-Type: message/rfc822\r\n\r\n"
        f"Message-ID: <{quoted}>\r\nSubject: whatever\r\n\r\nHello.\r\n--b--\r\n"
    )
    return raw(
        body,
        "MAILER-DAEMON@mx.customer.example",
        Subject="Undelivered Mail Returned to Sender",
        Content_Type="multipart/report; report-type=delivery-status; boundary=b",
    )


def answered(office: Office, sender: str = JANE) -> str:
    """A ticket (1) with a person's answer; return its Message-ID."""
    office.receive(raw(sender=sender))
    reply(office.desk, 1, "Answer.", ANNA)
    return office.outbox()[-1].message_id


def test_a_bounce_joins_the_ticket_of_the_mail_that_it_quotes(office: Office) -> None:
    ours = answered(office)
    office.receive(bounce(ours))
    assert office.ticket(1).message_count == 3
    assert len(office.tickets()) == 1


def test_a_bounce_of_nothing_of_ours_is_a_ticket_of_its_own(office: Office) -> None:
    answered(office)
    office.receive(bounce(new_message_id(b"forged", 1, "kfdesk.shop.example")))
    assert office.ticket(1).message_count == 2


def test_no_such_user_stops_automatic_mail_for_sixty_days_visibly(opened: OpenOffice) -> None:
    office = opened(ACKNOWLEDGE)
    office.receive(raw())
    office.receive(bounce(office.outbox()[0].message_id))
    (told,) = [event.text for event in office.events(1) if event.kind == "bounce"]
    assert JANE in told
    assert "2027-01-20" in told
    office.now += timedelta(days=59, hours=23)
    office.receive(raw("Still here?", Subject="Second"))
    assert len(office.outbox()) == 1
    (why,) = office.held(2)
    assert "2027-01-20" in why
    office.later(hours=2)
    office.receive(raw("And now?", Subject="Third"))
    assert [row.ticket for row in office.outbox()] == [1, 3]


def test_no_such_user_does_not_stop_a_person(office: Office) -> None:
    ours = answered(office)
    office.receive(bounce(ours))
    reply(office.desk, 1, "Try again.", ANNA)
    assert len(office.outbox()) == 2


@pytest.mark.parametrize("status", ["4.2.2", "4.1.1", "5.2.2", "5.7.1"])
def test_another_failure_does_not_stop_automatic_mail(opened: OpenOffice, status: str) -> None:
    office = opened(ACKNOWLEDGE)
    office.receive(raw())
    action = "delayed" if status.startswith("4") else "failed"
    office.receive(bounce(office.outbox()[0].message_id, status, action=action))
    office.receive(raw("Second.", Subject="Second"))
    assert [row.ticket for row in office.outbox()] == [1, 2]


def test_a_forged_bounce_cannot_stop_mail_to_somebody_else(opened: OpenOffice) -> None:
    office = opened(ACKNOWLEDGE)
    office.receive(raw(sender="eve@stranger.example"))
    office.receive(bounce(office.outbox()[0].message_id, recipient=JANE))
    office.receive(raw("Mine.", Subject="Second"))
    assert [row.to for row in office.outbox()] == [("eve@stranger.example",), (JANE,)]


def test_automatic_mail_carries_its_marks(opened: OpenOffice) -> None:
    office = opened(ACKNOWLEDGE)
    office.receive(raw())
    (row,) = office.outbox()
    found = email.message_from_bytes(office.letter(row).raw)
    assert found["Auto-Submitted"] == "auto-replied"
    assert "All" in found["X-Auto-Response-Suppress"]
    assert found["X-Kfdesk-Loop"]


def test_a_persons_reply_carries_no_marks(office: Office) -> None:
    answered(office)
    found = email.message_from_bytes(office.letter(office.outbox()[0]).raw)
    for name in ("Auto-Submitted", "X-Auto-Response-Suppress", "X-Kfdesk-Loop", "Precedence"):
        assert name not in found


def say(office: Office, n: int) -> None:
    """Jane writes again; each answer has another subject, so that only one limit counts."""
    change(office.desk, 1, Change(subject=f"Subject {n}"), ANNA)
    ours = office.outbox()[0].message_id
    office.receive(raw(f"Message {n}.", answers=[ours], Subject=f"Re: Subject {n}"))


@pytest.mark.parametrize(
    ("most", "minutes"), [(10, 10), (15, 30), (25, 60)], ids=["10/10", "15/30", "25/60"]
)
def test_automatic_mail_is_limited_in_one_ticket(
    opened: OpenOffice, most: int, minutes: int
) -> None:
    office = opened(ANSWER_ALL)
    office.receive(raw())
    gap = minutes * 60 / (most + 1)
    for n in range(1, most):
        office.later(seconds=gap)
        say(office, n)
    assert len(office.outbox()) == most
    office.later(seconds=gap / 2)
    say(office, most)
    assert len(office.outbox()) == most
    (why,) = office.held(1)
    assert f"{minutes} minutes" in why
    office.later(minutes=minutes)
    say(office, most + 1)
    assert len(office.outbox()) == most + 1


@pytest.mark.parametrize(("most", "minutes"), [(50, 180), (100, 600)])
def test_the_long_limits_in_one_ticket(
    opened: OpenOffice, monkeypatch: pytest.MonkeyPatch, most: int, minutes: int
) -> None:
    monkeypatch.setattr("kfdesk.desk.sending.limits.IN_A_DAY", 1000)
    office = opened(ANSWER_ALL)
    office.receive(raw())
    row = office.outbox()[0]
    gap = timedelta(minutes=minutes) / (most + 1)
    started = office.now
    with office.desk.store.write() as tx:
        from sqlalchemy import text

        for n in range(1, most):
            tx.execute(
                text(
                    'INSERT INTO outbox (ticket_id, message_id, account, key, recipient, "to",'
                    " subject, automatic, state, attempts, not_before, error, created_at)"
                    ' SELECT ticket_id, message_id, account, key || :n, recipient, "to",'
                    " 'Subject ' || :n, 1, 'sent', 1, not_before, '', :at FROM outbox WHERE id = 1"
                ),
                {"n": n, "at": int((started + gap * n).timestamp() * 1000)},
            )
    office.now = started + gap * most
    say(office, most)
    assert len(office.outbox()) == most
    assert f"{minutes} minutes" in office.held(1)[0]
    assert row.automatic


def test_at_most_forty_a_day_over_all_tickets(opened: OpenOffice) -> None:
    office = opened(ACKNOWLEDGE)
    office.receive(*(raw(f"{n}", Subject=f"Matter {n}") for n in range(45)))
    assert len(office.outbox()) == 40
    assert [len(office.held(n)) for n in range(1, 46)] == [0] * 40 + [1] * 5
    office.receive(raw("Another's.", "carl@partner.example", Subject="Mine"))
    assert len(office.outbox()) == 41
    office.later(days=1, seconds=1)
    office.receive(raw("Next day.", Subject="Next day"))
    assert len(office.outbox()) == 42


def test_at_most_two_acknowledgements_with_one_subject_in_three_hours(opened: OpenOffice) -> None:
    office = opened(ACKNOWLEDGE)
    for n in range(3):
        office.receive(raw(f"Again {n}."))
    assert [row.ticket for row in office.outbox()] == [1, 2]
    assert "3 hours" in office.held(3)[0]
    office.later(hours=3, seconds=1)
    office.receive(raw("Much later."))
    assert [row.ticket for row in office.outbox()] == [1, 2, 4]


def test_what_did_not_leave_is_not_counted(opened: OpenOffice) -> None:
    from kfdesk.desk.sending.outbox import cancel

    office = opened(ACKNOWLEDGE)
    office.receive(raw("1"), raw("2"))
    cancel(office.desk, 1, ANNA)
    office.receive(raw("3"))
    assert [row.ticket for row in office.outbox()] == [1, 2, 3]


def test_a_reply_to_is_limited_like_any_address(opened: OpenOffice) -> None:
    office = opened(ACKNOWLEDGE)
    for n in range(4):
        office.receive(raw(f"Again {n}.", Reply_To="Other <other@customer.example>"))
    assert [row.to for row in office.outbox()] == [("other@customer.example",)] * 2


def test_a_reply_to_that_bounced_gets_nothing(opened: OpenOffice) -> None:
    office = opened(ACKNOWLEDGE)
    office.receive(raw(Reply_To="gone@customer.example"))
    office.receive(bounce(office.outbox()[0].message_id, recipient="gone@customer.example"))
    office.receive(raw("Second.", Reply_To="gone@customer.example", Subject="Second"))
    assert len(office.outbox()) == 1


def test_a_persons_reply_is_never_limited(opened: OpenOffice) -> None:
    office = opened(ACKNOWLEDGE)
    office.receive(raw())
    for n in range(45):
        reply(office.desk, 1, f"Reply {n}.", ANNA)
    assert len(office.outbox()) == 46
    assert not office.held(1)


def test_a_persons_replies_do_not_use_up_the_limits(opened: OpenOffice) -> None:
    office = opened(ANSWER_ALL)
    office.receive(raw(Subject="First"))
    for n in range(45):
        reply(office.desk, 1, f"Reply {n}.", ANNA)
    office.receive(raw("And?", Subject="Second"))
    assert len([row for row in office.outbox() if row.automatic]) == 2


def test_nothing_is_sent_to_our_own_address(opened: OpenOffice) -> None:
    office = opened(ACKNOWLEDGE)
    office.receive(raw(Reply_To="support@shop.example"))
    assert [row.to for row in office.outbox()] != [("support@shop.example",)]


def test_a_mail_without_sender_gets_no_answer(opened: OpenOffice) -> None:
    office = opened(ACKNOWLEDGE)
    office.receive(raw(sender=""))
    assert office.outbox() == []
    assert [row.state for row in office.outbox()] != [OutboxState.QUEUED]
