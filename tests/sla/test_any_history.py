"""Whatever happens to a ticket: its clocks agree with a count of every minute, synced or not."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kfdesk.desk.sending.outbox import cancel
from kfdesk.desk.timing.counted import Counted
from kfdesk.model import Priority
from kfdesk.rules.timing.calendar import Calendar
from kfdesk.rules.timing.clock import Clock, stretches
from kfdesk.rules.timing.hours import DAYS
from tests.desk.office import ANNA, raw
from tests.sla.conftest import Watched
from tests.sla.test_calendar import MINUTE, ZONES, calendars, starts, worked

HOURS = ("09:00-17:00", "00:00-24:00", "01:00-03:30", "20:00-24:00", "")
STATUSES = ("open", "pending", "hold", "solved")
NONE = timedelta(0)


@settings(max_examples=100, deadline=None)
@given(
    st.data(),
    calendars(),
    st.lists(st.integers(0, 1500), max_size=9).map(sorted),
    st.integers(1, 1200),
)
def test_a_clock_with_pauses_agrees_with_a_count_of_every_minute(
    data: st.DataObject, office: Calendar, moves: list[int], allowed: int
) -> None:
    start = data.draw(starts(office.timezone))
    clock = Clock(1, "resolve", "all", "any", allowed * MINUTE, start, ((start, None),))
    for n, minute in enumerate(moves):
        at = start + minute * MINUTE
        clock = clock.resume(at) if n % 2 else clock.stop(at)
    counted = NONE
    reached = None
    for n in range(2000):
        at = start + n * MINUTE
        stopped = sum(minute <= n for minute in moves) % 2
        if worked(office, at) and not stopped:
            counted += MINUTE
            if counted == allowed * MINUTE:
                reached = at + MINUTE
    end = start + 2000 * MINUTE
    assert clock.counted(office, end) == counted
    found = clock.reached(office, allowed * MINUTE)
    if reached is None:
        assert found is None or found > end
    elif not any(start + minute * MINUTE == reached for minute in moves):
        assert found == reached  # just as it stops: see the next test


def test_what_is_reached_just_as_a_clock_stops_is_not_passed() -> None:
    start = datetime(2026, 11, 23, 9, tzinfo=UTC)
    hour = timedelta(hours=1)
    clock = Clock(1, "resolve", "all", "", hour, start, ((start, None),))
    always = Calendar("")
    assert clock.stop(start + hour).reached(always, hour) is None
    again = clock.stop(start + hour).resume(start + 3 * hour)
    assert again.reached(always, hour) == start + 3 * hour


# --- through the desk

Act = tuple[int, str]  # after how many minutes, what


def acts(*others: str) -> st.SearchStrategy[list[Act]]:
    """What people do with a ticket, and when."""
    deeds = st.sampled_from([*STATUSES, *others, "reply", "write", "write"])
    return st.lists(st.tuples(st.integers(1, 900), deeds), max_size=8)


def play(folder: Path, zone: str, hours: str, allowed: int, done: list[Act], sync: bool) -> Watched:
    """Do all that on a new ticket, with a sync every now and then, or none.

    Nothing happens just when a time is over: then it would matter who comes first.
    """
    calendar = f"[calendar.any]\ntimezone = '{zone}'\n"
    if hours:
        calendar += f"hours = {{ mon-sat = ['{hours}'] }}\n"
    policy = f"""
