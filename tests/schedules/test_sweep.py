"""How time is swept: where it begins, what an idle run costs, crashes, and two at once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from kfdesk.desk.admin import doctor
from kfdesk.desk.lock import channel_lock
from kfdesk.desk.reacting import settle
from kfdesk.desk.timing import clockwork
from kfdesk.desk.timing.clockwork import catch_up
from kfdesk.desk.timing.due import Swept
from kfdesk.model import Priority, Status
from kfdesk.settings import Sla
from tests.rules.shop import HOUR, NOW, rule
from tests.schedules.conftest import OpenTimepiece, Timepiece, schedule

AGAIN = timedelta(minutes=1)
LOOK = schedule("look", "is:open", repeat_after=AGAIN)


def counter(shop: Timepiece) -> int:
    """A number that changes whenever anybody has committed."""
    return shop.desk.store.counter()


# --- where time begins


def test_the_time_before_the_desk_existed_is_not_caught_up(opened: OpenTimepiece) -> None:
    shop = opened(LOOK)
    shop.rows("DELETE FROM meta WHERE key = 'swept'")
    shop.ticket()
    assert shop.sweep(days=400) == Swept()
    assert shop.sweep(hours=2) == Swept(2, 2)


def test_a_schedule_begins_when_it_is_first_known(opened: OpenTimepiece) -> None:
    """Not where the last run of others happens to lie."""
    shop = opened(schedule("weekly", "is:open", every="mon 09:00"))
    shop.ticket()
    shop.sweep(days=1)
    shop.schedules(schedule("weekly", "is:open", every="mon 09:00"), LOOK)
    assert shop.is_due()
    assert shop.sweep(minutes=30) == Swept()
    assert not shop.is_due()
    assert shop.sweep(hours=2) == Swept(2, 2)


def test_others_go_on_while_a_new_one_begins(opened: OpenTimepiece) -> None:
    shop = opened(LOOK)
    shop.ticket()
    shop.schedules(schedule("new", "is:open", repeat_after=AGAIN), LOOK)
    assert shop.sweep(hours=5) == Swept(5, 5)
    assert shop.acts("new") == []
    assert shop.sweep(hours=1) == Swept(2, 2)


def test_a_schedule_that_is_taken_out_forgets_its_epochs(opened: OpenTimepiece) -> None:
    once = schedule("once", "is:open")
    shop = opened(once)
    shop.ticket()
    assert shop.sweep(hours=2) == Swept(2, 1)
    shop.schedules()
    shop.sweep(hours=1)
    shop.schedules(once)
    shop.sweep(hours=1)
    assert shop.sweep(hours=1) == Swept(1, 1)


def test_a_clock_that_goes_backwards_runs_nothing(opened: OpenTimepiece) -> None:
    shop = opened(LOOK)
    shop.ticket(snoozed_until=NOW + HOUR)
    shop.sweep(hours=3)
    shop.rows("UPDATE ticket SET snoozed_until = :at", at=(NOW + HOUR).timestamp() * 1000)
    assert shop.sweep(hours=-2) == Swept()
    assert not shop.is_due()
    assert shop.sweep(hours=2) == Swept()
    assert shop.sweep(hours=1) == Swept(1, 1)


def test_months_of_downtime_run_every_instant(opened: OpenTimepiece) -> None:
    shop = opened(schedule("nag", "is:open", every="day 09:00", repeat_after=AGAIN))
    shop.ticket()
    assert shop.sweep(days=120) == Swept(120, 120)


# --- what a run writes


def test_an_idle_run_writes_nothing_at_all(opened: OpenTimepiece) -> None:
    shop = opened(LOOK)
    shop.ticket()
    shop.sweep(hours=1)
    before = shop.rows("SELECT * FROM meta"), counter(shop)
    assert not shop.is_due()
    assert shop.sweep(minutes=59) == Swept()
    assert (shop.rows("SELECT * FROM meta"), counter(shop)) == before


def test_a_desk_without_schedules_never_moves_its_mark(opened: OpenTimepiece) -> None:
    shop = opened()
    made = shop.rows("SELECT * FROM meta WHERE key = 'swept'")
    shop.sweep(days=3)
    assert not shop.is_due()
    assert shop.rows("SELECT * FROM meta WHERE key = 'swept'") == made


def test_a_run_that_did_something_says_what_time_it_swept(opened: OpenTimepiece) -> None:
    shop = opened(LOOK)
    number = shop.ticket()
    shop.root(number)
    shop.sweep(hours=2, minutes=30)
    shop.sweep(minutes=1)
    times = [int(at.timestamp() * 1000) for at in (shop.now - AGAIN, NOW + HOUR, shop.now - AGAIN)]
    assert shop.rows("SELECT at, first, until, event_id FROM sweep") == [(*times, 1)]


def test_a_look_without_the_store_agrees_with_the_run(opened: OpenTimepiece) -> None:
    shop = opened(LOOK, schedule("weekly", "is:open", every="mon 09:00"))
    shop.ticket(snoozed_until=NOW + timedelta(minutes=40))
    did = []
    for _ in range(30):
        shop.now += timedelta(minutes=17)
        due, before = shop.is_due(), shop.rows("SELECT value FROM meta WHERE key = 'swept'")
        catch_up(shop.desk)
        did.append(due)
        assert due == (shop.rows("SELECT value FROM meta WHERE key = 'swept'") != before)
    assert 0 < sum(did) < 30


# --- tickets that were put aside


def test_a_ticket_that_was_put_aside_wakes_at_its_instant(opened: OpenTimepiece) -> None:
    shop = opened(triggers=(rule("back", "event:woke", {"set": {"status": "open"}}),))
    back = NOW + timedelta(minutes=10)
    number = shop.ticket(status="pending", snoozed_until=back)
    later = shop.ticket(status="pending", snoozed_until=back + HOUR)
    assert not shop.is_due()
    shop.now += timedelta(minutes=30)
    assert shop.is_due()
    assert shop.sweep() == Swept()
    assert not shop.is_due()
    woke, *rest = shop.events(number)
    assert (woke.kind, woke.at) == ("woke", back)
    assert woke.changes == {"snoozed_until": (back.isoformat(), None)}
    assert {event.at for event in rest} == {back}
    assert shop.state(number).snoozed_until is None
    assert shop.state(number).status is Status.OPEN
    assert shop.state(later).snoozed_until == back + HOUR
    assert shop.state(later).status is Status.PENDING


def test_a_ticket_wakes_before_the_schedules_of_that_instant(opened: OpenTimepiece) -> None:
    shop = opened(
        schedule("look", "status:open"),
        triggers=(rule("back", "event:woke", {"set": {"status": "open"}}),),
    )
    number = shop.ticket(status="pending", snoozed_until=NOW + HOUR)
    shop.sweep(hours=1)
    assert shop.acts("look") == [(number, NOW + HOUR)]


def test_tickets_that_wake_within_a_minute_wake_together_and_never_in_the_future(
    opened: OpenTimepiece,
) -> None:
    shop = opened()
    seconds = (5, 20, 64, 90, 200)
    for one in seconds:
        shop.ticket(snoozed_until=NOW + timedelta(seconds=one))
    shop.sweep(seconds=70)
    shop.sweep(seconds=200)
    at = [[(event.at - NOW).seconds for event in shop.events(n)] for n in range(1, 6)]
    assert at == [[64], [64], [64], [90], [200]]
    assert all(shop.state(n).snoozed_until is None for n in range(1, 6))


def test_a_ticket_that_is_deleted_or_merged_stays_asleep(opened: OpenTimepiece) -> None:
    shop = opened()
    target = shop.ticket()
    shop.ticket(snoozed_until=NOW, deleted_at=NOW)
    shop.ticket(snoozed_until=NOW, merged_into=target)
    assert not shop.is_due()
    shop.sweep(hours=1)
    assert shop.rows("SELECT * FROM event") == []


# --- crashes


class Crash(BaseException):
    """The process is no more."""


def test_a_run_that_dies_in_the_middle_is_finished_exactly_by_the_next(
    opened: OpenTimepiece, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two schedules feed each other: to look twice at what was done would act twice."""
    monkeypatch.setattr(clockwork, "CHUNK", 3)
    rules = (
        schedule("take", "is:unassigned", {"assign": "agent:li.wei"}),
        schedule("again", "assignee:li.wei", {"assign": "none"}, {"tag": ["seen"]}),
        schedule("count", "tag:seen", {"set": {"priority": "high"}}),
    )
    fire = settle.fire
    expected: list[Any] = []
    for dies_at in range(14):
        shop = opened(*rules)
        for _ in range(10):
            shop.ticket()
        calls = 0

        def dying(*given: Any, dies_at: int = dies_at) -> int:
            nonlocal calls
            calls += 1
            if calls == dies_at:
                raise Crash
            return fire(*given)

        monkeypatch.setattr(clockwork, "fire", dying)
        shop.now += HOUR
        if dies_at in range(1, 13):
            with pytest.raises(Crash):
                catch_up(shop.desk)
            assert shop.is_due()
        catch_up(shop.desk)
        assert not shop.is_due()
        journal = [
            [(e.at, e.actor, e.kind, e.changes) for e in shop.events(n)] for n in range(1, 11)
        ]
        expected = expected or journal
        assert journal == expected
        assert [len(shop.acts(one.name)) for one in rules] == [10, 10, 10]


