"""Bytes become the text that was meant, whatever their label says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kfdesk.mail.charset import decode, guess

ZH = "您好，我上周在你们网店买的耳机到现在还没有收到，请帮我查一下。"
TW = "您好，我上週在貴店購買的耳機到現在還沒有收到，請幫我查詢。"
JA = "お世話になっております。先週注文した商品がまだ届いていません。"
KO = "안녕하세요. 지난주에 주문한 상품이 아직 도착하지 않았습니다."
DE = "Schöne Grüße aus München, die Lieferung fehlt noch."
RU = "Здравствуйте, я до сих пор не получил заказ."


@pytest.mark.parametrize(
    ("text", "codec", "label"),
    [
        (ZH, "gb18030", "gb2312"),
        (ZH, "gbk", "GBK"),
        (ZH, "gb18030", "iso-gb2312"),
        (ZH, "gb18030", "gb_2312-80"),
        (ZH, "gb18030", "x-gbk"),
        (ZH, "gb18030", '"GB2312"'),
        ("朱镕基 喆 堃 㐂", "gb18030", "gb2312"),
        (ZH, "hz", "hz-gb-2312"),
        (ZH, "gb18030", "none"),
        (ZH, "gb18030", "unknown-8bit"),
        (ZH, "gb18030", ""),
        (ZH, "gb18030", "us-ascii"),
        (ZH, "gb18030", "iso-8859-1"),
        (ZH, "gb18030", "utf-8"),
        (ZH, "utf-8", "gb2312"),
        (ZH, "utf-8", "iso-8859-1"),
        (ZH, "utf-8", "us-ascii"),
        (ZH, "utf-8", "utf8"),
        (ZH, "utf-8", "no-such-charset"),
        (ZH, "utf-16", "utf-16"),
        (TW, "big5", "big5"),
        (TW, "big5", ""),
        (JA, "iso2022_jp", "iso-2022-jp"),
        (JA, "iso2022_jp", ""),
        (JA, "iso2022_jp", "us-ascii"),
        (JA, "cp932", "shift_jis"),
        (JA, "cp932", "x-sjis"),
        (JA, "cp932", ""),
        (JA, "euc_jp", "euc-jp"),
        ("①髙﨑", "cp932", "shift_jis"),
        (KO, "cp949", "ks_c_5601-1987"),
        (KO, "cp949", "euc-kr"),
        (KO, "cp949", ""),
        (DE, "cp1252", "iso-8859-1"),
        (DE, "cp1252", ""),
        ("10 € “ok”", "cp1252", "iso-8859-1"),
        (RU, "koi8_r", "koi8-r"),
        (RU, "cp1251", "windows-1251"),
        (RU, "cp1251", ""),
        ("退款", "utf_7", "utf-7"),
    ],
)
def test_text_in_a_charset_is_read_under_a_right_wrong_or_missing_label(
    text: str, codec: str, label: str
) -> None:
    assert decode(text.encode(codec), label) == text


@pytest.mark.parametrize("text", ["退款申请", "订单没有收到", "发票", "关于退货的问题", "李伟"])
def test_a_few_unlabelled_chinese_characters_are_recognised(text: str) -> None:
    assert guess(text.encode("gbk")) == text


def test_a_text_with_one_bad_byte_keeps_the_rest() -> None:
    assert decode(ZH.encode() + b"\xff", "utf-8") == ZH + "\ufffd"
    assert decode(ZH.encode("gb18030") + b"\xff", "gb2312").startswith(ZH)


@pytest.mark.parametrize("label", ["base64", "rot13", "zlib", "idna", "hex", "\0", "x" * 5000])
def test_a_label_that_names_no_charset_is_no_label(label: str) -> None:
    assert decode(ZH.encode(), label) == ZH


def test_null_bytes_do_no_harm() -> None:
    assert decode(b"a\0b", "us-ascii") == "a\0b"


@given(st.binary(max_size=300), st.sampled_from(["", "gb2312", "utf-8", "utf-7", "hz", "euc-kr"]))
def test_any_bytes_become_some_text(data: bytes, label: str) -> None:
    assert isinstance(decode(data, label), str)
