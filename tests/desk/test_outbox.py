"""What leaves: once, marked before anything else leaves, or shown as unknown."""

from __future__ import annotations

import email
from pathlib import Path
from typing import Any

import pytest

from kfdesk.desk.admin.backup import backup, restore
from kfdesk.desk.conversation.reply import reply
from kfdesk.desk.sending import outbox as box
from kfdesk.desk.sending.files import read as read_file
from kfdesk.desk.syncing.result import SyncResult
from kfdesk.desk.syncing.sync import sync
from kfdesk.desk.tickets import show
from kfdesk.desk.tickets.opening import new, person
from kfdesk.errors import UserError
from kfdesk.model import OutboxRow, OutboxState, Status
from kfdesk.store import outbox as rows
from tests.conftest import Mailbox
from tests.desk.conftest import OpenOffice
from tests.desk.office import ACKNOWLEDGE, ANNA, Office, inlet, raw
from tests.support.servers import Smtp


@pytest.fixture
def smtp_office(opened: OpenOffice, smtp_server: Smtp) -> Office:
    """A desk whose mail leaves by SMTP, with one ticket."""
    outlet = f'smtp = {{ host = "127.0.0.1", port = {smtp_server.port}, tls = "none" }}'
    office = opened(outlet=outlet)
    office.receive(raw(id="jane1@customer.example"))
    return office


def run(office: Office) -> SyncResult:
    """A sync at the office's time."""
    return sync(office.settings, clock=lambda: office.now)


def only(office: Office) -> OutboxRow:
    """The one row of the outbox."""
    (row,) = office.outbox()
    return row


def test_a_reply_leaves_with_the_next_sync_once(smtp_office: Office, smtp_server: Smtp) -> None:
    reply(smtp_office.desk, 1, "Hello Jane.", ANNA)
    assert smtp_server.received == []
    (result,) = run(smtp_office).channels
    assert (result.sent, result.failed, result.unknown) == (1, 0, 0)
    run(smtp_office)
    (got,) = smtp_server.received
    assert got.recipients == ("jane@customer.example",)
    assert only(smtp_office).state is OutboxState.SENT
    found = email.message_from_bytes(got.raw)
    assert found["Message-ID"] == f"<{only(smtp_office).message_id}>"
    assert found["In-Reply-To"] == "<jane1@customer.example>"
    assert "support@shop.example" in found["From"]
    assert smtp_office.messages(1)[-1].delivery == "sent"


def test_what_left_is_kept_byte_for_byte(smtp_office: Office, smtp_server: Smtp) -> None:
    reply(smtp_office.desk, 1, "Hello Jane.", ANNA)
    run(smtp_office)
    said = smtp_office.messages(1)[-1]
    assert show.source(smtp_office.desk, said.id) == smtp_server.received[0].raw


def test_undo_send_holds_a_reply_back_and_a_rules_answer_not(opened: OpenOffice) -> None:
    office = opened(ACKNOWLEDGE, undo_send="30s")
    office.receive(raw())
    reply(office.desk, 1, "Wait.", ANNA)
    assert office.deliver_outbox().sent == 1
    office.later(seconds=31)
    assert office.deliver_outbox().sent == 1


def test_cancelled_in_time_it_never_leaves(smtp_office: Office, smtp_server: Smtp) -> None:
    reply(smtp_office.desk, 1, "Oops.", ANNA)
    row = box.cancel(smtp_office.desk, 1, ANNA)
    assert row.state is OutboxState.CANCELLED
    run(smtp_office)
    assert smtp_server.received == []
    assert smtp_office.messages(1)[-1].delivery == "cancelled"


def test_what_was_sent_cannot_be_cancelled(smtp_office: Office) -> None:
    reply(smtp_office.desk, 1, "Gone.", ANNA)
    run(smtp_office)
    with pytest.raises(UserError, match="sent"):
        box.cancel(smtp_office.desk, 1, ANNA)
    with pytest.raises(UserError, match="sent"):
        box.retry(smtp_office.desk, 1, ANNA)


@pytest.mark.parametrize("step", ["mail", "rcpt", "data", "end"])
def test_what_was_certainly_not_accepted_is_retried_with_back_off(
    smtp_office: Office, smtp_server: Smtp, step: str
) -> None:
    reply(smtp_office.desk, 1, "Hello.", ANNA)
    smtp_server.script(**{step: "451 4.3.0 later"})
    (result,) = run(smtp_office).channels
    assert result.error is not None
    waits = []
    for _ in range(4):
        row = only(smtp_office)
        assert row.state is OutboxState.QUEUED
        assert "451" in row.error
        waits.append((row.not_before - smtp_office.now).total_seconds())
        run(smtp_office)
        assert only(smtp_office).attempts == row.attempts, "not before its time"
        smtp_office.now = row.not_before
        run(smtp_office)
    assert waits == sorted(set(waits)), "each wait is longer"
    smtp_server.script()
    smtp_office.now = only(smtp_office).not_before
    run(smtp_office)
    assert only(smtp_office).state is OutboxState.SENT
    assert len(smtp_server.received) == 1


