"""The commands on what the desk knows."""

from __future__ import annotations

import pytest

from kfdesk.desk.conversation.reply import reply
from kfdesk.desk.knowledge.usage import usage
from kfdesk.model import Status
from kfdesk.store import drafts
from tests.desk.office import ANNA
from tests.knowledge.conftest import Library, Run
from tests.knowledge.test_uses import LINE


def test_list_and_search_print_articles(run: Run) -> None:
    assert "Refund limits" in run("kb", "list").out
    names = [one["name"] for one in run("--json", "kb", "list", "--category", "售后").lines]
    assert names == ["shipping/returns", "shipping/returns.en"]
    (one,) = run("--json", "kb", "search", "parcel", "--language", "en").lines
    assert one["link"] == "https://help.shop.example/shipping/returns.en"
    assert (one["audience"], one["language"], one["uses"]) == ("public", "en", 0)
    assert "1 article" in run("kb", "search", "refund", "limits").out


def test_show_prints_one_whole_and_names_the_nearest(run: Run) -> None:
    done = run("kb", "show", "shipping/returns.en")
    assert LINE in done.out
    assert run("--json", "kb", "show", "limits").lines[0]["text"].startswith("Ask the team lead")
    done = run("kb", "show", "limit")
    assert (done.code, done.err) == (1, "unknown article “limit”; did you mean limits?\n")


def test_insert_writes_into_the_agents_draft_and_prints_it(library: Library, run: Run) -> None:
    number = library.ask("Return", "How do I send it back, please?")
    done = run("kb", "insert", str(number), "limits")
    assert done.code == 0
    assert "is internal" in done.err
    assert "Ask the team lead" in done.out
    done = run("--json", "kb", "insert", str(number), "shipping/returns", "--link")
    assert done.lines[0]["warning"] is None
    with library.desk.store.read() as tx:
        assert drafts.get(tx, number, "anna", "reply") == done.lines[0]["draft"]


def test_draft_prints_an_article_or_writes_it(library: Library, run: Run) -> None:
    number = library.ask("Kettle leaks", "My kettle leaks.")
    assert run("kb", "draft", str(number)).code == 2
    reply(library.desk, number, "Tighten the lid.", ANNA, status=Status.SOLVED)
    assert run("kb", "draft", str(number)).out.startswith("---\ntitle: Kettle leaks\n")
    file = library.folder / "kb" / "kettle.md"
    assert run("--json", "kb", "draft", str(number), "--out", str(file)).lines[0]["file"]
    assert "Tighten the lid." in file.read_text()
    assert run("kb", "draft", str(number), "--out", str(file)).code == 2


def test_gaps_stats_and_check(library: Library, run: Run) -> None:
    usage(library.desk)
    for n in range(3):
        number = library.ask("The kettle leaks", "Water everywhere.", f"C <c{n}@x.y>")
    reply(library.desk, number, LINE, ANNA)
    library.deliver_outbox()
    at = ("--now", library.now.isoformat())
    (gap,) = run("--json", *at, "kb", "gaps", "--since", "2d").lines
    assert (gap["title"], gap["count"], gap["examples"]) == ("The kettle leaks", 3, [3, 2, 1])
    assert "#3 #2 #1" in run(*at, "kb", "gaps").out
    first = run("--json", "kb", "stats").lines[0]
    assert (first["name"], first["by"]) == (
        "shipping/returns.en", {"text": 1, "link": 0, "bot": 0},
    )  # fmt: skip
    assert "shipping/returns.en" in run(*at, "kb", "stats", "--since", "7d").out
    assert run("kb", "gaps", "--since", "soon").code == 2
    assert run("kb", "check").out == "the articles are fine\n"
    library.article("wrong", "---\ntitel: x\n---\nx")
    done = run("--json", "kb", "check")
    assert (done.code, done.lines[0]["line"], done.lines[0]["severity"]) == (2, 2, "error")
    assert "wrong.md:2: " in run("kb", "check").out


def test_similar_prints_how_like_tickets_were_solved(library: Library, run: Run) -> None:
    asked = library.ask("Kettle leaks", "The kettle leaks water.", "A <a@x.y>")
    other = library.ask("Kettle leaks", "My kettle leaks hot water.", "B <b@x.y>")
    reply(library.desk, other, "Tighten the lid.", ANNA, status=Status.SOLVED)
    out = run("similar", str(asked), "--limit", "1").out
    assert f"#{other} Kettle leaks" in out
    assert "    > Tighten the lid." in out
    (one,) = run("--json", "similar", str(asked)).lines
    assert one["solution"]["answer"] == "Tighten the lid."
    assert run("similar", "99").code == 1


@pytest.mark.parametrize("command", ["list", "stats", "check"])
def test_without_a_knowledge_base_it_is_said_how_to_have_one(
    library: Library, run: Run, command: str
) -> None:
    text = library.file.read_text(encoding="utf-8")
    library.file.write_text(text.replace('path = "kb"', ""), encoding="utf-8")
    done = run("kb", command)
    assert done.code == 2
    assert 'write [kb] with path = "kb/"' in done.err
