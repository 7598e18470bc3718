"""Header fields say what was meant: RFC 2047, 2231 and 5322, and what mailers make of them."""

from __future__ import annotations

from base64 import b64encode
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kfdesk.mail import header
from kfdesk.mail.address import parse
from kfdesk.model import Address
from tests.mail.mails import mail, multipart, raw, read_bytes


def word(text: str, codec: str, label: str = "") -> str:
    """An encoded word."""
    return f"=?{label or codec}?B?{b64encode(text.encode(codec)).decode()}?="


GBK = "文件".encode("gbk")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("Order 1042", "Order 1042"),
        (word("退款", "utf-8"), "退款"),
        (word("朱镕基", "gb18030", "gb2312"), "朱镕基"),
        (word("朱镕基", "gb18030", "iso-gb2312"), "朱镕基"),
        (word("退款", "gb18030", "none"), "退款"),
        (word("환불 요청", "cp949", "ks_c_5601-1987"), "환불 요청"),
        (word("お問い合わせ", "iso2022_jp", "iso-2022-jp"), "お問い合わせ"),
        (word("退款", "utf-8") + " " + word("申请", "utf-8"), "退款申请"),
        (word("退款", "utf-8") + "\r\n " + word("申请", "utf-8"), "退款申请"),
        (
            f"=?gbk?B?{b64encode(GBK[:3]).decode()}?= =?gbk?B?{b64encode(GBK[3:]).decode()}?=",
            "文件",
        ),
        ("Re: " + word("退款", "utf-8") + " now", "Re: 退款 now"),
        (word("退款", "utf-8").rstrip("?=").rstrip("=") + "?=", "退款"),
        ("=?utf-8?Q?Gr=C3=BC=C3=9Fe_aus_M?=", "Grüße aus M"),
        ("=?utf-8?Q?why?_because?=", "why? because"),
        ("=?UTF-8*de?q?=C3=BC?=", "ü"),
        ("=?utf-8?X?abc?=", "=?utf-8?X?abc?="),
        ("=?utf-8?B?", "=?utf-8?B?"),
        ("退款申请".encode(), "退款申请"),
        ("退款申请".encode("gb18030"), "退款申请"),
        ("退款申請".encode("big5"), "退款申請"),
        ("返金のお願い".encode("cp932"), "返金のお願い"),
        (b"\x1b$B4jK>\x1b(B", "願望"),
        ("a\x1b[2J\u202eb\x07".encode(), "a[2Jb"),
        ("one\r\n two\r\n\tthree", "one two three"),
    ],
)
def test_a_subject_is_read(value: str | bytes, text: str) -> None:
    assert mail(Subject=value).subject == text


def test_a_raw_header_takes_the_charset_that_the_body_names() -> None:
    read = mail(
        "\xc4\xe3".encode("latin-1"),
        Subject="你".encode("gbk"),
        Content_Type="text/plain; charset=gbk",
    )
    assert read.subject == "你"


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("a@b.example", [Address("", "a@b.example")]),
        ("<A@B.Example>", [Address("", "a@b.example")]),
        ("Jane <a@b.example>", [Address("Jane", "a@b.example")]),
        ('"Doe, Jane" <a@b.example>', [Address("Doe, Jane", "a@b.example")]),
        ('"Jane \\"J\\" Doe" <a@b.example>', [Address('Jane "J" Doe', "a@b.example")]),
        ("a@b.example (Jane)", [Address("Jane", "a@b.example")]),
        (
            "Jane<a@b.example>, c@d.example",
            [Address("Jane", "a@b.example"), Address("", "c@d.example")],
        ),
        (
            "Jane <a@b.example> Joe <c@d.example>",
            [Address("Jane", "a@b.example"), Address("Joe", "c@d.example")],
        ),
        ("a@b.example; c@d.example", [Address("", "a@b.example"), Address("", "c@d.example")]),
        ("undisclosed-recipients:;", []),
        (
            "team: a@b.example, c@d.example;",
            [Address("", "a@b.example"), Address("", "c@d.example")],
        ),
        (word("张三", "gbk") + " <a@b.example>", [Address("张三", "a@b.example")]),
        ('"' + word("张三", "gbk") + '" <a@b.example>', [Address("张三", "a@b.example")]),
        (word("张三 <a@b.example>", "utf-8"), [Address("张三", "a@b.example")]),
        ("=?utf-8?Q?Doe,_Jane?= <a@b.example>", [Address("Doe, Jane", "a@b.example")]),
        ("a@b.example <a@b.example>", [Address("", "a@b.example")]),
        ("mailto:a@b.example", [Address("", "a@b.example")]),
        ("'a@b.example'", [Address("", "a@b.example")]),
        ("Jane <a@b.example", [Address("Jane", "a@b.example")]),
        ("Jane a@b.example", [Address("Jane", "a@b.example")]),
        ("Jane <<a@b.example>>", [Address("Jane", "a@b.example")]),
        ("MAILER-DAEMON", [Address("MAILER-DAEMON", "")]),
        ("", []),
        ("<>", []),
    ],
)
def test_addresses_are_found(line: str, found: list[Address]) -> None:
    assert parse(line) == found


