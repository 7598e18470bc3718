"""Fixtures: a desk with a small past, and the command line on it."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kfdesk import cli, i18n
from kfdesk.__main__ import hoist
from kfdesk.desk.assigning.passing import assign
from kfdesk.desk.conversation.reply import reply
from kfdesk.desk.tickets.change import change
from kfdesk.model import Actor, Change, Status
from kfdesk.reports.report import Asked, Result, report
from tests.desk.office import ANNA, Office, raw
from tests.knowledge.conftest import Done
from tests.teamwork.conftest import BERT

RULES = """
[[category]]
path = "returns/broken"
[[sla]]
name = "all"
first_response = "1h"
resolve = "8h"
[[report]]
name = "weekly"
title = "Every week"
measure = "created"
by = ["week", "team"]
since = "2w"
[[trigger]]
name = "Refunds"
on = ["created"]
when = "subject~refund"
do = [{ set = { team = "refunds" } }, { tag = ["money"] }]
[[trigger]]
name = "Never fires"
on = ["created"]
when = "subject~nothing"
do = [{ tag = ["never"] }]
"""
Run = Callable[..., Done]


class Past(Office):
    """A desk on which something happened at known times; time zone Asia/Shanghai."""

    def at(self, text: str) -> None:
        """Let it be that time, as the desk's clock shows it."""
        self.now = datetime.fromisoformat(f"2026-11-{text}:00+08:00").astimezone(UTC)

    def ask(self, subject: str = "My order", sender: str = "Jane <jane@customer.example>") -> int:
        """A customer writes; the number of the new ticket."""
        self.receive(raw(f"{subject}, please.\r\n", sender, Subject=subject))
        return self.tickets()[-1].number

    def reply(self, number: int, actor: Actor = ANNA) -> None:
        """An agent answers."""
        reply(self.desk, number, "Hello.", actor)

    def to(self, number: int, status: Status, actor: Actor = ANNA) -> None:
        """An agent changes the status."""
        change(self.desk, number, Change(status=status), actor)

    def give(self, number: int, agent: str) -> None:
        """An agent gets it."""
        assign(self.desk, number, agent, ANNA)

    def measure(self, measure: str, *by: str, where: str = "", since: str = "30d") -> Result:
        """Measure something."""
        return report(self.desk, Asked(measure, by, where, since), "anna")

    def figures(
        self, measure: str, *by: str, where: str = "", since: str = "30d"
    ) -> dict[str, float | None]:
        """The figures by their keys, joined; those that are nothing left out."""
        found = self.measure(measure, *by, where=where, since=since)
        return {" ".join(key): one.value for key, one in found.lines if one.value}


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Past]:
    """A desk on which nothing happened."""
    past = Past(tmp_path, RULES)
    past.at("16 08:00")
    yield past
    past.close()


@pytest.fixture
def past(empty: Past) -> Past:
    """A week: four tickets, two of them solved, one of those open again."""
    desk = empty
    desk.at("16 09:00")  # Monday
    first = desk.ask("A refund")
    desk.give(first, "anna")
    desk.at("16 09:30")
    desk.reply(first)
    desk.at("16 23:30")
    second = desk.ask("Late at night")
    desk.give(second, "bert")
    desk.at("17 10:30")
    desk.reply(second, BERT)
    desk.to(second, Status.SOLVED, BERT)
    desk.at("18 09:00")
    third = desk.ask("Another refund")
    desk.to(first, Status.SOLVED)
    desk.at("19 09:00")
    desk.to(first, Status.OPEN)
    desk.at("20 09:00")
    desk.ask("Newest")
    desk.give(third, "anna")
    desk.at("20 12:00")
    return desk


@pytest.fixture
def run(
    past: Past, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Run]:
    """Run `kfdesk …` on that desk, as anna, then."""
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setenv("COLUMNS", "120")
    given = ("--config", str(past.file), "--as", "anna", "--now", past.now.isoformat())

    def call(*arguments: str) -> Done:
        monkeypatch.setattr("sys.stdin", io.StringIO(""))
        code = cli.run(hoist([*given, *arguments]))
        out, err = capsys.readouterr()
        return Done(code, out, err)

    yield call
    i18n.use("en")
