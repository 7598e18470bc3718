"""A mail is read whole: text, parts, identity; and nothing in it can stop the reading."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kfdesk.errors import NotFound
from kfdesk.mail.parse import LONGEST_TEXT, read
from kfdesk.mail.source import html_of, part_of
from kfdesk.model import Address
from tests.mail.mails import CORPUS, OWN, mail, multipart, raw, read_bytes

PDF = (
    "Content-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: "
    "base64\r\n\r\nJVBERg==\r\n"
)


def test_a_plain_mail() -> None:
    read_ = mail("Hello\r\nthere\r\n")
    assert read_.sender == Address("Jane Doe", "jane@example.org")
    assert read_.to == (Address("", "support@example.com"),)
    assert read_.subject == "Order 1042"
    assert read_.date == datetime(2026, 11, 2, 2, tzinfo=UTC)
    assert read_.message_id == "1@example.org"
    assert read_.text == "Hello\nthere"
    assert read_.cut == len(read_.text)
    assert (read_.attachments, read_.robot, read_.bounce, read_.problem) == ((), "", None, "")


def test_the_plain_alternative_is_the_text_where_it_says_anything() -> None:
    html = "Content-Type: text/html\r\n\r\n<p>rich</p>"
    assert read_bytes(multipart("\r\nplain", html, subtype="alternative")).text == "plain"
    assert read_bytes(multipart("\r\n \r\n", html, subtype="alternative")).text == "rich"


@pytest.mark.parametrize(
    "stub",
    [
        "To see the web version of this newsletter, open https://news.example/a?b=c",
        "Your mail client does not support HTML.",
        "View this email in your browser:\r\n<https://news.example/1>",
        "This is an HTML-format message.",
    ],
)
def test_a_plain_alternative_that_only_sends_one_elsewhere_gives_way(stub: str) -> None:
    html = "Content-Type: text/html\r\n\r\n<p>Our winter sale</p>"
    assert read_bytes(multipart(f"\r\n{stub}", html, subtype="alternative")).text == (
        "Our winter sale"
    )
    long = f"{stub} " + "It is a long letter that says a lot itself. " * 8
    assert read_bytes(
        multipart(f"\r\n{long}", html, subtype="alternative")
    ).text == long.strip().replace("\r", "")
    assert read_bytes(multipart(f"\r\n{stub}", subtype="alternative")).text == stub.replace(
        "\r", ""
    )


def test_several_texts_are_joined() -> None:
    assert read_bytes(multipart("\r\none", PDF, "\r\ntwo")).text == "one\n\ntwo"


def test_an_attachment_is_measured_and_can_be_fetched() -> None:
    data = multipart("\r\nsee", PDF)
    (part,) = read_bytes(data).attachments
    assert (part.name, part.type, part.size, part.part) == ("a.pdf", "application/pdf", 4, "2")
    assert part.sha256 == hashlib.sha256(b"%PDF").hexdigest()
    assert part_of(data, part.part) == b"%PDF"


def test_a_nested_attachment_is_found_by_its_path() -> None:
    inner = (
        "Content-Type: multipart/mixed; boundary=i\r\n\r\n--i\r\n\r\nx\r\n--i\r\n"
        + PDF
        + "--i--\r\n"
    )
    data = multipart("\r\nsee", inner)
    (part,) = read_bytes(data).attachments
    assert part.part == "2.2"
    assert part_of(data, "2.2") == b"%PDF"


def test_a_mail_that_is_one_file_has_that_file() -> None:
    data = raw(
        "JVBERg==", Content_Type="application/pdf; name=a.pdf", Content_Transfer_Encoding="base64"
    )
    (part,) = read_bytes(data).attachments
    assert (part.name, part_of(data, part.part)) == ("a.pdf", b"%PDF")


def test_a_part_that_is_not_there_is_said_to_be_missing() -> None:
    with pytest.raises(NotFound, match="9"):
        part_of(raw(), "9")


def test_broken_base64_gives_what_can_be_read() -> None:
    broken = PDF.replace("JVBERg==", "JVB=ERg!!")
    read_ = read_bytes(multipart("\r\nsee", broken))
    assert [(part.name, part.size) for part in read_.attachments] == [("a.pdf", 4)]
    assert (read_.text, read_.problem) == ("see", "")


def test_a_boundary_that_never_comes_leaves_the_body_readable() -> None:
    read_ = mail("Hello\r\n", Content_Type="multipart/mixed; boundary=nowhere")
    assert (read_.text, read_.problem) == ("Hello", "")


def test_an_inline_picture_keeps_its_content_id() -> None:
    header = "Content-Type: image/png\r\nContent-ID: <p@x>\r\nContent-Disposition: inline"
    picture = f"{header}\r\n\r\nx"
    (part,) = read_bytes(multipart("\r\nsee", picture)).attachments
    assert (part.inline, part.content_id, part.name) == (True, "p@x", "image.png")


def test_two_deliveries_of_one_mail_have_one_digest() -> None:
    one = raw(Received="from a", Delivered_To="a@x", Return_Path="<j@x>")
    two = raw(X_Trace="b", Received="from b").replace(b"\r\n", b"\n")
    assert read_bytes(one).digest == read_bytes(two).digest


@pytest.mark.parametrize(
    "other",
    [
        raw("other\r\n"),
        raw(Subject="Other"),
        raw(Message_ID="<2@x>"),
        raw(From="x@y.example"),
        raw(Date=""),
    ],
)
def test_two_mails_have_two_digests(other: bytes) -> None:
    assert read_bytes(raw()).digest != read_bytes(other).digest


def test_where_it_was_delivered_is_known() -> None:
    read_ = mail(Delivered_To="A@x.example", X_Original_To="b@x.example", Envelope_To="a@x.example")
    assert read_.delivered_to == ("a@x.example", "b@x.example")


def test_the_lines_of_an_old_macintosh_are_lines() -> None:
    assert read_bytes(raw("one\r\ntwo").replace(b"\r\n", b"\r")).text == "one\ntwo"


def test_an_mbox_line_at_the_top_is_passed_over() -> None:
    assert read_bytes(b"From jane Mon Nov  2 10:00:00 2026\n" + raw()).subject == "Order 1042"


def test_a_long_text_is_cut_visibly() -> None:
    text = mail("x" * (LONGEST_TEXT + 10)).text
    assert len(text) < LONGEST_TEXT + 10
    assert text.endswith("[…]")


def test_a_long_subject_and_name_are_shortened() -> None:
    read_ = mail(Subject="x" * 5000, From=f"{'n' * 5000} <j@x.example>")
    assert len(read_.subject) == 1000
    assert len(read_.sender.name) == 300


def test_a_blank_before_the_first_field_does_not_hide_it() -> None:
    assert read_bytes(b" " + raw()).sender.email == "jane@example.org"


def test_escape_sequences_never_come_through() -> None:
    read_ = mail("a\x1b]0;title\x07b\u202ec", Subject="\x1b[2Jx", From="\x1b[31mJ <j@x.example>")
    assert "\x1b" not in read_.text + read_.subject + read_.sender.name
    assert "\u202e" not in read_.text


def test_html_can_be_shown() -> None:
    data = raw("<p>\x1b[2J退款</p>".encode("gbk"), Content_Type="text/html; charset=gb2312")
    assert html_of(data) == "<p>[2J退款</p>"
    assert html_of(b"") == ""


@pytest.mark.parametrize(
    "data", [b"", b"\0", b"no header at all\n\nbody", b"\n\n\n", b"\xff" * 100]
)
def test_what_is_no_mail_is_a_problem_and_is_still_shown(data: bytes) -> None:
    read_ = read_bytes(data)
    assert read_.problem == "no header"
    assert read_.digest
    if b"body" in data:
        assert "body" in read_.text


def nested(depth: int) -> bytes:
    """Multiparts in each other."""
    head = b"Subject: deep\r\nFrom: j@x.example\r\n"
    return head + b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n)
        for n in range(depth)
    )


def test_a_nesting_bomb_is_a_problem_that_names_itself() -> None:
    read_ = read_bytes(nested(5000))
    assert read_.problem
    assert (read_.subject, read_.sender.email) == ("deep", "j@x.example")


def test_ordinary_nesting_is_none() -> None:
    assert read_bytes(nested(20)).problem == ""


HOSTILE = {
    "one line of 1 MB": raw("x" * 1_000_000),
    "one line of 1 MB of blanks": raw(" " * 1_000_000 + "x"),
    "dashes": raw("-" * 1_000_000),
    "On": raw("On 1 Jan 2026 " * 50_000 + ":"),
    "wrote lines": raw("On 1 Jan 2026\n" * 50_000 + "wrote:\n"),
    "From lines": raw("From: a\n" * 50_000),
    "quotes": raw("> \n" * 100_000),
    "signatures": raw("-- \n" * 100_000),
    "phones": raw("Sent from my iPhone\n" * 50_000),
    "null bytes": raw(b"\0" * 100_000),
    "links": raw("<a href='http://x.example'>x</a>" * 5_000, Content_Type="text/html"),
    "many header lines": raw(**{f"X-{n}": "y" for n in range(20_000)}),
    "a header of 1 MB": raw(Subject="x" * 1_000_000),
    "a header of blanks": raw(Subject=" " * 500_000 + "\r\n " + " " * 500_000),
    "folds": raw(Subject="x\r\n " * 100_000),
    "encoded words": raw(Subject="=?utf-8?B?" * 50_000),
    "half encoded words": raw(Subject="=?a?b?x?x" * 50_000),
    "openings of words": raw(Subject="=?" * 500_000),
    "broken parts in each other": nested(80) + b"x\r\n" * 1_000_000,
    "quoted pairs": raw(From='\\"' * 50_000, To="\\(" * 50_000, Cc="<" * 100_000),
    "commas": raw(To="," * 500_000),
    "recipients": raw(To=", ".join(f"{n}@x.example" for n in range(20_000))),
    "parameters": raw(Content_Type="text/plain;" + ";" * 100_000 + "a" * 100_000),
    "numbered parameters": raw(
        Content_Type="text/plain" + "".join(f"; name*{n}=x" for n in range(5000))
    ),
    "bounce": raw("<" * 200_000 + "warning: " * 20_000, From="MAILER-DAEMON@x.example"),
    "addresses in a bounce": raw("a." * 100_000 + "@", From="MAILER-DAEMON@x.example"),
    "parts": multipart(*["\r\nx"] * 5_000),
    "mails in mails": raw(
        "Content-Type: message/rfc822\r\n\r\n" * 2000, Content_Type="message/rfc822"
    ),
    "8 bit": raw(b"x" * 200_000 + "退".encode("gbk") * 3),
}


@pytest.mark.timeout(20)
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_mail_is_read_to_its_end(name: str) -> None:
    read_ = read_bytes(HOSTILE[name])
    assert 0 <= read_.cut <= len(read_.text)


PIECES = st.sampled_from(
    [b"From: ", b"Subject: ", b"Content-Type: ", b"multipart/mixed", b"; boundary=b", b"\r\n",
     b"\n", b"\r\n\r\n", b"--b", b"--b--", b"text/html", b"message/rfc822", b"multipart/report",
     b"message/delivery-status", b"Content-Transfer-Encoding: base64", b"quoted-printable",
     b"; charset=", b"gb2312", b"utf-7", b"\xc4\xe3", b"=?gbk?B?xOM=?=", b"<a@b>",
     b"; filename*0*=", b"\0", b"\x1b$B", b"> ", b"On 1 Jan wrote:", b"<div>", b" "]
)  # fmt: skip


@given(
    st.one_of(
        st.binary(max_size=500),
        st.lists(st.one_of(PIECES, st.binary(max_size=6)), max_size=60).map(b"".join),
    )
)
@example(b"From")
@example(b"A: b")
@example(b'Content-Type: multipart/mixed; boundary=""\r\n\r\n--\r\n')
def test_no_bytes_make_it_raise(data: bytes) -> None:
    read_ = read(data, OWN)
    assert 0 <= read_.cut <= len(read_.text)
    assert len(read_.digest) == 64
    for part in read_.attachments:
        assert hashlib.sha256(part_of(data, part.part)).hexdigest() == part.sha256
    html_of(data)


@pytest.mark.skipif(not CORPUS.exists(), reason="no corpus of mails")
def test_every_mail_of_the_corpus_is_read() -> None:
    problems = []
    paths = [path for path in sorted(CORPUS.glob("*/eml/**/*")) if path.is_file()]
    for path in paths:
        data = path.read_bytes()
        read_ = read(data, OWN)
        assert 0 <= read_.cut <= len(read_.text)
        assert "\x1b" not in read_.text + read_.subject
        for part in read_.attachments:
            assert part.name
        if read_.problem:
            problems.append(path.name)
    assert len(paths) > 1000
    assert len(problems) <= 3, problems


def test_without_a_message_id_two_ways_are_two_mails() -> None:
    def post(way: str) -> str:
        text = f"Received: from {way}\r\nFrom: form@x.example\r\nSubject: Order\r\n\r\nHello\r\n"
        return read_bytes(text.encode()).digest

    assert post("a; Sat, 21 Nov 2026 10:00:00") == post("a; Sat, 21 Nov 2026 10:00:00")
    assert post("a; Sat, 21 Nov 2026 10:00:00") != post("a; Sat, 21 Nov 2026 10:00:09")
