"""Full-text search: Chinese and Latin words, phrases, newest first."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest

from kfdesk.desk.conversation.reply import note, reply
from kfdesk.errors import QueryError
from kfdesk.rules.language.query import parse
from kfdesk.store import queue
from tests.desk.office import ANNA, Office, raw

TEXTS = [
    "我要退款,谢谢",  # 1
    "退货,不要款",  # 2
    "Please refund my iPhone15 手机订单 A123",  # 3
    "Grüße aus Köln, Straße 7",  # 4
    "東京タワーの写真、ありがとう",  # 5
    "the quick brown fox; brown quick",  # 6
    "ＲＥＦＵＮＤ in full width, 全角",  # 7
    "email me: bob@corp.example about order-77/B",  # 8
    "한국어 환불 요청",  # 9
]


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """One ticket for each text, in order."""
    office = Office(tmp_path)
    office.receive(*(raw(text, f"c{n}@x.example", Subject=f"S{n}") for n, text in enumerate(TEXTS)))
    return office


FOUND = [
    ("退款", [1]),
    ("要退款", [1]),
    ("款", [2, 1]),
    ("退", [2, 1]),
    ("款退", []),
    ("手机订单", [3]),
    ("iphone15", [3]),
    ("iPhone15手机", [3]),
    ("refund", [7, 3]),
    ("REFUND", [7, 3]),
    ("refund 手机", [3]),
    ('"my iPhone15"', [3]),
    ('"iPhone15 my"', []),
    ('"quick brown"', [6]),
    ("strasse", [4]),
    ("grüsse", [4]),
    ("Koln", [4]),
    ("写真", [5]),
    ("タワー", [5]),
    ("ありがとう", [5]),
    ("全角", [7]),
    ("bob@corp.example", [8]),
    ("order-77/B", [8]),
    ("환불", [9]),
    ("-退款 款", [2]),
    ("(退款 or fox)", [6, 1]),
    ("unheardof", []),
]


@pytest.mark.parametrize("limit", [None, 50], ids=["all", "a page"])
@pytest.mark.parametrize(("words", "numbers"), FOUND, ids=[words for words, _ in FOUND])
def test_words_are_found_newest_first(
    office: Office, words: str, numbers: list[int], limit: int | None
) -> None:
    assert office.find(words, limit) == numbers


@pytest.mark.parametrize("limit", [None, 50], ids=["all", "a page"])
def test_of_words_the_newest_hit_comes_first(office: Office, limit: int | None) -> None:
    office.later(minutes=1)
    note(office.desk, 1, "退货也要", ANNA)
    assert office.find("退货", limit) == [1, 2]


def test_a_ticket_is_found_once_however_often_it_says_it(office: Office) -> None:
    for n in range(5):
        note(office.desk, 1, f"退款 {n}", ANNA)
    assert office.find("退款", 50) == [1]
    assert office.find("退款", 1) == [1]


@pytest.mark.parametrize(
    ("words", "number"),
    [("退款单", 1), ("anna", 2), ("发票.pdf", 3), ("c3@x.example", 4)],
)
def test_subjects_authors_and_file_names_are_searched_too(
    tmp_path: Path, words: str, number: int
) -> None:
    office = Office(tmp_path)
    pdf = (
        "--b\r\nContent-Type: text/plain\r\n\r\nSee.\r\n--b\r\nContent-Type: application/pdf\r\n"
        "Content-Disposition: attachment; filename*=utf-8''%E5%8F%91%E7%A5%A8.pdf\r\n\r\nx\r\n--b--"
    )
    office.receive(
        raw("1", Subject="退款单"),
        raw("2", Subject="2"),
        raw(pdf, Subject="3", Content_Type="multipart/mixed; boundary=b"),
        raw("4", "Dora <c3@x.example>", Subject="4"),
    )
    reply(office.desk, 2, "Hello.", ANNA)
    assert office.find(words) == [number]


def test_a_page_of_hits_continues_where_the_last_one_ended(office: Office) -> None:
    office.receive(*(raw(f"needle {n}", f"n{n}@x.example", Subject=f"N{n}") for n in range(30)))
    query = parse("needle", office.desk.known)
    with office.desk.store.read() as tx:
        pages = [queue.ids(tx, query, office.desk.scope(), 7, at) for at in range(0, 35, 7)]
        assert queue.count(tx, query, office.desk.scope()) == 30
    assert [number for page in pages for number in page] == list(range(39, 9, -1))


@pytest.mark.parametrize(
    "words", ['"', "'", "*", "AND", "NEAR(a b)", "a*", "-", "col:x", "“退”", "^a"]
)
def test_no_words_are_an_accident(office: Office, words: str) -> None:
    with suppress(QueryError):
        assert isinstance(office.find(words), list)
