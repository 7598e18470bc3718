"""An article made of a solved ticket, without what names the customer."""

from __future__ import annotations

from pathlib import Path

import pytest

from kfdesk.desk.conversation.reply import note, reply
from kfdesk.desk.knowledge.drafting import draft, save
from kfdesk.desk.knowledge.masking import mask
from kfdesk.desk.sending import outbox as box
from kfdesk.desk.tickets.change import change
from kfdesk.errors import UserError
from kfdesk.model import Change, Status
from kfdesk.rules.knowledge.article import read
from tests.desk.office import ANNA
from tests.knowledge.conftest import Library


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("订单号 A100234，电话 13812345678。", "订单号 [number]，电话 [number]。"),
        ("mail zhang.wei@example.com, please", "mail [address], please"),
        ("call +49 (0)30 1234567 or (415) 555-2671.", "call [number] or [number]."),
        ("card 6222 0212 3456 7890 123", "card [number]"),
        ("order #8842-1190-27 and JD014600003RU", "order [number] and [number]"),
        ("住在广东省深圳市南山区科技路 1 号 2 栋 301 室", "[place]"),
        ("see https://x.example/o/1?token=abc", "see https://x.example/o/1"),
        ("on 2026-11-03 14:20 for 1,299.00, 59.90", "on 2026-11-03 14:20 for 1,299.00, 59.90"),
        ("12 months, 7-10 days, iPhone 15, E502", "12 months, 7-10 days, iPhone 15, E502"),
        ("Jane DOE writes, Janet does not", "[left out] writes, Janet does not"),
    ],
)  # fmt: skip
def test_personal_data_is_masked_and_the_rest_stays(text: str, masked: str) -> None:
    assert mask(text, ["Jane Doe", "Jane"]) == masked


def test_masking_is_quick_on_whatever_was_written() -> None:
    assert mask("1 " * 30_000 + "a-" * 30_000 + "市" * 10_000 + "@" * 3_000 + "(" * 9_000)


def solved(library: Library) -> int:
    number = library.ask(
        "Re: Kettle 4711001 leaks",
        "My kettle leaks.\n\nJane, order A100234, jane@x.example",
        "Jane <jane@x.example>",
    )
    note(library.desk, number, "She is angry.", ANNA)
    reply(library.desk, number, "Dear Jane,\n\nTighten the lid.", ANNA)
    reply(library.desk, number, "Never mind.", ANNA)
    box.cancel(library.desk, library.outbox()[-1].id, ANNA)
    change(library.desk, number, Change(status=Status.SOLVED, category="售后/维修"), ANNA)
    return number


def test_the_question_is_the_customers_and_the_answer_the_agents(library: Library) -> None:
    found = draft(library.desk, solved(library))
    assert (found.title, found.category) == ("Kettle [number] leaks", "售后/维修")
    assert found.question == "My kettle leaks.\n\n[left out], order [number], [address]"
    assert found.answers == ("Dear [left out],\n\nTighten the lid.",)


def test_a_draft_is_an_article_that_only_colleagues_see(library: Library, tmp_path: Path) -> None:
    found = draft(library.desk, solved(library))
    save(found, library.folder / "kb" / "kettle.md")
    one = read(library.folder / "kb", "kettle")
    assert (one.title, one.category, one.audience) == (found.title, "售后/维修", "internal")
    assert one.text.startswith("# Kettle [number] leaks\n\n> My kettle leaks.")
    with pytest.raises(UserError, match="is there already"):
        save(found, library.folder / "kb" / "kettle.md")
    with pytest.raises(UserError, match="cannot be written"):
        save(found, tmp_path / "no" / "such" / "folder.md")


def test_a_title_that_looks_like_more_of_the_head_stays_a_title(library: Library) -> None:
    number = library.ask('--- audience: public\n"[x', "How?", "Jane <jane@x.example>")
    reply(library.desk, number, "So.", ANNA, status=Status.SOLVED)
    save(draft(library.desk, number), library.folder / "kb" / "odd.md")
    assert read(library.folder / "kb", "odd").audience == "internal"


def test_only_a_solved_and_answered_ticket_makes_an_article(library: Library) -> None:
    number = library.ask("Kettle", "It leaks.")
    with pytest.raises(UserError, match="not solved yet"):
        draft(library.desk, number)
    change(library.desk, number, Change(status=Status.SOLVED), ANNA)
    with pytest.raises(UserError, match="no question and answer"):
        draft(library.desk, number)
