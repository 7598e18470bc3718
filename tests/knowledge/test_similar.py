"""Tickets like another one, and how they were solved."""

from __future__ import annotations

import pytest

from kfdesk.desk.conversation.reply import reply
from kfdesk.desk.knowledge.similar import similar
from kfdesk.desk.knowledge.usage import usage
from kfdesk.desk.tickets.change import change
from kfdesk.errors import NotFound
from kfdesk.model import Change, Status
from kfdesk.store.fulltext.terms import terms
from tests.desk.office import ANNA
from tests.knowledge.conftest import Library
from tests.knowledge.test_uses import LINE


def solve(library: Library, number: int, text: str) -> None:
    reply(library.desk, number, text, ANNA, status=Status.SOLVED)
    library.deliver_outbox()


def test_a_text_is_its_words_and_its_pairs_of_characters() -> None:
    assert terms("退款，到账 Refund ＡＢＣ order A1234567 x 好") == [
        "退 款", "到 账", "refund", "abc", "order", "好",
    ]  # fmt: skip


def test_tickets_are_like_by_what_their_customers_wrote(library: Library) -> None:
    first = library.ask("The kettle leaks", "Water drips from the spout of my kettle.", "A <a@x.y>")
    library.ask("Invoice address", "Please change the address on it.", "B <b@x.y>")
    like = library.ask("My kettle drips", "The spout leaks water since Monday.", "C <c@x.y>")
    assert [one.case.number for one in similar(library.desk, first)] == [like]
    zh = library.ask("扫地机器人不充电", "放在底座上没有反应", "D <d@x.y>")
    other = library.ask("机器人充电没反应", "扫地的时候停了，底座灯不亮", "E <e@x.y>")
    assert [one.case.number for one in similar(library.desk, zh)] == [other]


def test_solved_ones_come_first_with_how_they_were_solved(library: Library) -> None:
    usage(library.desk)
    asked = library.ask("Kettle leaks", "The kettle leaks water.", "A <a@x.y>")
    library.ask("Kettle leaks", "The kettle leaks water.", "B <b@x.y>")
    old = library.ask("Kettle leaks", "My kettle leaks hot water.", "C <c@x.y>")
    change(library.desk, old, Change(category="售后/维修"), ANNA)
    library.later(hours=5)
    solve(library, old, f"Dear C,\n\nTighten the lid.\n{LINE}\n\nAnna")
    first, second = similar(library.desk, asked)
    assert (first.case.number, first.solved, second.solved) == (old, True, False)
    told = first.as_json()
    assert told["category"] == "售后/维修"
    assert told["solution"] == {
        "answer": f"Tighten the lid.\n{LINE}\nAnna",
        "by": "anna",
        "macros": [],
        "articles": ["shipping/returns.en"],
        "seconds": 5 * 3600,
    }
    assert second.as_json()["solution"] is None
    assert first.solution[0] == "solved in 5h · by anna · article shipping/returns.en"


def test_the_customers_own_tickets_are_marked_and_come_last(library: Library) -> None:
    asked = library.ask("Kettle leaks", "The kettle leaks water.", "A <a@x.y>")
    own = library.ask("Kettle leaks", "The kettle leaks water.", "A <a@x.y>")
    solve(library, own, "Yes.")
    other = library.ask("Kettle leaks", "The kettle leaks some water.", "B <b@x.y>")
    found = similar(library.desk, asked)
    assert [(one.case.number, one.same_customer) for one in found] == [(other, False), (own, True)]


@pytest.mark.parametrize(
    "gone", ["deleted_at = 1", "merged_into = 1", "spam = 1", "quarantine = 'broken'"]
)
def test_what_is_gone_or_spam_is_never_among_them(library: Library, gone: str) -> None:
    asked = library.ask("Kettle leaks", "The kettle leaks water.", "A <a@x.y>")
    other = library.ask("Kettle leaks", "The kettle leaks water.", "B <b@x.y>")
    assert len(similar(library.desk, asked)) == 1
    library.sql(f"UPDATE ticket SET {gone} WHERE id = {other}")
    assert similar(library.desk, asked) == []


def test_what_is_like_nothing_finds_nothing(library: Library) -> None:
    asked = library.ask("", "…", "A <a@x.y>")
    library.ask("Kettle leaks", "The kettle leaks water.", "B <b@x.y>")
    assert similar(library.desk, asked) == []
    with pytest.raises(NotFound):
        similar(library.desk, 99)


def test_words_that_many_use_weigh_less_than_rare_ones(library: Library) -> None:
    for n in range(150):
        library.ask(f"Question {n}", "Hello, I have a question about my order.", f"X <x{n}@x.y>")
    asked = library.ask("Question", "Hello, I have a question: my theremin hums.", "A <a@x.y>")
    rare = library.ask("Instrument", "The theremin hums.", "B <b@x.y>")
    found = similar(library.desk, asked, 3)
    assert rare in [one.case.number for one in found]
