"""What is asked most and has no article."""

from __future__ import annotations

from datetime import timedelta

from kfdesk.desk.knowledge.gaps import gaps
from kfdesk.desk.tickets.change import change
from kfdesk.model import Change
from tests.desk.office import ANNA, raw
from tests.knowledge.conftest import Library, OpenOffice

KETTLES = (
    ("Kettle leaks water", "The kettle leaks at the bottom."),
    ("Water leaks from the kettle", "It leaks when it boils."),
    ("My kettle leaks", "Water everywhere under the kettle, it leaks."),
)


def asked(library: Library) -> list[int]:
    numbers = [
        library.ask(subject, text, f"C{n} <c{n}@x.y>") for n, (subject, text) in enumerate(KETTLES)
    ]
    library.ask("Invoice", "Please send it again.", "D <d@x.y>")
    library.ask("Opening hours", "When are you there?", "E <e@x.y>")
    return numbers


def found(library: Library, **keys: str) -> list[tuple[int, tuple[int, ...]]]:
    since = library.now - timedelta(days=1)
    return [(one.count, one.examples) for one in gaps(library.desk, since, **keys)]  # type: ignore[arg-type]


def test_like_questions_are_counted_together_with_examples_and_a_title(library: Library) -> None:
    numbers = asked(library)
    (gap,) = gaps(library.desk, library.now - timedelta(days=1))
    assert (gap.count, sorted(gap.examples)) == (3, numbers)
    assert gap.title in [subject for subject, _text in KETTLES]
    assert "kettle" in gap.words


def test_a_question_that_an_article_answers_is_no_gap(library: Library) -> None:
    asked(library)
    library.article("kettle", "# The kettle leaks\n\nWater leaks at the bottom: tighten it.")
    assert found(library) == []


def test_a_category_without_an_article_is_a_gap(library: Library) -> None:
    for n, subject in enumerate(("Wrong colour", "Broken lid", "Too small", "Rust")):
        number = library.ask(subject, "", f"C{n} <c{n}@x.y>")
        change(library.desk, number, Change(category="售后/换货"), ANNA)
    (gap,) = gaps(library.desk, library.now - timedelta(days=1))
    assert (gap.title, gap.category, gap.count) == ("售后/换货", "售后/换货", 4)
    library.article("exchange", "---\ncategory: 售后\n---\nSend it back.")
    assert found(library) == []


def test_only_the_period_and_the_category_that_are_asked_for_count(library: Library) -> None:
    numbers = asked(library)
    for number in numbers:
        change(library.desk, number, Change(category="售后/维修"), ANNA)
    assert len(found(library, category="售后")) == 1
    assert found(library, category="投诉") == []
    library.later(days=2)
    assert found(library) == []


def test_what_robots_and_spammers_wrote_is_no_question(opened: OpenOffice) -> None:
    library = opened()
    for n in range(4):
        library.receive(
            raw(
                "Out of office.\r\n", f"R <r{n}@x.y>", Subject="Away", Auto_Submitted="auto-replied"
            )
        )
    for number in asked(library):
        library.sql(f"UPDATE ticket SET spam = 1 WHERE id = {number}")
    assert found(library) == []


def test_nobodys_number_or_address_stands_in_a_title(library: Library) -> None:
    for n in range(3):
        library.ask(f"Where is parcel JD01460000{n}3?", "parcel tracking lost", f"C <c{n}@x.y>")
    (gap,) = gaps(library.desk, library.now - timedelta(days=1))
    assert gap.title == "Where is parcel [number]?"


def test_without_a_knowledge_base_every_question_is_a_gap(library: Library) -> None:
    asked(library)
    from dataclasses import replace

    from kfdesk.settings import Kb

    desk = library.desk.with_settings(replace(library.settings, kb=Kb()))
    assert [one.count for one in gaps(desk, library.now - timedelta(days=1))] == [3]