[[sla]]
name = "all"
calendar = "any"
pause_on = ["pending", "hold"]
first_response = {{ urgent = "{allowed * 30 // 60 * 60 + 7}s", normal = "{allowed * 60 + 7}s" }}
next_response = "{allowed * 60 + 7}s"
resolve = {{ urgent = "{allowed * 60 + 7}s", normal = "{allowed * 120 + 7}s" }}
"""
    desk = Watched(folder, calendar + policy)
    desk.now = datetime(2026, 10, 24, 20, 0, tzinfo=UTC)  # a night on which clocks are moved
    desk.receive(raw())
    for minutes, what in done:
        for _step in range(3 if sync else 0):
            desk.now += MINUTE * (minutes // 3)
            desk.strike()
        desk.now += MINUTE * (minutes - 3 * (minutes // 3) if sync else minutes)
        if what == "reply":
            desk.reply(1)
        elif what == "write":
            desk.again(1)
        elif what in ("urgent", "normal"):
            desk.set(1, priority=Priority(what))
        elif what in ("anna", "bert"):
            desk.set(1, assignee=what)
        elif what == "take back":
            queued = [row.id for row in desk.outbox() if row.state == "queued"]
            if queued:
                cancel(desk.desk, queued[-1], ANNA)
        else:
            desk.status(1, what)
    desk.strike()
    return desk


def facts(clock: Counted) -> tuple[object, ...]:
    """What of a clock must not depend on when somebody looked."""
    return (
        clock.target,
        clock.started_at,
        clock.used,
        clock.due_at,
        clock.met_at,
        clock.dropped_at,
        clock.breached_at,
        clock.holder,
    )


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    acts("urgent", "normal", "anna", "bert"),
    st.sampled_from(ZONES),
    st.sampled_from(HOURS),
    st.integers(5, 1000),
)
def test_any_history_is_counted_by_the_minute_and_alike_with_and_without_syncs(
    done: list[Act], zone: str, hours: str, allowed: int
) -> None:
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        desk = play(Path(one), zone, hours, allowed, done, sync=True)
        late = play(Path(other), zone, hours, allowed, done, sync=False)
        try:
            assert list(map(facts, desk.clocks(1))) == list(map(facts, late.clocks(1)))
            assert desk.ticket(1).breached == late.ticket(1).breached
            found = [e.kind for e in desk.events(1)].count("sla.breached")
            assert found == [e.kind for e in late.events(1)].count("sla.breached")
            assert found == sum(c.breached_at is not None for c in desk.clocks(1))
            first, *_others = desk.clocks(1, "first_response")
            cycles = desk.clocks(1, "next_response")
            resolve = desk.clock(1, "resolve")
            expected = by_the_minute(desk, done, hours, zone)
            assert resolve.used == expected["resolve"]
            assert first.used == expected["first_response"]
            assert [clock.used for clock in cycles] == [
                used for name, used in expected.items() if name.startswith("next")
            ]
            for clock in (resolve, first, *cycles):
                assert clock.used + clock.left == clock.allowed
                assert sum((b - a for a, b in clock.intervals), NONE) == clock.used
            due = [c.due_at for c in desk.clocks(1) if c.runs and c.due_at]
            assert desk.ticket(1).due_at == min(due, default=None)
        finally:
            desk.close()
            late.close()


@settings(max_examples=15, deadline=None)
@given(acts("take back", "take back"), st.integers(5, 1000))
def test_replies_that_are_taken_back_leave_what_an_answer_would_have_left_open(
    done: list[Act], allowed: int
) -> None:
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        desk = play(Path(one), "Asia/Shanghai", "09:00-17:00", allowed, done, sync=True)
        late = play(Path(other), "Asia/Shanghai", "09:00-17:00", allowed, done, sync=False)
        try:
            assert list(map(facts, desk.clocks(1))) == list(map(facts, late.clocks(1)))
            ticket = desk.ticket(1)
            replied = [row for row in desk.outbox() if row.state == "queued"]
            first, *others = desk.clocks(1, "first_response")
            assert others == []
            assert (first.met_at is not None) == bool(replied)
            waits = [c for c in desk.clocks(1, "next_response") if not (c.met_at or c.dropped_at)]
            since = [c.started_at for c in waits]
            assert since == ([ticket.waiting_since] if replied and ticket.waiting_since else [])
        finally:
            desk.close()
            late.close()


def by_the_minute(desk: Watched, done: list[Act], hours: str, zone: str) -> dict[str, timedelta]:
    """The working time of each clock: what people did is done again in mind, minute by minute."""
    at = desk.ticket(1).created_at
    acts, due = iter(done), at
    what, status, waits, answered, cycles = "", "new", True, False, 0
    used = dict.fromkeys(("resolve", "first_response"), NONE)
    coming = next(acts, None)
    while at < desk.now or coming:
        while coming and due + MINUTE * coming[0] <= at:
            due += MINUTE * coming[0]
            what, coming = coming[1], next(acts, None)
            if what == "write":
                status = "open" if status in ("pending", "hold", "solved") else status
                if answered and not waits:
                    cycles += 1
                    used[f"next {cycles}"] = NONE
                waits = True
            elif what == "reply":
                status = "open" if status == "new" else status
                waits, answered = False, True
            elif what in STATUSES:
                status = what
                waits = waits and what != "solved"
        local = at.astimezone(ZoneInfo(zone))
        workday = DAYS[local.weekday()] != "sun"
        open_ = not hours or (workday and hours[:5] <= local.strftime("%H:%M") < hours[6:])
        if open_ and status in ("new", "open") and at < desk.now:
            used["resolve"] += MINUTE
            if waits:
                used[f"next {cycles}" if answered else "first_response"] += MINUTE
        at += MINUTE
    return used


def test_stretches_of_a_history() -> None:
    start = datetime(2026, 11, 23, tzinfo=UTC)
    times = [start + n * MINUTE for n in range(-1, 6)]
    from kfdesk.model import Status

    history = list(
        zip(
            times,
            map(Status, ("pending", "open", "pending", "hold", "solved", "open", "pending")),
            [""] * 7,
            strict=True,
        )
    )
    assert stretches(start, history, (Status.PENDING,)) == (
        (start, start + MINUTE),
        (start + 2 * MINUTE, start + 3 * MINUTE),
        (start + 4 * MINUTE, start + 5 * MINUTE),
    )
