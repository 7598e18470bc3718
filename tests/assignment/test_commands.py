"""`away`, `back`, `agents`, and `assign` with a note, on the command line."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kfdesk import cli, i18n
from kfdesk.__main__ import hoist
from tests.assignment.desk import Floor, route


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Floor]:
    """A desk with a ticket that anna has."""
    monkeypatch.setenv("COLUMNS", "120")
    floor = Floor(tmp_path, route(), anna='title = "安娜"\ncapacity = 5')
    floor.ticket()
    yield floor
    floor.desk.close()
    i18n.use("en")


def run(desk: Floor, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Run `kfdesk …` as anna, on Monday at ten."""
    before = ["--config", str(desk.file), "--as", "anna", "--now", "2026-11-23T10:00:00+08:00"]
    code = cli.run(hoist([*before, *arguments]))
    told = capsys.readouterr()
    return code, told.out, told.err


def objects(text: str) -> list[Any]:
    """The JSON of each line."""
    return [json.loads(line) for line in text.splitlines()]


def test_agents_is_a_table_for_people(desk: Floor, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _err = run(desk, capsys, "agents")
    assert code == 0
    assert [line.split() for line in out.splitlines()] == [
        ["Agent", "Teams", "Available", "Open", "Capacity", "Today", "At"],
        ["安娜", "(anna)", "refunds", "yes", "1", "5", "1"],
        ["bert", "refunds", "yes", "0", "–", "0"],
        ["carl", "refunds", "yes", "0", "–", "0"],
        ["dora", "tech", "yes", "0", "–", "0"],
    ]


def test_agents_is_an_object_a_line_for_programs(
    desk: Floor, capsys: pytest.CaptureFixture[str]
) -> None:
    _code, out, _err = run(desk, capsys, "agents", "--json")
    assert [one["agent"] for one in objects(out)] == ["anna", "bert", "carl", "dora"]
    assert objects(out)[0]["capacity"] == 5


def test_away_and_back_say_what_became_of_it(
    desk: Floor, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _err = run(desk, capsys, "away", "--until", "3h", "--reason", "dentist")
    assert (code, "away until 2026-11-23 13:00: dentist" in " ".join(out.split())) == (0, True)
    _code, out, _err = run(desk, capsys, "--json", "back")
    assert not objects(out)[0]["away"]
    code, _out, err = run(desk, capsys, "back")
    assert (code, err) == (2, "anna is not away\n")


def test_a_wrong_time_is_wrong_usage(desk: Floor, capsys: pytest.CaptureFixture[str]) -> None:
    code, _out, err = run(desk, capsys, "away", "bert", "--until", "tomorrow")
    assert code == 2
    assert "2026-11-23 09:00" in err


def test_assign_takes_a_note_and_gives_back(
    desk: Floor, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("Please look"))
    code, out, _err = run(desk, capsys, "--json", "assign", "1", "bert", "--note", "-")
    assert (code, objects(out)[0]["assignee"]) == (0, "bert")
    assert objects(out)[0]["message_count"] == 2
    _code, out, _err = run(desk, capsys, "--json", "assign", "1", "back")
    assert objects(out)[0]["assignee"] == "anna"
