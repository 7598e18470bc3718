"""Several syncs at once: each ticket is given once, and each agent gets an equal share."""

from __future__ import annotations

import subprocess
from collections import Counter
from datetime import timedelta
from pathlib import Path

from benchmarks.assign import race
from benchmarks.measure import KFDESK
from kfdesk.desk.syncing.sync import sync
from tests.assignment.conftest import OpenFloor
from tests.assignment.desk import MONDAY, OFFICE, route, shares


def test_two_syncs_never_assign_one_ticket_twice_and_shares_differ_by_at_most_one(
    tmp_path: Path,
) -> None:
    given = race(tmp_path, 300, agents=7)
    assert len(given) == 300
    assert {len(agents) for agents in given.values()} == {1}
    counts = Counter(agents[0] for agents in given.values())
    assert len(counts) == 7
    assert max(counts.values()) - min(counts.values()) <= 1


def test_what_waits_is_given_once_by_syncs_that_start_at_once(floor: OpenFloor) -> None:
    people = dict.fromkeys(("anna", "bert", "carl"), OFFICE)
    desk = floor(route(), MONDAY + timedelta(hours=10), **people)
    for part in ("tmp", "new", "cur"):
        (desk.file.parent / "Maildir" / part).mkdir(parents=True)
    sync(desk.desk.settings, (), lambda: desk.now)
    desk.tickets(60)
    command = [*KFDESK, "--config", str(desk.file), "--now", "2026-11-24T09:00:00+08:00", "sync"]
    started = [subprocess.Popen(command, stdout=subprocess.DEVNULL) for _n in range(3)]
    assert [one.wait() for one in started] == [0, 0, 0]
    changes = [event.changes for n in range(1, 61) for event in desk.events(n)[1:]]
    given = [change["assignee"] for change in changes if "assignee" in change]
    assert len(given) == 60
    assert set(shares(new for _old, new in given).values()) == {20}