CHILD = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from kfdesk.config import load
from kfdesk.desk import Desk
from kfdesk.desk.timing import clockwork

clockwork.CHUNK = 20
now = datetime.fromisoformat(sys.argv[2])
desk = Desk.open(load(Path(sys.argv[1])), lambda: now)
print("ready", flush=True)
sys.stdin.readline()
fire, calls = clockwork.fire, 0
def counted(*given):
    global calls
    calls += 1
    done = fire(*given)
    if calls == int(sys.argv[3]):
        print("middle", flush=True)
        sys.stdin.readline()
    return done
clockwork.fire = counted
done = clockwork.catch_up(desk)
print(done.due, done.fired, flush=True)
"""

CONFIGURATION = """
[[schedule]]
name = "mark"
every = "hour"
when = "is:open"
do = [{ tag = ["marked"] }, { note = "marked" }]
[[schedule]]
name = "close"
every = "hour"
when = "status:solved"
do = [{ set = { status = "closed" } }]
"""


def child(folder: Path, now: datetime, dies_at: int = 0) -> subprocess.Popen[str]:
    """A process that sweeps the desk of a folder when it is told to."""
    return subprocess.Popen(
        [sys.executable, "-c", CHILD, str(folder / "kfdesk.toml"), now.isoformat(), str(dies_at)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def tell(process: subprocess.Popen[str]) -> None:
    """Let a child go on."""
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


def heard(process: subprocess.Popen[str]) -> str:
    """The next line of a child."""
    assert process.stdout is not None
    return process.stdout.readline().strip()


def crowd(opened: OpenTimepiece) -> Timepiece:
    """A shop with a file to configure it, and 100 tickets."""
    shop = opened(schedule("mark", "is:open"), schedule("close", "status:solved"))
    (shop.settings.folder / "kfdesk.toml").write_text(CONFIGURATION, encoding="utf-8")
    for n in range(100):
        shop.ticket(status="solved" if n % 2 else "new")
    return shop


def once_each(shop: Timepiece) -> None:
    """Each ticket was acted on once."""
    assert sorted(number for number, _at in shop.acts("mark")) == list(range(1, 101, 2))
    assert sorted(number for number, _at in shop.acts("close")) == list(range(2, 101, 2))
    assert shop.rows("SELECT count(*) FROM message WHERE text = 'marked'") == [(50,)]
    assert shop.rows("SELECT DISTINCT at FROM event") == [(int((NOW + HOUR).timestamp()) * 1000,)]


def test_a_kill_in_the_middle_is_finished_exactly_by_the_next_run(opened: OpenTimepiece) -> None:
    shop = crowd(opened)
    late = NOW + HOUR + timedelta(minutes=7)
    victim = child(shop.settings.folder, late, dies_at=2)
    tell(victim)
    assert [heard(victim), heard(victim)] == ["ready", "middle"]
    os.kill(victim.pid, signal.SIGKILL)
    victim.communicate()
    assert len(shop.acts("mark")) == 20
    next_one = child(shop.settings.folder, late)
    tell(next_one)
    words, _nothing = next_one.communicate(timeout=60)
    assert words.split() == ["ready", "2", "80"]
    once_each(shop)


def test_two_processes_at_once_act_once(opened: OpenTimepiece) -> None:
    shop = crowd(opened)
    both = [child(shop.settings.folder, NOW + HOUR) for _ in range(2)]
    assert [heard(one) for one in both] == ["ready", "ready"]
    for one in both:
        tell(one)
    for one in both:
        one.communicate(timeout=60)
    once_each(shop)


def test_a_run_leaves_it_to_another_that_is_at_it(opened: OpenTimepiece) -> None:
    shop = opened(LOOK)
    shop.ticket()
    shop.now += HOUR
    with channel_lock(shop.settings.database, ":clock") as mine:
        assert mine
        assert catch_up(shop.desk) == Swept()
    assert catch_up(shop.desk) == Swept(1, 1)


def test_without_the_lock_the_slower_one_stops(
    opened: OpenTimepiece, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file system without locks: the one that is behind sees it where it writes."""
    monkeypatch.setattr(clockwork, "CHUNK", 10)
    shop = crowd(opened)
    shop.now += HOUR
    fire = settle.fire
    results: list[Swept] = []
    sweeping = threading.Lock()

    def interrupted(*given: Any) -> int:
        done = fire(*given)
        if sweeping.acquire(blocking=False):
            other = threading.Thread(target=lambda: results.append(sweep()))
            threads.append(other)
            other.start()
        return done

    def sweep() -> Swept:
        return clockwork._Sweep(shop.desk, shop.now, lambda _event: None).run()

    threads: list[threading.Thread] = []
    monkeypatch.setattr(clockwork, "fire", interrupted)
    results.append(sweep())
    for thread in threads:
        thread.join()
    assert sum(swept.fired for swept in results) <= 100
    shop.sweep()
    assert len(shop.acts("mark")) == 50
    assert len(shop.acts("close")) == 50
    assert not shop.is_due()


