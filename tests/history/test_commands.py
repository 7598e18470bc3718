"""The commands: what they print, what they ask, how they end."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import kfdesk
from kfdesk import labels
from tests.cli.conftest import Run, office, run
from tests.desk.office import Office, raw

__all__ = ["office", "run"]


@pytest.fixture
def three(office: Office) -> Office:
    """Two tickets of Jane and one of Max."""
    office.receive(raw("First.\r\n", Subject="Order 1"))
    office.receive(raw("Second.\r\n", "Max <max@other.example>", Subject="Order 2"))
    office.receive(raw("Third.\r\n", Subject="Order 3"))
    return office


def test_merge_and_undo(three: Office, run: Run) -> None:
    """Several go into the last; undo says what it took back, redo does it again."""
    assert run("merge", "2", "3", "1", "--as", "anna", "--json").json["message_count"] >= 3
    shown = run("show", "2")
    assert "merged into ticket 1" in shown.out
    assert run("show", "2", "--json").json["merged_into"] == 1
    assert run("show", "2", "--follow", "--json").json["number"] == 1
    refused = run("set", "2", "status=solved", "--as", "anna")
    assert refused.code == 2
    assert "merged into 1" in refused.err
    tried = run("undo", "--dry-run", "--json", "--as", "anna").json
    assert tried["dry_run"] is True
    assert {one["number"] for one in tried["changes"]} == {1, 2, 3}
    done = run("undo", "--as", "anna")
    assert done.code == 0
    assert "undone: merge by anna (3 tickets)" in done.out
    assert "#2 Merged into 1 → –" in done.out
    assert run("redo", "--as", "anna").code == 0
    assert run("show", "3", "--json").json["merged_into"] == 1
    assert run("undo", "--as", "bert").code == 2


def test_unmerge_asks_where_later_messages_belong(three: Office, run: Run) -> None:
    """It lists them, suggests, and takes an answer."""
    run("merge", "2", "1", "--as", "anna")
    run("note", "1", "--body", "hm", "--as", "anna")
    run("reply", "1", "--body", "To Jane", "--as", "anna")
    asked = run("unmerge", "2", "--as", "anna")
    assert asked.code == 2
    assert "anna: hm" in asked.out
    assert "--keep here" in asked.err
    told = run("unmerge", "2", "--as", "anna", "--json").lines[0]
    assert [one["suggested"] for one in told["since"]] == ["here", "here"]
    assert run("unmerge", "2", "--keep", "nowhere", "--as", "anna").code == 2
    assert run("unmerge", "2", "--keep", "here", "--move", "1", "--as", "anna").code == 2
    found = run("unmerge", "2", "--move", str(told["since"][0]["id"]), "--as", "anna", "--json")
    assert found.json["merged_into"] is None
    assert [m["text"] for m in run("show", "2", "--json").json["messages"]][-1] == "hm"


def test_split_move_delete_and_back(three: Office, run: Run) -> None:
    """Each answers with the ticket, or says what was done."""
    run("note", "1", "--body", "aside", "--as", "anna")
    ids = [m["id"] for m in run("show", "1", "--json").json["messages"]]
    new = run(
        "split", "1", "--message", str(ids[-1]), "--subject", "Aside", "--as", "anna", "--json"
    )
    assert (new.json["number"], new.json["subject"]) == (4, "Aside")
    run("note", "4", "--body", "more", "--as", "anna")
    moved = run("move", str(ids[-1]), "1", "--as", "anna", "--json")
    assert moved.json["number"] == 1
    assert run("split", "1", "--message", "x", "--as", "anna").code == 2
    assert "deleted: #3" in run("delete", "3", "--as", "anna").out
    assert run("show", "3").code == 1
    assert [one["number"] for one in run("list", "is:deleted", "--json").lines] == [3]
    assert run("restore-ticket", "3", "--as", "anna", "--json").json["number"] == 3


def test_history_lists_what_undo_can_take_back(three: Office, run: Run) -> None:
    """The newest first; of one ticket, of oneself."""
    run("set", "1", "status=pending", "--as", "anna")
    run("set", "2", "tag=x", "--as", "bert")
    run("undo", "1", "--as", "bert")
    assert [(o["kind"], o["actor"]) for o in run("history", "--json").lines] == [
        ("undo", "bert"),
        ("set", "bert"),
        ("set", "anna"),
    ]
    assert len(run("history", "2", "--json").lines) == 1
    assert len(run("history", "--mine", "--json", "--as", "anna").lines) == 1
    table = run("history").out
    assert "undone by 3" in table
    assert run("history", "99").code == 1


def test_what_is_in_the_way_is_listed(three: Office, run: Run) -> None:
    """As a sentence each, and as JSON; --event takes one line of the journal."""
    run("set", "1", "status=pending", "--as", "anna")
    run("set", "1", "status=hold", "--as", "bert")
    events = run("show", "1", "--json").json["events"]
    refused = run("undo", "1", "--event", str(events[-2]["id"]), "--as", "anna", "--json")
    assert refused.code == 1
    (way,) = refused.json["in_the_way"]
    assert (way["field"], way["actor"], way["event"]) == ("status", "bert", events[-1]["id"])
    assert "Status was changed by bert" in refused.err
    assert run("undo", "--event", "1", "--as", "anna").code == 2
    assert run("undo", "--operation", "99", "--as", "anna").code == 1


def test_every_kind_of_operation_has_a_word_of_its_own() -> None:
    """What is undone is named to a person as no program names it: no kind is left out."""
    source = Path(kfdesk.__file__).parent / "desk"
    written = re.compile(r'\boperation\(\s*[\w.]+,\s*[\w.]+,\s*"([\w.]+)"')
    kinds = {kind for file in source.rglob("*.py") for kind in written.findall(file.read_text())}
    assert {"split", "release"} <= kinds
    told = Path(labels.__file__).read_text().partition("def operation")[2].partition("def ")[0]
    assert not {kind for kind in kinds if f'"{kind}":' not in told}
