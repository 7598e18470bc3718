"""A bounce says to whom, why, and about which mail."""

from __future__ import annotations

import pytest

from kfdesk.mail.parse import read
from kfdesk.model import Bounce
from tests.mail.mails import CORPUS, OWN, mail, multipart, read_bytes

DAEMON = "Mail Delivery System <MAILER-DAEMON@mx.example>"
ORIGINAL = (
    "Message-ID: <kf.1.a.b@kfdesk.example.com>\r\nFrom: support@example.com\r\n"
    "To: gone@x.example\r\nSubject: Your order\r\n"
)


def report(fields: str, words: str = "It failed.") -> Bounce | None:
    """What a standard report with these fields about its recipient says."""
    data = multipart(
        f"Content-Type: text/plain\r\n\r\n{words}\r\n",
        "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; "
        f"mx.example\r\n\r\n{fields}",
        f"Content-Type: message/rfc822\r\n\r\n{ORIGINAL}\r\nHello\r\n",
        subtype="report",
        From=DAEMON,
        Subject="Undelivered Mail Returned to Sender",
    )
    return read_bytes(data).bounce


FAILED = "Final-Recipient: rfc822; Gone@x.example\r\nAction: failed\r\nStatus: 5.1.1\r\n"


def test_a_standard_report_names_recipient_status_and_our_mail() -> None:
    bounce = report(FAILED + "Diagnostic-Code: smtp; 550 5.1.1 User unknown\r\n")
    assert bounce == Bounce(
        "gone@x.example",
        "5.1.1",
        ("kf.1.a.b@kfdesk.example.com",),
        "smtp; 550 5.1.1 User unknown",
    )
    assert bounce.status.startswith("5")
    assert bounce.no_such_user


@pytest.mark.parametrize(
    ("status", "diagnostic", "code"),
    [
        ("5.0.0", "smtp; 550 User unknown", "5.1.1"),
        ("5.0.0", "smtp; 550 5.1.1 no", "5.1.1"),
        ("5.5.0", "smtp; 550 mailbox not found", "5.1.1"),
        ("5.0.0", "smtp; 550 该用户不存在, 邮箱不存在", "5.1.1"),
        ("5.0.0", "smtp; 552 mailbox full", "5.2.2"),
        ("5.2.2", "smtp; 552 user unknown", "5.2.2"),
        ("5.7.1", "smtp; 550 spam", "5.7.1"),
        ("4.4.7", "smtp; 450 user unknown", "4.4.7"),
        ("4.2.2", "", "4.2.2"),
        ("", "smtp; 550 5.4.4 host not found", "5.4.4"),
        ("", "", "5.0.0"),
    ],
)
def test_the_status_is_the_most_exact_one_told(status: str, diagnostic: str, code: str) -> None:
    bounce = report(
        f"Final-Recipient: rfc822; gone@x.example\r\nAction: failed\r\nStatus: {status}\r\n"
        f"Diagnostic-Code: {diagnostic}\r\n",
        words="-",
    )
    assert bounce is not None
    assert bounce.status == code


def test_a_delay_is_no_permanent_failure() -> None:
    bounce = report("Final-Recipient: rfc822; a@x.example\r\nAction: delayed\r\nStatus: 4.4.1\r\n")
    assert bounce is not None
    assert bounce.status.startswith("4")


def test_a_report_of_success_is_no_bounce() -> None:
    assert (
        report("Final-Recipient: rfc822; a@x.example\r\nAction: delivered\r\nStatus: 2.0.0\r\n")
        is None
    )


@pytest.mark.parametrize(
    ("body", "recipient", "status"),
    [
        (
            "Hi. This is the qmail-send program at mx.example.\nI'm afraid I wasn't "
            "able to deliver "
            "your message to the following addresses.\nThis is a permanent error.\n\n"
            "<gone@x.example>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n"
            "--- Below this line is a copy of the message.\n\n" + ORIGINAL,
            "gone@x.example",
            "5.1.1",
        ),
        (
            "Your message\n\n  To:      gone@x.example\n  Subject: x\n\ndid not reach "
            "the following "
            "recipient(s):\n\ngone@x.example on Thu, 29 Apr 2010\n    The recipient name is not "
            "recognized\n",
            "gone@x.example",
            "5.1.1",
        ),
        (
            "抱歉，您的邮件被退回来了……\n\n收件人邮件地址：gone@x.example\n\n"
            "退信原因：收件人不存在\n",
            "gone@x.example",
            "5.1.1",
        ),
        (
            "A message that you sent could not be delivered.\n\n  full@x.example\n    "
            "host mx: 552 "
            "mailbox is full\n",
            "full@x.example",
            "5.2.2",
        ),
        (
            "Your message to later@x.example has been delayed.\n451 try again later. We will keep "
            "trying.\n",
            "later@x.example",
            "4.0.0",
        ),
    ],
)
def test_the_prose_of_a_server_is_understood(body: str, recipient: str, status: str) -> None:
    bounce = mail(
        body, From=DAEMON, Subject="failure notice", Content_Type="text/plain; charset=utf-8"
    ).bounce
    assert bounce is not None
    assert (bounce.recipient, bounce.status) == (recipient, status)


def test_the_copy_in_the_prose_names_our_mail() -> None:
    bounce = mail(
        "<gone@x.example>: user unknown\n\n--- Below this line is a copy of the message.\n\n"
        + ORIGINAL,
        From=DAEMON,
        Subject="failure notice",
    ).bounce
    assert bounce is not None
    assert bounce.message_ids == ("kf.1.a.b@kfdesk.example.com",)


def test_an_absence_note_is_no_bounce() -> None:
    note = mail(
        "I am away.", Auto_Submitted="auto-replied", Return_Path="<>", Subject="Out of office"
    )
    assert note.bounce is None


def test_a_person_who_writes_about_a_bounce_is_none() -> None:
    assert mail("My mail to gone@x.example came back: 550 5.1.1 user unknown").bounce is None


@pytest.mark.skipif(not CORPUS.exists(), reason="no corpus of bounces")
def test_nearly_every_bounce_of_many_servers_is_recognised() -> None:
    known = total = 0
    for path in sorted(CORPUS.glob("sisimai*/eml/maildir/bsd/*.eml")):
        if path.name.startswith(("arf", "rfc3834")):
            continue  # complaints and absence notes
        bounce = read(path.read_bytes(), OWN).bounce
        total += 1
        known += bool(bounce and bounce.recipient and bounce.status[:2] in ("4.", "5."))
    assert total > 600
    assert known / total > 0.95


@pytest.mark.skipif(not CORPUS.exists(), reason="no corpus of mails")
def test_of_ordinary_mails_only_the_bounces_are_taken_for_bounces() -> None:
    folders = ("mikel+mail", "jstedfast+MimeKit", "Webklex+php-imap")
    paths = [path for folder in folders for path in CORPUS.glob(f"{folder}/eml/**/*.eml")]
    assert {path.name for path in paths if read(path.read_bytes(), OWN).bounce} == {
        "delivery-status.anonymized.eml",
        "example_bounce.eml",
        "issue-462.eml",
        "multi_address_bounce1.eml",
        "multi_address_bounce2.eml",
        "multipart_report_multiple_status.eml",
        "raw_email_with_mimepart_without_content_type.eml",
        "report_422.eml",
        "report_530.eml",
    }