def test_what_time_brings_is_told_as_it_goes(opened: OpenTimepiece) -> None:
    shop = opened(LOOK)
    shop.ticket()
    told: list[Any] = []
    catch_up(shop.desk, NOW + HOUR, told.append)
    assert told == [
        {"event": "fired", "rule": "look", "at": (NOW + HOUR).isoformat(), "tickets": 1}
    ]
    assert shop.now == datetime(2026, 11, 21, 12, tzinfo=UTC)


def test_a_clock_that_was_ahead_once_is_told_by_the_doctor(opened: OpenTimepiece) -> None:
    """Time rests until the clock has come to where it was; nobody would know why."""

    def told() -> list[tuple[str, str]]:
        found = doctor.examine(shop.desk.settings, lambda: shop.now)
        return [(one.level, one.detail) for one in found if one.subject == "clock"]

    shop = opened(LOOK)
    shop.sweep(days=3)
    assert [level for level, _detail in told()] == ["ok"]
    shop.now = NOW
    (found,) = told()
    assert found[0] == "error"
    assert "2026-11-24" in found[1]


# --- the promises' clocks


def test_a_breach_in_the_night_is_seen_by_the_schedules_behind_it(opened: OpenTimepiece) -> None:
    """Promised within 90 minutes, the answer is late at half past one, and looked for at two."""
    promise = Sla("quick", first_response=dict.fromkeys(Priority, AGAIN * 90), warn=0.5)
    shop = opened(schedule("late", "is:breached"), policies=(promise,))
    number = shop.ticket("Hello", "hello")
    shop.created(number)
    assert not shop.is_due()
    shop.now += timedelta(hours=9, minutes=3)
    assert shop.is_due()
    assert shop.sweep() == Swept(9, 1)
    assert not shop.is_due()
    found = [
        (event.kind, event.at - NOW)
        for event in shop.events(number)
        if event.kind in ("sla.warning", "sla.breached", "schedule")
    ]
    assert found == [
        ("sla.warning", AGAIN * 45),
        ("sla.breached", AGAIN * 90),
        ("schedule", 2 * HOUR),
    ]