def test_a_raw_shift_jis_name_is_read() -> None:
    read = mail(From="表示テスト <a@b.example>".encode("cp932"))
    assert read.sender == Address("表示テスト", "a@b.example")


@pytest.mark.parametrize(
    ("value", "at"),
    [
        (b"Mon, 02 Nov 2026 10:00:00 +0800", datetime(2026, 11, 2, 2, tzinfo=UTC)),
        (b"2 Nov 2026 10:00:00 -0000 (UTC)", datetime(2026, 11, 2, 10, tzinfo=UTC)),
        (b"Mon, 2 Nov 2026 10:00 GMT", datetime(2026, 11, 2, 10, tzinfo=UTC)),
        (b"Mon, 02 Nov 26 10:00:00 EST", datetime(2026, 11, 2, 15, tzinfo=UTC)),
        (b"Mon, 02 Nov 2026 23:59:60 +0000", datetime(2026, 11, 2, 23, 59, 59, tzinfo=UTC)),
        (b"Mon, 32 Nov 2026 10:00:00 +0000", None),
        (b"Mon, 02 Nov 0001 00:00:00 +2300", None),
        (b"yesterday", None),
        (b"\xff\x00", None),
        (b"", None),
    ],
)
def test_a_date_is_an_instant_or_none(value: bytes, at: datetime | None) -> None:
    assert header.date(value) == at


def test_references_come_newest_first_each_once() -> None:
    read = mail(In_Reply_To="<c@x>", References="<a@x> <b@x>\r\n <c@x>")
    assert read.references == ("c@x", "b@x", "a@x")


def test_a_flood_of_references_is_capped() -> None:
    ids = " ".join(f"<{n}@x>" for n in range(5000))
    assert len(mail(References=ids).references) == 100


def test_a_message_id_without_brackets_is_one() -> None:
    assert mail(Message_ID="abc@x").message_id == "abc@x"
    assert mail(Message_ID="").message_id == ""


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        ("filename=report.pdf", "report.pdf"),
        ('filename="a; b.pdf"', "a; b.pdf".replace(";", "_")),
        ("filename*=utf-8''%E6%96%87%E4%BB%B6.pdf", "文件.pdf"),
        ("filename*=gb2312''%CE%C4%BC%FE.pdf", "文件.pdf"),
        ("filename*0*=utf-8''%E6%96; filename*1*=%87.pdf", "文.pdf"),
        ("filename*0=long; filename*1=name.pdf", "longname.pdf"),
        (f'filename="{word("文件.pdf", "gbk")}"', "文件.pdf"),
        (f'filename="{word("喆.pdf", "gb18030", "iso-gb2312")}"', "喆.pdf"),
        (
            f'filename="=?gbk?B?{b64encode(GBK[:3]).decode()}?=\r\n '
            f'=?gbk?B?{b64encode(GBK[3:]).decode()}?="',
            "文件",
        ),
        ('filename="文件.pdf"'.encode(), "文件.pdf"),
        ('filename="退款文件.pdf"'.encode("gbk"), "退款文件.pdf"),
        ('filename="Übersicht.pdf"'.encode(), "Übersicht.pdf"),
    ],
)
def test_a_file_name_is_read(disposition: str | bytes, name: str) -> None:
    given_ = disposition if isinstance(disposition, bytes) else disposition.encode()
    part = (
        b"Content-Type: application/pdf\r\nContent-Disposition: attachment; "
        + given_
        + b"\r\n\r\nx"
    )
    assert [one.name for one in read_bytes(multipart(part)).attachments] == [name]


@given(st.binary(max_size=400))
def test_no_header_value_raises(value: bytes) -> None:
    header.text(value)
    header.ids(value)
    header.date(value)
    header.params(value.decode("latin-1"))
    parse(value.decode("latin-1"))
    read_bytes(raw(From=value.replace(b"\n", b""), Subject=value.replace(b"\n", b"")))
