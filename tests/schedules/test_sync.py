"""`kfdesk sync` runs what time brought: before the mail, after it, and while it watches."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from kfdesk.config import load
from kfdesk.desk.syncing.sync import sync
from kfdesk.desk.tickets.change import change
from kfdesk.model import Actor, By, Change, Status
from tests.desk.office import ANNA, NOW, Office
from tests.mail.mails import raw

HOUR = timedelta(hours=1)
RULES = """
[[schedule]]
name = "Remind"
every = "hour"
when = "status:pending idle>2h"
do = [{ reply = "ack" }]
[[schedule]]
name = "Touch"
every = "hour"
when = "is:open"
do = [{ tag = ["seen"] }]
"""


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """A desk with schedules, synced once."""
    office = Office(tmp_path, RULES)
    run(office)
    yield office
    office.close()


def run(office: Office, *names: str) -> dict[str, Any]:
    """One sync of the desk at its time; the JSON that it prints."""
    return sync(office.settings, names, lambda: office.now).as_json()


def kfdesk(office: Office, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The program, as cron runs it."""
    command = [sys.executable, "-m", "kfdesk", "--config", str(office.file), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)


def test_the_json_of_a_sync_holds_what_was_due_and_how_many_tickets_were_acted_on(
    office: Office,
) -> None:
    office.receive(raw(), raw(Subject="another"))
    office.later(hours=2)
    assert run(office)["schedules"] == {"due": 4, "fired": 2}
    assert run(office)["schedules"] == {"due": 0, "fired": 0}


def test_time_begins_when_the_desk_is_made(tmp_path: Path) -> None:
    """Its very first sync runs what became due since."""
    fresh = Office(tmp_path, RULES)
    fresh.receive(raw())
    fresh.later(hours=2)
    assert run(fresh)["schedules"] == {"due": 4, "fired": 1}
    fresh.close()


def test_the_nights_instants_see_the_desk_of_the_night(office: Office) -> None:
    """Not the mail that comes in the morning."""
    office.receive(raw())
    change(office.desk, 1, Change(status=Status.PENDING), ANNA)
    office.later(hours=10)
    office.deliver(raw("an answer", Subject="another"))
    assert run(office)["schedules"]["fired"] == 2
    reminded = [event.at for event in office.events(1) if event.kind == "schedule"]
    assert reminded == [NOW + HOUR, NOW + 3 * HOUR]
    assert [event.kind for event in office.events(2)] == ["created"]


def test_what_a_schedule_writes_leaves_with_the_same_sync(office: Office) -> None:
    office.receive(raw())
    change(office.desk, 1, Change(status=Status.PENDING), ANNA)
    office.later(hours=3)
    (support,) = run(office)["channels"]
    assert support["sent"] == 1
    assert len(list((office.folder / "Out" / "new").iterdir())) == 1


def test_what_becomes_due_while_it_pulls_runs_and_leaves_with_the_same_sync(
    tmp_path: Path,
) -> None:
    office = Office(
        tmp_path,
        """
[[trigger]]
name = "Put aside"
on = ["created"]
do = [{ snooze = "1s" }]
[[trigger]]
name = "Answer"
when = "event:woke"
do = [{ reply = "ack" }]
""",
    )
    office.deliver(raw())

    def slow(event: Mapping[str, Any]) -> None:
        if event["event"] == "channel":
            office.later(seconds=2)

    (support,) = sync(office.settings, (), lambda: office.now, slow).channels
    assert support.new_tickets == support.sent == 1
    office.close()


def test_a_sync_of_one_channel_runs_the_schedules_too(office: Office) -> None:
    office.receive(raw())
    office.later(hours=1)
    assert run(office, "support")["schedules"] == {"due": 2, "fired": 1}


