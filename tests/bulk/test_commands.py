"""`kfdesk bulk`, `macro`, `macros`: what they print, ask, and end with."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator

import pytest

from kfdesk import cli, i18n
from kfdesk.__main__ import hoist
from tests.bulk.conftest import OpenOffice
from tests.cli.conftest import Done
from tests.desk.office import Office

Run = Callable[..., Done]


@pytest.fixture
def office(opened: OpenOffice) -> Office:
    """A desk whose agent Anna is at the keyboard."""
    return opened()


@pytest.fixture
def run(
    office: Office, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Run]:
    """Run `kfdesk …` on the desk as Anna; `stdin` is what it reads."""
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setenv("COLUMNS", "120")

    def call(*arguments: str, stdin: io.StringIO | None = None) -> Done:
        monkeypatch.setattr("sys.stdin", stdin or io.StringIO())
        given = ["--config", str(office.file), "--as", "anna", *arguments]
        code = cli.run(hoist(given))
        return Done(code, *capsys.readouterr())

    yield call
    i18n.use("en")


class Keyboard(io.StringIO):
    """Somebody who answers."""

    def isatty(self) -> bool:
        """They are there."""
        return True


def test_a_dry_run_prints_the_exact_list_and_each_difference(office: Office, run: Run) -> None:
    done = run("bulk", "is:open", "-status:closed", "--dry-run", "--", "set", "priority=high")
    assert done.code == 0
    assert done.out.count("Priority normal → high") == 4  # a line each, and the summary
    assert "3 tickets are changed" in done.out
    assert {t.priority for t in office.tickets()} == {"normal"}
    lines = run("bulk", "is:open", "--dry-run", "--json", "--", "set", "priority=high").lines
    assert [line["number"] for line in lines] == [3, 2, 1]
    assert lines[0]["changes"] == {"priority": ["normal", "high"]}
    assert lines[0]["version"] == 1
    assert lines[0]["refused"] is None


def test_flags_may_stand_behind_the_deed_too(office: Office, run: Run) -> None:
    done = run("bulk", "is:open", "--", "set", "priority=high", "--dry-run", "--json")
    assert len(done.lines) == 3
    assert {t.priority for t in office.tickets()} == {"normal"}


def test_it_does_it_and_says_how_many(office: Office, run: Run) -> None:
    done = run("bulk", "is:open", "--json", "--", "set", "priority=high", "tag=+x")
    assert (done.code, done.json["changed"], done.json["left"]) == (0, 3, [])
    assert done.json["operation"] == 1
    assert run("undo", "--json").code == 0
    assert {t.priority for t in office.tickets()} == {"normal"}


def test_some_left_is_exit_3_and_each_is_named(office: Office, run: Run) -> None:
    run("set", "2", "order_no=A1")
    done = run("bulk", "is:open", "--", "solve")
    assert done.code == 3
    assert "1 ticket changed" in done.out
    assert "#3, #1: no ticket becomes solved while order_no is empty" in done.out
    done = run("bulk", "--numbers", "1,9", "--json", "--", "set", "priority=low")
    assert done.code == 3
    assert done.json["left"] == [{"number": 9, "reason": "there is no ticket 9"}]


def test_numbers_come_from_the_option_or_standard_input(office: Office, run: Run) -> None:
    assert run("bulk", "--numbers", "1,3", "--", "tag", "a").code == 0
    assert run("bulk", "--numbers", "-", "--", "tag", "b", stdin=io.StringIO("2\n3\n")).code == 0
    assert [t.tags for t in office.tickets()] == [("a",), ("b",), ("a", "b")]


def test_limit_takes_the_first_of_the_query(office: Office, run: Run) -> None:
    run("bulk", "sort:number", "--limit", "2", "--", "tag", "a")
    assert sum("a" in t.tags for t in office.tickets()) == 2


def test_it_asks_where_somebody_is_there(office: Office, run: Run) -> None:
    done = run("bulk", "is:open", "--", "set", "priority=high", stdin=Keyboard("n\n"))
    assert done.code == 1
    assert "3 tickets are changed" in done.out
    assert {t.priority for t in office.tickets()} == {"normal"}
    assert run("bulk", "is:open", "--yes", "--", "close", stdin=Keyboard("n\n")).code == 0
    done = run("bulk", "status:closed", "--", "reopen", stdin=Keyboard("y\n"))
    assert done.code == 0
    assert {t.status for t in office.tickets()} == {"open"}


def test_events_report_as_json_lines(
    office: Office, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kfdesk.desk.bulk.many.WAVE", 2)
    lines = run("bulk", "is:open", "--events", "--", "set", "priority=high").lines
    assert lines[:2] == [
        {"event": "progress", "done": 2, "total": 3},
        {"event": "progress", "done": 3, "total": 3},
    ]
    assert lines[2]["changed"] == 3


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("bulk", "--", "close"), "say which tickets"),
        (("bulk", "is:open"), "say behind --"),
        (("bulk", "is:open", "--numbers", "1", "--", "close"), "not both"),
        (("bulk", "--numbers", "1,x", "--", "close"), "“x” is no number"),
        (("bulk", "statsu:open", "--", "close"), "statsu"),
        (("bulk", "is:open", "--dryrun", "--", "close"), "--dryrun"),
        (("macro", "1", "refund"), "there is no macro “refund”"),
        (("macro", "99", "refund-done"), "no ticket 99"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_done(
    office: Office, run: Run, arguments: tuple[str, ...], said: str
) -> None:
    done = run(*arguments)
    assert done.code in (1, 2)
    assert said in done.err
    assert [t.version for t in office.tickets()] == [1, 1, 1]


def test_macro_previews_and_does(office: Office, run: Run) -> None:
    shown = run("macro", "1", "refund-done", "--preview").out
    assert "Status new → pending" in shown
    assert "Dear Customer 1, ticket 1 is refunded. Anna" in shown
    found = run("macro", "1", "refund-done", "--dry-run", "--json").json
    assert found["changes"]["priority"] == ["normal", "high"]
    assert [told["kind"] for told in found["told"]] == ["reply", "note"]
    assert office.ticket(1).status == "new"
    done = run("macro", "1", "refund-done", "--json").json
    assert (done["status"], done["tags"]) == ("pending", ["refunded"])


def test_macros_lists_what_one_may_use(office: Office, run: Run) -> None:
    names = [line["name"] for line in run("macros", "--json").lines]
    assert names == ["refund-done", "urgent-only"]
    (found,) = run("macros", "refund", "--json").lines
    assert found["title"] == "Refund is done"
    assert found["do"][0] == {"status": "pending", "priority": "high", "tag": ["refunded"]}
    assert "Calm down" in run("macros").out
    assert [line["name"] for line in run("macros", "--ticket", "1", "--json").lines] == [
        "refund-done"
    ]


def test_a_closed_pipe_or_a_terminal_makes_no_difference_to_what_is_done(
    office: Office, run: Run
) -> None:
    text = run("bulk", "is:open", "--", "note", "look at {{ticket.number}}").out
    assert "3 tickets changed" in text
    assert json.loads(run("show", "1", "--json").out)["messages"][-1]["text"] == "look at 1"
