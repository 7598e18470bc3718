"""Large mails in files: whatever they hold, they come in part and nothing raises."""

from __future__ import annotations

from email import message_from_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kfdesk.fetchers import outline, partial
from tests.fetchers.contract import giant_mail

_WORDS = st.sampled_from(
    [
        b"Content-Type: multipart/mixed; boundary=a",
        b'Content-Type: multipart/alternative; boundary="ab"',
        b'Content-Type: multipart/mixed; boundary="\xe4\xb8"',
        b"Content-Type: multipart/mixed; boundary*0*=utf-8''%ff; boundary*1=x",
        b"Content-Type: text/plain; name*=nonsense''%E5%A4",
        b"Content-Type: text/html; charset=\xff",
        b"Content-Type: message/rfc822",
        b"Content-Type:",
        b"Content-Disposition: attachment; filename*0*=gb2312'zh'%D6; filename*1*=%D0",
        b'Content-Disposition: attachment; filename="=?none?B?//8=?="',
        b"--a",
        b"--ab",
        b"--a--",
        b"--ab--",
        b"text",
        b"\x00",
        b" ",
        b"",
        b"",
    ]
)


@given(st.lists(_WORDS, max_size=60), st.sampled_from([b"\n", b"\r\n", b"\r"]))
def test_no_structure_raises(lines: list[bytes], end: bytes) -> None:
    content = end.join(lines)
    raw, _parts = outline.take(content, 0, len(content))
    message_from_bytes(raw)


@given(st.binary(max_size=2000))
def test_no_bytes_raise(content: bytes) -> None:
    outline.take(content, 0, len(content))


def test_a_part_of_a_file_is_taken_alone() -> None:
    mail = giant_mail(b"QUJD" * 19 * 100)
    raw, parts = outline.take(b"before\n\n" + mail + b"\nafter", 8, 8 + len(mail))
    assert raw.startswith(b"From: ann@example.org")
    assert [(part.section, part.name) for part in parts] == [("2", "大.bin")]


def test_a_rebuilt_mail_is_a_mail_of_its_texts() -> None:
    content = giant_mail(b"QUJD" * 19 * 100)
    raw, _parts = outline.take(content, 0, len(content))
    message = message_from_bytes(raw)
    assert message.get_content_type() == "multipart/alternative"
    texts = [part.get_payload(decode=True) for part in message.walk() if not part.is_multipart()]
    assert texts == ["看附件".encode(), b"<p>html</p>"]
    assert message["Subject"] == "Large"


def test_a_rebuilt_mail_is_the_same_each_time() -> None:
    content = giant_mail(b"QUJD" * 19 * 100)
    assert outline.take(content, 0, len(content)) == outline.take(content, 0, len(content))


def test_deep_nesting_and_many_parts_end() -> None:
    deep = b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (depth, depth)
        for depth in range(500)
    )
    outline.take(deep, 0, len(deep))
    wide = b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\ntext\n" * 5000
    raw, parts = outline.take(wide, 0, len(wide))
    assert len(raw) < 10_000
    assert len(parts) == 0


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("=?utf-8?B?5aSn?=.bin", "大.bin"),
        ("../../etc/passwd", "../../etc/passwd"),
        ("=?none?B?//8=?=", "=?none?B?//8=?="),
        ("大.bin", "大.bin"),
        ("a\x1b[31m\u202eb", "a[31mb"),
    ],
)
def test_names_are_readable_and_harmless(name: str, read: str) -> None:
    assert partial.decode_name(name) == read