def test_now_is_the_instant_that_time_is_swept_to(office: Office) -> None:
    office.receive(raw())
    later = (NOW + 3 * HOUR + timedelta(minutes=5)).isoformat()
    done = kfdesk(office, "--now", later, "sync", "--json")
    assert json.loads(done.stdout)["schedules"] == {"due": 6, "fired": 1}
    (line,) = [event for event in office.events(1) if event.kind == "schedule"]
    assert line.at == NOW + HOUR


def test_the_text_says_how_many_tickets_schedules_acted_on(office: Office) -> None:
    office.receive(raw())
    done = kfdesk(office, "--now", (NOW + HOUR).isoformat(), "sync")
    assert "schedules: due 2, tickets acted on 1" in done.stdout


def test_a_desk_without_channels_runs_its_schedules(tmp_path: Path) -> None:
    file = tmp_path / "kfdesk.toml"
    file.write_text(
        '[[schedule]]\nname = "x"\nevery = "hour"\ndo = [{ tag = ["x"] }]\n', encoding="utf-8"
    )
    settings = load(file)
    assert sync(settings, clock=lambda: NOW).as_json()["schedules"] == {"due": 0, "fired": 0}
    later = sync(settings, clock=lambda: NOW + HOUR).as_json()
    assert later["schedules"] == {"due": 1, "fired": 0}


def test_an_idle_sync_with_schedules_imports_neither_the_orm_nor_the_grammar(
    office: Office,
) -> None:
    office.close()
    done = subprocess.run(
        [
            *(sys.executable, "-X", "importtime", "-m", "kfdesk", "--config", str(office.file)),
            *("--now", (NOW + timedelta(minutes=59)).isoformat(), "sync"),
        ],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    modules = {
        line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.split("\n")
    }
    assert not modules & {"sqlmodel", "sqlalchemy", "alembic", "lark"}


def test_a_watch_runs_what_time_brings(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.receive(raw())
    back = datetime.now(UTC) + timedelta(seconds=2)
    wake = Change(snoozed_until=back)
    change(office.desk, 1, wake, Actor(By.AGENT, "anna"))
    command = [sys.executable, "-m", "kfdesk", "--config", str(office.file), "sync", "--watch"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as watcher:
        end = time.monotonic() + 30
        while office.ticket(1).snoozed_until and time.monotonic() < end:
            time.sleep(0.1)
        watcher.terminate()
        _out, words = watcher.communicate(timeout=30)
    assert words == b""
    (woke,) = [event for event in office.events(1) if event.kind == "woke"]
    assert woke.at == back.replace(microsecond=back.microsecond // 1000 * 1000)
    office.close()


# --- what the lengths of time run from, by mail


def test_a_robots_mail_does_not_restart_idle_and_a_persons_does(office: Office) -> None:
    office.receive(raw())
    start = last_person(office)
    office.later(hours=1)
    robot = {"Auto-Submitted": "auto-replied", "In-Reply-To": "<1@x>"}
    office.receive(raw("I am away", **robot))
    change(office.desk, 1, Change(status=Status.PENDING), Actor(By.RULE, "a rule"))
    assert last_person(office) == start
    change(office.desk, 1, Change(status=Status.OPEN), ANNA)
    assert last_person(office) == start + 3_600_000


def last_person(office: Office) -> int:
    """When a person did something to the first ticket, in ms."""
    return int(office.sql("SELECT last_person_at FROM ticket WHERE id = 1")[0][0])


def test_what_keeps_a_schedule_from_running_does_not_keep_the_mail_out(office: Office) -> None:
    """It is told, and is tried again by the next sync."""
    office.deliver(raw())
    office.sql(
        "CREATE TRIGGER broken BEFORE INSERT ON epoch BEGIN SELECT raise(ABORT, 'no epochs'); END"
    )
    office.receive(raw(Subject="another"))
    office.later(hours=1)
    done = sync(office.settings, (), lambda: office.now)
    assert done.exit_code == 3
    assert "no epochs" in str(done.as_json()["schedules"]["error"])
    assert done.channels[0].new_tickets == 1
    office.sql("DROP TRIGGER broken")
    assert run(office)["schedules"] == {"due": 2, "fired": 2}
