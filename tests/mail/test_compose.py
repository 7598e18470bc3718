"""A letter leaves as 7-bit MIME that says exactly what was written."""

from __future__ import annotations

import email
from dataclasses import replace
from datetime import UTC, datetime
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kfdesk.mail.compose import Letter, Quoted, compose
from kfdesk.mail.source import html_of, part_of
from kfdesk.model import Address, File
from kfdesk.text import clean, clean_line
from tests.mail.mails import read_bytes

AT = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)
LETTER = Letter(
    sender=Address("微鲸客服", "support@example.com"),
    to=(Address("Jane Doe", "jane@example.org"),),
    subject="[KF-1042-9] 退款",
    text="您好，\n\n已退款。见 https://example.com/a?b=1&c=2。",
    message_id="kf.1042.a.b@kfdesk.example.com",
    date=AT,
)


def test_it_comes_back_as_it_was_written() -> None:
    letter = replace(
        LETTER,
        cc=(Address('O"Neil, J. (boss)', "o@example.org"), Address("", "p@example.org")),
        reply_to=Address("", "support+kf1@example.com"),
        in_reply_to="b@x",
        references=("a@x", "b@x"),
        files=(
            File("发票 2026.pdf", "application/pdf", b"%PDF\0\xff"),
            File("a.txt", "text/plain", b"a\r\nb\n"),
        ),
        signature="微鲸",
        quoted=Quoted("张三", AT, "旧的\n> 更旧的"),
        language="zh",
    )
    data = compose(letter)
    read = read_bytes(data)
    assert (read.sender, read.to, read.cc, read.reply_to) == (
        letter.sender,
        letter.to,
        letter.cc,
        letter.reply_to,
    )
    assert (read.subject, read.date, read.message_id) == (letter.subject, AT, letter.message_id)
    assert read.references == ("b@x", "a@x")
    assert read.text[: read.cut] == letter.text
    assert read.text.endswith("在 2026-11-02 10:00，张三 写道：\n> 旧的\n>> 更旧的")
    assert [(one.name, one.type) for one in read.attachments] == [
        ("发票 2026.pdf", "application/pdf"),
        ("a.txt", "text/plain"),
    ]
    assert part_of(data, read.attachments[0].part) == b"%PDF\0\xff"
    assert part_of(data, read.attachments[1].part) == b"a\r\nb\n"
    assert not read.problem


def test_it_is_seven_bit_with_crlf_and_short_lines() -> None:
    data = compose(
        replace(LETTER, subject="退款" * 200, text="长" * 5000, references=("x" * 60 + "@y",) * 3)
    )
    assert data.isascii()
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert max(map(len, data.split(b"\r\n"))) <= 78


def test_the_standard_library_reads_the_same() -> None:
    message = email.message_from_bytes(compose(LETTER), policy=default)
    assert message["Subject"] == LETTER.subject
    assert message["From"].addresses[0].display_name == "微鲸客服"
    body = message.get_body(("plain",))
    assert body is not None
    assert body.get_content().strip().replace("\r\n", "\n") == LETTER.text


@pytest.mark.parametrize(
    "evil", ["x\r\nBcc: evil@x", "x\nBcc: evil@x", "x\rBcc: evil@x", "x\u2028Bcc: e@x", "x\0y"]
)
def test_no_text_injects_a_header(evil: str) -> None:
    data = compose(
        Letter(
            sender=Address(evil, "support@example.com"),
            to=(Address(evil, "jane@example.org"), Address("", f"{evil}@example.org")),
            reply_to=Address(evil, "r@example.org"),
            subject=evil,
            text=evil,
            message_id="m@x",
            in_reply_to=evil,
            references=(evil, "ok@x"),
            date=AT,
            files=(File(evil, evil, b""),),
            quoted=Quoted(evil, AT, evil),
        )
    )
    message = email.message_from_bytes(data)
    assert message["Bcc"] is None
    assert read_bytes(data).references == ("ok@x",)


def test_the_html_is_the_text_and_nothing_in_it_is_markup() -> None:
    html = html_of(compose(replace(LETTER, text="<script>x</script> & https://x.example/<b>")))
    assert "&lt;script&gt;x&lt;/script&gt; &amp; " in html
    assert '<a href="https://x.example/">https://x.example/</a>&lt;b&gt;' in html


def test_a_link_is_clickable_without_the_full_stop_behind_it() -> None:
    assert '<a href="https://example.com/a?b=1&amp;c=2">' in html_of(compose(LETTER))


def test_automatic_mail_says_so_and_a_persons_does_not() -> None:
    automatic = email.message_from_bytes(compose(replace(LETTER, automatic=True)))
    assert automatic["Auto-Submitted"] == "auto-replied"
    assert automatic["X-Auto-Response-Suppress"] == "All"
    assert automatic["X-Kfdesk-Loop"] == "kfdesk.example.com"
    person = email.message_from_bytes(compose(LETTER))
    for name in ("Auto-Submitted", "X-Auto-Response-Suppress", "X-Kfdesk-Loop", "Precedence"):
        assert person[name] is None


def test_the_quote_header_speaks_the_desks_language() -> None:
    letter = replace(LETTER, quoted=Quoted("Jane", AT, "Old"), language="en")
    assert "On 2026-11-02 10:00, Jane wrote:\n> Old" in read_bytes(compose(letter)).text


def test_a_long_thread_keeps_its_first_and_newest_references() -> None:
    ids = tuple(f"{n}@x" for n in range(100))
    read = read_bytes(compose(replace(LETTER, references=ids, in_reply_to="99@x")))
    assert read.references[0] == "99@x"
    assert read.references[-1] == "0@x"
    assert len(read.references) == 20


def test_a_foreign_domain_is_written_in_ascii() -> None:
    read = read_bytes(compose(replace(LETTER, to=(Address("", "z@例子.cn"),))))
    assert read.to == (Address("", "z@xn--fsqu00a.cn"),)


@given(st.text(max_size=300), st.text(max_size=300), st.text(max_size=100))
def test_any_words_come_back(subject: str, text: str, name: str) -> None:
    data = compose(
        replace(LETTER, subject=subject, text=text, to=(Address(name, "jane@example.org"),))
    )
    read = read_bytes(data)
    assert data.isascii()
    assert read.subject == clean_line(subject)
    assert read.text.strip() == clean(text).strip()
    assert [one.email for one in read.to] == ["jane@example.org"]
    assert not read.problem
