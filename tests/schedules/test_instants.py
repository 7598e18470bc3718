"""When a schedule looks, in zones whose clocks leap, double hours, or stand at odd minutes."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kfdesk.rules.timing.schedules import Every

NEW_YORK = ZoneInfo("America/New_York")
MINUTE = timedelta(minutes=1)
ZONES = [
    *("UTC", "Asia/Shanghai", "Asia/Kolkata", "Asia/Kathmandu", "Australia/Adelaide"),
    *("America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "America/St_Johns"),
    *("Africa/Cairo", "America/Sao_Paulo", "Pacific/Apia", "Asia/Pyongyang"),
]


def instants(every: str, first: datetime, last: datetime, zone: ZoneInfo) -> list[datetime]:
    """All instants behind `first`, up to `last`."""
    found: list[datetime] = []
    at = first
    while (at := Every(every).after(at, zone)) <= last:
        found.append(at)
    return found


def walls(every: str, day: date, zone: ZoneInfo) -> list[str]:
    """What the clock on the wall shows at the instants of a day."""
    first, last = (
        datetime.combine(one, time(), zone).astimezone(UTC) - timedelta(microseconds=1)
        for one in (day, day + timedelta(1))
    )
    return [f"{at.astimezone(zone):%H:%M}" for at in instants(every, first, last, zone)]


@pytest.mark.parametrize(
    ("zone", "minute"),
    [("UTC", 0), ("Asia/Kolkata", 30), ("Asia/Kathmandu", 15), ("Australia/Eucla", 15)],
)
def test_each_full_hour_is_one_of_the_desks_zone(zone: str, minute: int) -> None:
    at = datetime(2026, 6, 1, 9, 1, tzinfo=UTC)
    found = [Every("hour").after(at, ZoneInfo(zone)) for at in (at, at + timedelta(hours=1))]
    assert {one.minute for one in found} == {minute}
    assert found[1] - found[0] == timedelta(hours=1)


def test_an_instant_is_behind_the_one_that_it_follows() -> None:
    at = datetime(2026, 6, 1, 9, tzinfo=UTC)
    assert Every("hour").after(at, ZoneInfo("UTC")) == at + timedelta(hours=1)
    just = at - timedelta(microseconds=1)
    assert Every("hour").after(just, ZoneInfo("UTC")) == at


def test_steps_are_counted_from_the_midnight_of_the_zone() -> None:
    day = date(2026, 6, 1)
    kolkata = ZoneInfo("Asia/Kolkata")
    assert walls("15m", day, kolkata)[:5] == ["00:00", "00:15", "00:30", "00:45", "01:00"]
    assert walls("7h", day, kolkata) == ["00:00", "07:00", "14:00", "21:00"]
    assert walls("45m", day, kolkata)[-1] == "23:15"
    assert len(walls("24h", day, kolkata)) == 1


def test_a_day_has_one_time_of_day_and_a_week_one_of_a_weekday() -> None:
    shanghai = ZoneInfo("Asia/Shanghai")
    first, last = datetime(2026, 5, 31, tzinfo=UTC), datetime(2026, 6, 14, tzinfo=UTC)
    assert [at.hour for at in instants("day 09:00", first, last, shanghai)] == [1] * 14
    mondays = instants("mon 09:00", first, last, shanghai)
    assert [at.day for at in mondays] == [1, 8]


def test_a_time_that_a_spring_night_leaps_over_comes_once() -> None:
    spring = date(2026, 3, 8)
    assert walls("day 02:30", spring, NEW_YORK) == ["03:30"]
    assert walls("sun 02:30", spring, NEW_YORK) == ["03:30"]
    assert walls("day 03:30", spring, NEW_YORK) == ["03:30"]


def test_a_time_that_an_autumn_night_has_twice_comes_once() -> None:
    autumn = date(2026, 11, 1)
    assert walls("day 01:30", autumn, NEW_YORK) == ["01:30"]
    first = Every("day 01:30").after(datetime(2026, 11, 1, 4, tzinfo=UTC), NEW_YORK)
    assert first == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)  # the first of both


def test_an_hour_that_a_night_has_twice_is_two_full_hours() -> None:
    assert walls("hour", date(2026, 11, 1), NEW_YORK)[:4] == [
        "00:00",
        "01:00",
        "01:00",
        "02:00",
    ]
    assert walls("hour", date(2026, 3, 8), NEW_YORK)[:4] == ["00:00", "01:00", "03:00", "04:00"]
    assert len(walls("15m", date(2026, 11, 1), NEW_YORK)) == 100
    assert len(walls("15m", date(2026, 3, 8), NEW_YORK)) == 92


def test_long_steps_keep_to_the_clock_on_the_wall() -> None:
    for day in (date(2026, 3, 8), date(2026, 11, 1)):
        assert walls("6h", day, NEW_YORK) == ["00:00", "06:00", "12:00", "18:00"]
    assert walls("2h", date(2026, 11, 1), NEW_YORK)[:3] == ["00:00", "02:00", "04:00"]


def test_a_day_that_a_zone_left_out_runs_once() -> None:
    apia = ZoneInfo("Pacific/Apia")
    first, last = datetime(2011, 12, 28, tzinfo=UTC), datetime(2012, 1, 2, tzinfo=UTC)
    found = instants("day 09:00", first, last, apia)
    assert [at.astimezone(apia).day for at in found] == [28, 29, 31, 1, 2]


@given(
    every=st.sampled_from(["hour", "1m", "15m", "7m", "25m", "45m", "60m", "1h"]),
    zone=st.sampled_from(ZONES),
    seconds=st.integers(150_000_000, 2_100_000_000),
)
def test_short_steps_are_the_minutes_at_which_the_clock_reads_a_full_one(
    every: str, zone: str, seconds: int
) -> None:
    begun = datetime.fromtimestamp(seconds, UTC)
    local = ZoneInfo(zone)
    found = Every(every).after(begun, local)
    step = 60 if every in ("hour", "1h") else int(every[:-1])

    def full(one: datetime) -> bool:
        wall = one.astimezone(local)
        return wall.second == 0 and (wall.hour * 60 + wall.minute) % step == 0

    assert found > begun
    assert full(found)
    minute = begun.replace(second=0, microsecond=0) + MINUTE
    while minute < found:
        assert not full(minute)
        minute += MINUTE


@given(
    every=st.sampled_from(["day 02:30", "sun 02:30", "day 00:00", "mon 23:59", "90m", "6h", "5h"]),
    zone=st.sampled_from(ZONES),
    day=st.dates(date(1975, 1, 1), date(2037, 1, 1)),
)
def test_every_day_has_each_of_its_times_once(every: str, zone: str, day: date) -> None:
    """Walked over a stretch of days, the instants are those of the days, in order and once."""
    local = ZoneInfo(zone)
    first = datetime.combine(day, time(), UTC)
    last = first + timedelta(10)
    named, _blank, clock = every.rpartition(" ")
    if named:
        times = [(int(clock[:2]), int(clock[3:]))]
    else:
        step = Every(every).step
        times = [divmod(minute, 60) for minute in range(0, 1440, step)]
    expected = set()
    for ahead in range(-3, 14):
        other = day + timedelta(ahead)
        if named in ("", "day", f"{other:%a}".lower()):
            for hour, minute in times:
                wall = datetime.combine(other, time(hour, minute), local)
                expected.add(wall.astimezone(UTC))
    found = instants(every, first, last, local)
    assert found == sorted(one for one in expected if first < one <= last)
