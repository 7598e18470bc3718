"""The index of articles keeps in step with the folder."""

from __future__ import annotations

import os

from kfdesk.desk.knowledge.reading import listing, search, show
from kfdesk.desk.knowledge.shelf import check, refresh
from tests.knowledge.conftest import Library, OpenOffice


def names(library: Library, text: str, **keys: str) -> list[str]:
    return [one.article.name for one in search(library.desk, text, **keys)]  # type: ignore[arg-type]


def test_articles_are_found_by_their_words_the_best_first(library: Library) -> None:
    library.article("parcels", "---\ntitle: Parcels\n---\nA parcel is a box. Nothing on money.")
    assert names(library, "return parcel")[0] == "shipping/returns.en"
    assert names(library, "退货")[0] == "shipping/returns"
    assert names(library, "工作日") == ["shipping/returns"]
    assert names(library, "money arr") == ["shipping/returns.en", "parcels"]
    assert names(library, "REFUND LIMITS") == ["limits"]
    assert names(library, "“”！") == []


def test_a_word_of_a_query_language_is_only_a_word(library: Library) -> None:
    assert names(library, 'title: "limits') == ["limits"]
    assert names(library, "limits OR NEAR( * AND") == ["limits"]


def test_a_search_can_be_for_one_language(library: Library) -> None:
    assert names(library, "return 退货", language="en") == ["shipping/returns.en"]
    assert names(library, "return 退货", language="zh") == ["shipping/returns"]


def test_for_a_ticket_each_article_stands_once_in_the_customers_language(library: Library) -> None:
    german = library.ask("Refund please", "I want to send the parcel back, how does it work?")
    chinese = library.ask("退款", "我想退货，请问怎么办理？", "张伟 <z@x.example>")
    for ticket, name in ((german, "shipping/returns.en"), (chinese, "shipping/returns")):
        found = search(library.desk, "return 退货", ticket=ticket)
        assert [one.article.name for one in found if "returns" in one.article.name] == [name]


def test_a_changed_file_is_seen_at_the_next_search_and_a_removed_one_vanishes(
    library: Library,
) -> None:
    assert names(library, "limits") == ["limits"]
    library.article("limits", "---\ntitle: Ceilings\n---\nAsk the lead.")
    assert names(library, "limits") == []
    assert names(library, "ceilings") == ["limits"]
    (library.folder / "kb" / "limits.md").unlink()
    assert names(library, "ceilings") == []


def test_a_file_that_was_only_touched_is_not_indexed_again(library: Library) -> None:
    refresh(library.desk)
    before = library.sql("SELECT id, name FROM article ORDER BY name")
    for file in (library.folder / "kb").rglob("*.md"):
        os.utime(file, (1, 1))
    refresh(library.desk)
    assert library.sql("SELECT id, name FROM article ORDER BY name") == before
    counter = library.desk.store.counter()
    refresh(library.desk)
    assert library.desk.store.counter() == counter


def test_a_broken_article_is_left_out_and_the_others_go_on(library: Library) -> None:
    assert "limits" in names(library, "limits")
    library.article("limits", "---\naudience: everybody\n---\nlimits")
    assert names(library, "limits") == []
    assert names(library, "退货") == ["shipping/returns"]
    library.article("limits", "limits")
    assert names(library, "limits") == ["limits"]


def test_check_lists_all_that_is_wrong(opened: OpenOffice) -> None:
    library = opened('[[category]]\npath = "售后/退款"\n')
    library.article("a", "---\ntitel: x\n---\nx")
    library.article("b", b"\xff\xfe")
    library.article("c", "---\ncategory: Gardening\n---\nx")
    library.article("d.en", "x")
    library.article("d", "---\nlanguage: en\n---\nx")
    found = [(os.path.basename(f.file), f.line, f.severity) for f in check(library.settings)]
    assert found == [
        ("a.md", 2, "error"),
        ("b.md", 1, "error"),
        ("c.md", 0, "warning"),
        ("d.md", 0, "warning"),
    ]


def test_a_list_is_by_category_and_an_article_is_shown_as_it_stands_now(library: Library) -> None:
    assert [one.article.name for one in listing(library.desk)] == [
        "limits", "shipping/returns", "shipping/returns.en",
    ]  # fmt: skip
    assert [one.article.name for one in listing(library.desk, "售后")] == [
        "shipping/returns", "shipping/returns.en",
    ]  # fmt: skip
    library.article("limits", "New text")
    shown = show(library.desk, "limits")
    assert shown.article.text == "New text"
    assert show(library.desk, "shipping/returns").languages == ("zh", "en")
