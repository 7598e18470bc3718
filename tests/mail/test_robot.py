"""A message is from a robot if any of these holds, without regard to case."""

from __future__ import annotations

import pytest

from tests.mail.mails import mail, multipart, read_bytes


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("Auto-Submitted", "auto-replied", "auto-submitted: auto-replied"),
        ("AUTO-SUBMITTED", "Auto-Generated; owner=x", "auto-submitted: auto-generated"),
        ("Precedence", "bulk", "precedence: bulk"),
        ("Precedence", "List", "precedence: list"),
        ("precedence", "JUNK", "precedence: junk"),
        ("Precedence", "auto_reply", "precedence: auto_reply"),
        ("X-Auto-Response-Suppress", "All", "x-auto-response-suppress"),
        ("X-Auto-Response-Suppress", "DR, oof, RN", "x-auto-response-suppress"),
        ("x-auto-response-suppress", "AutoReply", "x-auto-response-suppress"),
        ("List-Id", "<l.example.org>", "list-id"),
        ("List-Unsubscribe", "<mailto:u@example.org>", "list-unsubscribe"),
        ("X-Loop", "x", "x-loop"),
        ("X-Autoreply", "yes", "x-autoreply"),
        ("X-Autorespond", "out of office", "x-autorespond"),
        ("X-Autoreply-From", "a@b.example", "x-autoreply-from"),
        ("Return-Path", "<>", "null return-path"),
        ("From", "MAILER-DAEMON@example.org", "sender: mailer-daemon"),
        ("From", "Post <Postmaster@example.org>", "sender: postmaster"),
        ("From", "no-reply@example.org", "sender: no-reply"),
        ("From", "NoReply@example.org", "sender: noreply"),
        ("From", "do_not_reply@example.org", "sender: do_not_reply"),
        ("From", "orders-noreply@example.org", "sender: orders-noreply"),
        ("From", "bounces+12@example.org", "sender: bounces+12"),
        ("Message-ID", "<kf.1.a.b@KFDESK.example.com>", "own message-id"),
        ("X-Kfdesk-Loop", "kfdesk.other.example", "loop header"),
        ("From", "Desk <SUPPORT@example.com>", "own address"),
    ],
)
def test_a_robot_is_seen_by(name: str, value: str, reason: str) -> None:
    assert mail(**{name: value}).robot == reason


def test_a_report_is_from_a_robot() -> None:
    assert read_bytes(multipart("\r\nx", subtype="report")).robot == "report"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Auto-Submitted", "no"),
        ("Auto-Submitted", "No; x=y"),
        ("Precedence", "normal"),
        ("Precedence", "first-class"),
        ("X-Auto-Response-Suppress", "DR"),
        ("X-Auto-Response-Suppress", "RN"),
        ("X-Auto-Response-Suppress", "DR, RN, NRN"),
        ("Return-Path", "<jane@example.org>"),
        ("From", "noreen.plyers@example.org"),
        ("From", "nora@no-reply.example.org"),
        ("Message-ID", "<1@other.example.com>"),
        ("In-Reply-To", "<kf.1.a.b@kfdesk.example.com>"),
    ],
)
def test_a_person_is_not_taken_for_a_robot_by(name: str, value: str) -> None:
    assert mail(**{name: value}).robot == ""


def test_a_bounce_without_a_report_is_from_a_robot() -> None:
    body = (
        "Your message could not be delivered:\r\n\r\n<gone@x.example>: 550 5.1.1 user unknown\r\n"
    )
    read = mail(body, From="Mail System <delivery@x.example>", X_Failed_Recipients="gone@x.example")
    assert read.robot == "bounce"
