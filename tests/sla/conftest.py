"""A desk with a working week of Monday to Friday, nine to five, in Shanghai."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from kfdesk.desk.conversation.reply import reply
from kfdesk.desk.tickets.change import change
from kfdesk.desk.timing import clocks, striking
from kfdesk.desk.timing.counted import Counted, explain
from kfdesk.model import Change, Status
from tests.desk.office import ANNA, Office, raw

CALENDAR = """
[calendar.office]
timezone = "Asia/Shanghai"
hours = { mon-fri = ["09:00-17:00"] }
"""

POLICY = """
[[sla]]
name = "all"
calendar = "office"
first_response = "1h"
next_response = "2h"
resolve = "8h"
"""


def at(text: str) -> datetime:
    """An instant by the wall clock of Shanghai; a bare time is one of Monday, 23 November 2026."""
    day, _blank, clock = text.rpartition(" ")
    wall = f"{day or '2026-11-23'} {clock}"
    return datetime.fromisoformat(wall).replace(tzinfo=ZoneInfo("Asia/Shanghai")).astimezone(UTC)


class Watched(Office):
    """An office with SLA clocks."""

    def at(self, text: str) -> None:
        """Set the time."""
        self.now = at(text)

    def mail(self, *mails: bytes, arrived: str = "") -> int:
        """Take mails in, each a new ticket; return the number of the first."""
        before = len(self.tickets())
        self.receive(*(mails or (raw(),)))
        return before + 1

    def again(self, number: int) -> None:
        """The customer writes on a ticket again."""
        messages = [m.message_id for m in self.messages(number)]
        self.receive(raw("Any news?\r\n", answers=[m for m in messages if m]))

    def set(self, number: int, **fields: object) -> None:
        """Change a ticket, as an agent does."""
        change(self.desk, number, Change(**fields), ANNA)  # type: ignore[arg-type]

    def status(self, number: int, status: str) -> None:
        """Set a ticket's status."""
        self.set(number, status=Status(status))

    def reply(self, number: int, status: str = "") -> None:
        """Answer, as an agent does."""
        reply(self.desk, number, "We see.", ANNA, status=Status(status) if status else None)

    def strike(self, until: datetime | None = None) -> int:
        """Let time pass: what a sync does."""
        done = 0
        while True:
            with self.desk.store.write() as tx:
                due = clocks.next_at(tx)
                if due is None or due > (until or self.now):
                    return done
                done += striking.strike(self.desk, tx, due, 100)

    def clocks(self, number: int, target: str = "") -> list[Counted]:
        """The clocks of a ticket."""
        with self.desk.store.read() as tx:
            found = explain(self.desk, tx, number, self.now)
        return [clock for clock in found if clock.target == target or not target]

    def clock(self, number: int, target: str) -> Counted:
        """The only clock of a ticket with that target."""
        (found,) = self.clocks(number, target)
        return found

    def minutes_left(self, number: int, target: str) -> float:
        """How much working time is left."""
        return self.clock(number, target).left / timedelta(minutes=1)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Callable[..., Watched]]:
    """Make offices; they are closed in the end."""
    made: list[Watched] = []

    def make(rules: str = CALENDAR + POLICY, now: str = "10:00", **keys: str) -> Watched:
        folder = tmp_path / str(len(made))
        folder.mkdir()
        one = Watched(folder, rules, **keys)
        one.at(now)
        made.append(one)
        return one

    yield make
    for one in made:
        one.close()
