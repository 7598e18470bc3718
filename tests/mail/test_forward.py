"""A forwarded mail tells whose it was."""

from __future__ import annotations

import pytest

from kfdesk.model import Address
from tests.mail.mails import mail, multipart, read_bytes

LI = Address("李明", "li@x.example")


@pytest.mark.parametrize(
    ("subject", "body", "sender"),
    [
        (
            "Fwd: Order",
            "Please help\n\n---------- Forwarded message ---------\nFrom: 李明 <li@x.example>\n"
            "Date: Mon\nSubject: Order\nTo: <a@b.example>\n\nBroken!",
            LI,
        ),
        (
            "Order",
            "Begin forwarded message:\n\nFrom: 李明 <li@x.example>\nSubject: Order\n\nBroken!",
            LI,
        ),
        ("Fwd: Order", "> From: 李明 <li@x.example>\n> Subject: Order\n", LI),
        (
            "FW: Order",
            "FYI\n\n________________________________\nFrom: 李明 "
            "[mailto:li@x.example]\nSent: Monday\n"
            "To: a\nSubject: Order\n\nBroken!",
            LI,
        ),
        ("WG: Bestellung", "Von: 李明 <li@x.example>\nGesendet: Montag\nAn: a\nBetreff: x\n", LI),
        (
            "转发：订单",
            '\n\n------------------ 原始邮件 ------------------\n发件人: "李明" <li@x.example>;\n'
            '发送时间: 2026年11月2日\n收件人: "a"<a@b.example>;\n主题: 订单\n\n坏了',
            LI,
        ),
        ("Fw: 订单", "---- 转发的邮件 ----\n发件人： 李明 <li@x.example>\n日期： 2026\n\n坏了", LI),
        (
            "Fwd: x",
            "-------- Forwarded Message --------\nSubject: \tx\nFrom: \t李明 <li@x.example>\n",
            LI,
        ),
        ("Fwd: nothing inside", "Hello", None),
        ("Re: Order", "From: 李明 <li@x.example>\nSent: Monday\nTo: a\nSubject: x\n\nOld", None),
        ("Order", "I am from: Rome, li@x.example", None),
    ],
)
def test_the_writer_of_a_forwarded_mail_is_found(
    subject: str, body: str, sender: Address | None
) -> None:
    assert mail(body, Subject=subject, Content_Type="text/plain; charset=utf-8").forwarded == sender


def test_a_mail_forwarded_as_an_attachment_names_its_writer() -> None:
    inside = "From: Li <li@x.example>\r\nSubject: Broken\r\n\r\nHi\r\n"
    inner = f"Content-Type: message/rfc822\r\n\r\n{inside}"
    read = read_bytes(multipart("\r\nsee below", inner, Subject="Fwd: Broken"))
    assert read.forwarded == Address("Li", "li@x.example")
    assert [one.name for one in read.attachments] == ["Broken.eml"]