def test_a_retry_gives_up_at_last_and_says_so_on_the_ticket(
    smtp_office: Office, smtp_server: Smtp
) -> None:
    reply(smtp_office.desk, 1, "Hello.", ANNA)
    smtp_server.script(rcpt="451 4.3.0 later")
    for _ in range(box.GIVE_UP_AFTER):
        run(smtp_office)
        smtp_office.now = only(smtp_office).not_before
    assert only(smtp_office).state is OutboxState.FAILED
    assert [e.kind for e in smtp_office.events(1)][-1] == "not sent"


def test_what_the_server_rejects_has_failed_and_says_so_on_the_ticket(
    smtp_office: Office, smtp_server: Smtp
) -> None:
    reply(smtp_office.desk, 1, "Hello.", ANNA)
    smtp_server.script(rcpt="550 5.1.1 no such user")
    (result,) = run(smtp_office).channels
    assert result.failed == 1
    row = only(smtp_office)
    assert row.state is OutboxState.FAILED
    assert "550" in row.error
    assert "550" in smtp_office.events(1)[-1].text
    smtp_server.script()
    run(smtp_office)
    assert smtp_server.received == []
    box.retry(smtp_office.desk, row.id, ANNA)
    run(smtp_office)
    assert only(smtp_office).state is OutboxState.SENT


@pytest.mark.parametrize("end", ["drop", "lose"])
def test_what_may_have_been_accepted_is_unknown_and_never_sent_again(
    smtp_office: Office, smtp_server: Smtp, end: str
) -> None:
    reply(smtp_office.desk, 1, "Hello.", ANNA)
    smtp_server.script(end=end)
    (result,) = run(smtp_office).channels
    assert result.unknown == 1
    smtp_server.script()
    for _ in range(3):
        smtp_office.later(days=1)
        run(smtp_office)
    assert only(smtp_office).state is OutboxState.UNKNOWN
    assert len(smtp_server.received) == (end == "drop")
    assert smtp_office.messages(1)[-1].delivery == "unknown"


def test_a_person_decides_what_is_unknown(smtp_office: Office, smtp_server: Smtp) -> None:
    smtp_server.script(end="lose")
    for text in ("One.", "Two.", "Three."):
        reply(smtp_office.desk, 1, text, ANNA)
        run(smtp_office)
    smtp_server.script()
    box.confirm(smtp_office.desk, 1, ANNA)
    box.retry(smtp_office.desk, 2, ANNA)
    box.cancel(smtp_office.desk, 3, ANNA)
    run(smtp_office)
    states = [row.state for row in smtp_office.outbox()]
    assert states == [OutboxState.SENT, OutboxState.SENT, OutboxState.CANCELLED]
    assert len(smtp_server.received) == 1
    decided = [e.changes["outbox"] for e in smtp_office.events(1) if "outbox" in e.changes]
    assert decided == [("unknown", "sent"), ("unknown", "queued"), ("unknown", "cancelled")]


def claim(office: Office) -> None:
    """Leave behind what a process leaves that dies between claim and mark."""
    with office.desk.store.write() as tx:
        assert rows.claim(tx, 1, office.now) is not None


def test_a_crash_between_claim_and_mark_is_unknown_at_the_next_sync(
    smtp_office: Office, smtp_server: Smtp
) -> None:
    reply(smtp_office.desk, 1, "Hello.", ANNA)
    claim(smtp_office)
    run(smtp_office)
    assert only(smtp_office).state is OutboxState.UNKNOWN
    assert smtp_server.received == []


@pytest.fixture
def imap_office(opened: OpenOffice, mailbox: Mailbox, smtp_server: Smtp) -> Office:
    """A desk on a real mailbox that keeps what it sends, with one ticket."""
    outlet = f'smtp = {{ host = "127.0.0.1", port = {smtp_server.port}, tls = "none" }}'
    mailbox.deliver(raw())
    mailbox.dovecot.maildir(mailbox.user, "Sent")
    office = opened(outlet=outlet, inlet=inlet(mailbox))
    run(office)
    return office


def test_unknown_that_is_found_in_sent_was_sent(imap_office: Office, mailbox: Mailbox) -> None:
    reply(imap_office.desk, 1, "Hello.", ANNA)
    letter = imap_office.letter(only(imap_office))
    claim(imap_office)
    run(imap_office)
    assert only(imap_office).state is OutboxState.UNKNOWN
    mailbox.deliver(letter.raw, folder="Sent")
    run(imap_office)
    assert only(imap_office).state is OutboxState.SENT
    assert imap_office.events(1)[-1].kind == "sent"


def test_a_copy_is_kept_in_sent(imap_office: Office, mailbox: Mailbox, smtp_server: Smtp) -> None:
    reply(imap_office.desk, 1, "Hello.", ANNA)
    run(imap_office)
    client = mailbox.client()
    client.select_folder("Sent", readonly=True)
    assert len(client.search()) == 1
    client.logout()
    assert len(smtp_server.received) == 1


def test_no_network_keeps_everything_queued(smtp_office: Office, smtp_server: Smtp) -> None:
    for n in range(3):
        reply(smtp_office.desk, 1, f"{n}", ANNA)
    smtp_server.stop()
    result = run(smtp_office)
    assert result.exit_code == 3
    assert [row.state for row in smtp_office.outbox()] == [OutboxState.QUEUED] * 3
    smtp_server.start()
    smtp_office.later(hours=1)
    run(smtp_office)
    assert [row.state for row in smtp_office.outbox()] == [OutboxState.SENT] * 3
    assert len(smtp_server.received) == 3


def test_one_letter_that_cannot_be_made_does_not_hold_up_the_others(
    smtp_office: Office, smtp_server: Smtp, tmp_path: Path
) -> None:
    file = tmp_path / "plan.bin"
    file.write_bytes(bytes(range(256)))
    reply(smtp_office.desk, 1, "First.", ANNA)
    reply(smtp_office.desk, 1, "With a file.", ANNA, files=[read_file(file)])
    reply(smtp_office.desk, 1, "Last.", ANNA)
    damaged = {"data": b"something else"}
    smtp_office.sql("UPDATE blob SET data = :data WHERE size = 256", **damaged)
    (result,) = run(smtp_office).channels
    states = [row.state for row in smtp_office.outbox()]
    assert states == [OutboxState.SENT, OutboxState.FAILED, OutboxState.SENT]
    assert len(smtp_server.received) == 2
    assert result.failed == 1


def test_an_attachment_arrives_as_it_was(
    smtp_office: Office, smtp_server: Smtp, tmp_path: Path
) -> None:
    file = tmp_path / "图纸 plan.bin"
    file.write_bytes(bytes(range(256)))
    reply(smtp_office.desk, 1, "See the plan.", ANNA, files=[read_file(file)])
    run(smtp_office)
    parts = [
        part
        for part in email.message_from_bytes(smtp_server.received[0].raw).walk()
        if part.get_filename()
    ]
    assert [part.get_payload(decode=True) for part in parts] == [bytes(range(256))]


def test_a_reply_moves_the_ticket_on(smtp_office: Office) -> None:
    reply(smtp_office.desk, 1, "Hello.", ANNA)
    ticket = smtp_office.ticket(1)
    assert ticket.status is Status.OPEN
    assert ticket.waiting_since is None
    assert smtp_office.sql("SELECT first_response_at FROM ticket")[0][0]


def test_the_mark_of_one_is_durable_before_the_next_leaves(
    smtp_office: Office, smtp_server: Smtp, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(3):
        reply(smtp_office.desk, 1, f"{n}", ANNA)
    seen: list[list[str]] = []
    real = smtp_server.accept

    def accept(envelope: Any) -> None:
        seen.append([str(row.state) for row in smtp_office.outbox()])
        real(envelope)

    monkeypatch.setattr(smtp_server, "accept", accept)
    run(smtp_office)
    assert seen == [
        ["sending", "queued", "queued"],
        ["sent", "sending", "queued"],
        ["sent", "sent", "sending"],
    ]


def test_a_reply_that_was_taken_back_has_answered_nothing(smtp_office: Office) -> None:
    waiting = smtp_office.ticket(1).waiting_since
    assert waiting is not None
    reply(smtp_office.desk, 1, "Oops.", ANNA)
    assert smtp_office.ticket(1).waiting_since is None
    box.cancel(smtp_office.desk, 1, ANNA)
    assert smtp_office.ticket(1).waiting_since is not None
    ((first,),) = smtp_office.sql("SELECT first_response_at FROM ticket")
    assert first is None


def test_what_waited_in_a_backup_is_a_persons_decision(
    smtp_office: Office, smtp_server: Smtp, tmp_path: Path
) -> None:
    reply(smtp_office.desk, 1, "Hello Jane.", ANNA)
    backup(smtp_office.settings, tmp_path / "copy.db")
    run(smtp_office)
    restore(smtp_office.settings, tmp_path / "copy.db", smtp_office.now)
    run(smtp_office)
    assert only(smtp_office).state is OutboxState.UNKNOWN
    assert len(smtp_server.received) == 1


def test_two_replies_without_a_question_are_one_thread(smtp_office: Office) -> None:
    opened = new(smtp_office.desk, person("Jo <jo@phone.example>"), "Called", "Please mail me")
    for text in ("First.", "Second."):
        reply(smtp_office.desk, opened.number, text, ANNA)
    first, second = (m for m in smtp_office.messages(opened.number) if m.direction == "out")
    later = next(row for row in smtp_office.outbox() if row.message_id == second.message_id)
    found = email.message_from_bytes(smtp_office.letter(later).raw)
    assert found["In-Reply-To"] == f"<{first.message_id}>"


def test_replies_leave_while_the_mailbox_cannot_be_read(
    smtp_office: Office, smtp_server: Smtp
) -> None:
    reply(smtp_office.desk, 1, "Hello Jane.", ANNA)
    path = smtp_office.channel.path
    assert path is not None
    path.rename(path.with_name("gone"))
    (result,) = run(smtp_office).channels
    assert result.error is not None
    assert result.sent == 1
    assert len(smtp_server.received) == 1
