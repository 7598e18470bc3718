"""Business calendars: working time agrees with a count of every minute, whatever the clock does."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kfdesk.config import load
from kfdesk.errors import ConfigError
from kfdesk.rules.timing.calendar import ALWAYS, Calendar, read
from kfdesk.rules.timing.hours import DAYS, Hours

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
ZONES = (
    "UTC",
    "Asia/Shanghai",
    "Europe/Berlin",
    "America/New_York",
    "America/Havana",  # midnight is left out
    "America/Santiago",  # midnight comes twice
    "Australia/Lord_Howe",  # half an hour
    "Asia/Kathmandu",
    "Pacific/Apia",
)


def moment(text: str, zone: str = "Asia/Shanghai") -> datetime:
    """An instant by the wall clock of a zone."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def calendar(folder: Path, text: str) -> Calendar:
    """The calendar that a configuration describes; its first error is raised."""
    file = folder / "kfdesk.toml"
    file.write_text(f'[desk]\ntimezone = "Asia/Shanghai"\n[calendar.office]\n{text}\n')
    found, errors = read(load(file))
    if errors:
        raise errors[0]
    return found["office"]


OFFICE = 'hours = { mon-fri = ["09:00-17:00"] }'


# --- what the configuration says


def test_an_hour_on_friday_half_past_four_ends_on_monday_at_half_past_nine(tmp_path: Path) -> None:
    office = calendar(tmp_path, OFFICE)
    assert office.add(moment("2026-11-20 16:30"), HOUR) == moment("2026-11-23 09:30")
    assert office.between(moment("2026-11-20 16:30"), moment("2026-11-23 09:30")) == HOUR


def test_a_deadline_that_falls_on_the_end_of_a_day_is_that_end(tmp_path: Path) -> None:
    office = calendar(tmp_path, OFFICE)
    assert office.add(moment("2026-11-20 16:00"), HOUR) == moment("2026-11-20 17:00")


def test_a_day_has_several_intervals_and_may_end_at_24(tmp_path: Path) -> None:
    office = calendar(
        tmp_path, 'hours = { mon = ["13:30-18:00", "09:00-12:00"], tue = ["20:00-24:00"] }'
    )
    assert office.add(moment("2026-11-23 11:30"), HOUR) == moment("2026-11-23 14:00")
    assert office.add(moment("2026-11-23 17:30"), 4 * HOUR) == moment("2026-11-24 23:30")
    assert office.open_at(moment("2026-11-24 23:59"))
    assert not office.open_at(moment("2026-11-25 00:00"))


def test_a_run_of_days_may_wrap_around_the_weekend(tmp_path: Path) -> None:
    office = calendar(tmp_path, 'hours = { fri-mon = ["09:00-17:00"] }')
    worked = [day for day, hours in zip(DAYS, office.week, strict=True) if hours]
    assert worked == ["mon", "fri", "sat", "sun"]


def test_two_runs_may_add_to_one_day(tmp_path: Path) -> None:
    office = calendar(tmp_path, 'hours = { mon-sun = ["09:00-12:00"], mon-fri = ["13:00-17:00"] }')
    assert office.week[0] == ((540, 720), (780, 1020))
    assert office.week[6] == ((540, 720),)


def test_a_calendar_without_hours_is_always_open(tmp_path: Path) -> None:
    always = calendar(tmp_path, "")
    start = moment("2026-11-21 03:00")
    assert always.add(start, 30 * HOUR) == start + 30 * HOUR
    assert always.open_at(start)
    assert ALWAYS.between(start, start + HOUR) == HOUR


def test_a_calendar_counts_in_its_own_zone(tmp_path: Path) -> None:
    office = calendar(tmp_path, f'timezone = "Europe/Berlin"\n{OFFICE}')
    zone = "Europe/Berlin"
    assert office.add(moment("2026-11-20 16:30", zone), HOUR) == moment("2026-11-23 09:30", zone)


def test_holidays_by_country_are_free_and_their_exchanged_weekends_are_worked(
    tmp_path: Path,
) -> None:
    office = calendar(tmp_path, f'{OFFICE}\nholidays = "CN"')
    assert not office.open_at(moment("2026-10-01 10:00"))  # National Day
    assert not office.open_at(moment("2026-10-07 10:00"))  # free in exchange for Saturday
    assert office.open_at(moment("2026-10-10 10:00"))  # that Saturday
    assert not office.open_at(moment("2026-10-17 10:00"))  # another one
    assert office.add(moment("2026-09-30 16:30"), HOUR) == moment("2026-10-08 09:30")


#: As the State Council announced them: the breaks, and the weekends worked in exchange.
ANNOUNCED = {
    2025: (
        "01-01 01-01, 01-28 02-04, 04-04 04-06, 05-01 05-05, 05-31 06-02, 10-01 10-08",
        "01-26, 02-08, 04-27, 09-28, 10-11",
    ),
    2026: (
        "01-01 01-03, 02-15 02-23, 04-04 04-06, 05-01 05-05, 06-19 06-21, 09-25 09-27, 10-01 10-07",
        "01-04, 02-14, 02-28, 05-09, 09-20, 10-10",
    ),
}


@pytest.mark.parametrize("year", ANNOUNCED)
def test_who_works_on_weekends_has_the_weekends_of_a_chinese_break_off(
    year: int, tmp_path: Path
) -> None:
    daily = calendar(tmp_path, 'hours = { mon-sun = ["09:00-17:00"] }\nholidays = "CN"')
    breaks, worked = ANNOUNCED[year]
    free = {
        date.fromordinal(n)
        for pair in breaks.split(", ")
        for first, last in [[date.fromisoformat(f"{year}-{day}") for day in pair.split()]]
        for n in range(first.toordinal(), last.toordinal() + 1)
    }
    days = [date(year, 1, 1) + timedelta(n) for n in range(365)]
    assert [day for day in days if not daily.hours(day)] == sorted(free)
    weekly = calendar(tmp_path, 'hours = { mon-fri = ["09:00-17:00"] }\nholidays = "CN"')
    weekends = [day for day in days if day.weekday() >= 5 and weekly.hours(day)]
    assert weekends == [date.fromisoformat(f"{year}-{day}") for day in worked.split(", ")]


def test_holidays_of_a_part_of_a_country(tmp_path: Path) -> None:
    bavaria = calendar(tmp_path, f'{OFFICE}\nholidays = "DE-BY"')
    germany = calendar(tmp_path, f'{OFFICE}\nholidays = "DE"')
    epiphany = moment("2026-01-06 10:00")
    assert germany.open_at(epiphany)
    assert not bavaria.open_at(epiphany)


def test_the_library_of_holidays_is_loaded_when_somebody_counts(tmp_path: Path) -> None:
    script = """
import sys
from pathlib import Path
from tests.sla.test_calendar import OFFICE, calendar, moment
for code in sys.argv[2:]:
    office = calendar(Path(sys.argv[1]), f'{OFFICE}\\nholidays = "{code}"')
    assert "holidays" not in sys.modules, code
office.open_at(moment("2026-10-01 10:00"))
assert "holidays" in sys.modules
"""
    codes = ("CN", "TW", "HK", "US", "US-CA", "GB", "GB-SCT", "de-by", "CH-ZH", "AU-NSW", "IN-MH")
    subprocess.run([sys.executable, "-c", script, str(tmp_path), *codes], check=True)


def test_extra_holidays_are_free(tmp_path: Path) -> None:
    office = calendar(tmp_path, f'{OFFICE}\nextra_holidays = ["2026-11-20"]')
    assert office.add(moment("2026-11-19 16:30"), HOUR) == moment("2026-11-23 09:30")


def test_extra_workdays_win_over_weekends_and_holidays(tmp_path: Path) -> None:
    office = calendar(
        tmp_path,
        f'{OFFICE}\nholidays = "CN"\nextra_holidays = ["2026-11-21"]\n'
        'extra_workdays = ["2026-11-21", "2026-10-01"]',
    )
    assert office.open_at(moment("2026-11-21 10:00"))
    assert office.open_at(moment("2026-10-01 10:00"))


def test_extra_workdays_have_their_own_hours_or_those_of_the_first_day_that_has_any(
    tmp_path: Path,
) -> None:
    days = 'extra_workdays = ["2026-11-21"]'
    hours = 'hours = { tue-fri = ["10:00-18:00"], sat = ["10:00-12:00"] }'
    plain = calendar(tmp_path, f"{hours}\n{days}")
    assert plain.hours(date(2026, 11, 21)) == ((600, 1080),)
    own = calendar(tmp_path, f'{hours}\n{days}\nworkday_hours = ["08:00-09:00"]')
    assert own.hours(date(2026, 11, 21)) == ((480, 540),)


ICAL = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Shop//EN
BEGIN:VEVENT
UID:1
DTSTART;VALUE=DATE:20261123
DTEND;VALUE=DATE:20261125
SUMMARY:Stocktaking
TRANSP:TRANSPARENT
END:VEVENT
BEGIN:VEVENT
UID:2
DTSTART;VALUE=DATE:20200115
RRULE:FREQ=YEARLY;UNTIL=20300101T000000Z
EXDATE;VALUE=DATE:20280115
SUMMARY:Founders' day
END:VEVENT
BEGIN:VEVENT
UID:3
DTSTART:20261126T090000Z
DTEND:20261126T100000Z
SUMMARY:Only an hour
END:VEVENT
BEGIN:VEVENT
UID:4
DTSTART;VALUE=DATE:20261127
STATUS:CANCELLED
END:VEVENT
BEGIN:VEVENT
UID:5
DTSTART;VALUE=DATE:20261230
DURATION:P5D
END:VEVENT
END:VCALENDAR
"""


def test_all_day_events_of_an_ical_file_are_free_days(tmp_path: Path) -> None:
    (tmp_path / "free.ics").write_text(ICAL.replace("\n", "\r\n"))
    office = calendar(tmp_path, 'hours = { mon-sun = ["09:00-17:00"] }\nical = "free.ics"')

    def free(day: str) -> bool:
        return not office.hours(date.fromisoformat(day))

    assert [free(f"2026-11-{day}") for day in (22, 23, 24, 25, 26, 27)] == [
        False, True, True, False, False, False,
    ]  # fmt: skip
    assert free("2027-01-15")
    assert free("2029-01-15")
    assert not free("2028-01-15")
    assert not free("2031-01-15")
    assert free("2026-12-31")
    assert free("2027-01-03")
    assert not free("2027-01-04")


# --- what it cannot say


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ('hours = { mon = ["22:00-06:00"] }', "22:00-24:00 on this day and 00:00-06:00 on the"),
        ('hours = { mon = ["09:00-12:00", "11:00-13:00"] }', "overlap"),
        ('hours = { mon-fri = ["09:00-12:00"], wed = ["11:00-13:00"] }', "overlap"),
        ('hours = { mond = ["09:00-12:00"] }', "unknown day “mond”; did you mean mon?"),
        ('hours = { mon = ["9-12"] }', "expected an interval like 09:00-12:00"),
        ('hours = { mon = ["09:00-24:30"] }', "ends at 24:00"),
        ('hours = { mon = ["09:00-09:00"] }', "is empty"),
        ("hours = { mon = [] }", "nobody ever works by this calendar"),
        ('holidays = "XX"', "no holidays are known of “XX”"),
        ('holidays = "DE-BX"', "no holidays are known of “DE-BX”; did you mean DE-"),
        ('ical = "none.ics"', "none.ics cannot be read"),
    ],
)
def test_a_wrong_calendar_is_an_error_that_names_file_line_and_remedy(
    tmp_path: Path, written: str, says: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        calendar(tmp_path, written)
    assert says in str(caught.value)
    assert str(caught.value).startswith(f"{tmp_path / 'kfdesk.toml'}:")


@pytest.mark.parametrize(
    "content",
    [
        "no calendar at all",
        "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
        "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20261123\r\nRRULE:FREQ=X\r\n"
        "END:VEVENT\r\nEND:VCALENDAR\r\n",
        "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20261123\r\nRRULE:FREQ=SECONDLY\r\n"
        "END:VEVENT\r\nEND:VCALENDAR\r\n",
        "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20261323\r\n"
        "END:VEVENT\r\nEND:VCALENDAR\r\n",
        "\x00\xff",
    ],
)
def test_a_damaged_ical_file_is_an_error_that_names_it(tmp_path: Path, content: str) -> None:
    (tmp_path / "free.ics").write_bytes(content.encode("latin-1"))
    with pytest.raises(ConfigError, match=r"free\.ics is no iCalendar file"):
        calendar(tmp_path, 'ical = "free.ics"')


def test_a_shift_by_a_calendar_that_does_not_exist_is_an_error(tmp_path: Path) -> None:
    agent = f'{OFFICE}\n[[agent]]\nname = "anna"\nshift = {{ calendar = "ofice" }}'
    with pytest.raises(ConfigError, match="unknown calendar “ofice”; did you mean office"):
        calendar(tmp_path, agent)


# --- nights on which the clock is moved


def test_an_hour_that_is_left_out_is_not_worked() -> None:
    night = Calendar("night", "Europe/Berlin", (((60, 240),),) * 7)
    start, end = moment("2026-03-29 00:00", "Europe/Berlin"), moment("2026-03-30", "Europe/Berlin")
    assert night.between(start, end) == 2 * HOUR
    assert night.add(start, 2 * HOUR) == moment("2026-03-29 04:00", "Europe/Berlin")


def test_an_hour_that_comes_twice_is_worked_twice() -> None:
    night = Calendar("night", "Europe/Berlin", (((60, 240),),) * 7)
    start, end = moment("2026-10-25 00:00", "Europe/Berlin"), moment("2026-10-26", "Europe/Berlin")
    assert night.between(start, end) == 4 * HOUR
    assert night.add(start, 4 * HOUR) == moment("2026-10-25 04:00", "Europe/Berlin")


def test_a_day_that_is_left_out_is_not_worked() -> None:
    apia = Calendar("apia", "Pacific/Apia", (((0, 1440),),) * 4 + ((),) * 3)
    fridays = Calendar("apia", "Pacific/Apia", ((),) * 4 + (((0, 1440),),) + ((),) * 2)
    start, end = datetime(2011, 12, 26, tzinfo=UTC), datetime(2012, 1, 5, tzinfo=UTC)
    assert not fridays.open_at(datetime(2011, 12, 30, 10, tzinfo=UTC))
    assert fridays.between(start, end) == timedelta(0)  # 30 December 2011 never was
    assert apia.between(start, end) > timedelta(0)


# --- against a count of every minute


@st.composite
def days(draw: st.DrawFn) -> Hours:
    """The hours of a day, in steps of a quarter of an hour."""
    ends = draw(st.lists(st.integers(0, 96), max_size=6, unique=True))
    ends = sorted(ends)[: len(ends) // 2 * 2]
    return tuple((a * 15, b * 15) for a, b in zip(ends[::2], ends[1::2], strict=True))


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    """Any calendar in which somebody works."""
    week = tuple(draw(days()) for _day in range(7))
    around = st.dates(date(2025, 1, 1), date(2026, 12, 31))
    return Calendar(
        "any",
        draw(st.sampled_from(ZONES)),
        week if any(week) else (((0, 60),), *week[1:]),
        draw(days()),
        draw(st.frozensets(around, max_size=30)),
        draw(st.frozensets(around, max_size=60)),
    )


def shifts_of(zone: str) -> list[datetime]:
    """The instants of two years at which a zone's clock is moved, to the hour."""
    hours = [datetime(2025, 1, 1, tzinfo=UTC) + n * HOUR for n in range(2 * 365 * 24)]
    offsets = [at.astimezone(ZoneInfo(zone)).utcoffset() for at in hours]
    return [at for at, (a, b) in zip(hours, pairwise(offsets), strict=False) if a != b]


MOVED = {zone: shifts_of(zone) for zone in ZONES}


@st.composite
def starts(draw: st.DrawFn, zone: str) -> datetime:
    """Any minute of two years, half of the time one near a night on which the clock is moved."""
    any_time = st.integers(0, 700 * 24 * 60).map(
        lambda n: datetime(2025, 1, 1, tzinfo=UTC) + n * MINUTE
    )
    if not MOVED[zone]:
        return draw(any_time)
    near = st.tuples(st.sampled_from(MOVED[zone]), st.integers(-2000, 500))
    return draw(st.one_of(any_time, near.map(lambda pair: pair[0] + pair[1] * MINUTE)))


def worked(office: Calendar, at: datetime) -> bool:
    """Whether somebody works at an instant, read off the wall clock."""
    local = at.astimezone(ZoneInfo(office.timezone))
    minute = local.hour * 60 + local.minute
    if local.date() in office.worked:
        hours: Sequence[tuple[int, int]] = office.workday
    elif local.date() in office.free:
        hours = ()
    else:
        hours = office.week[local.weekday()]
    return any(a <= minute < b for a, b in hours)


def test_the_evening_before_a_midnight_that_is_left_out_is_worked() -> None:
    """In Havana the clock went from 23:59 to 01:00."""
    office = Calendar("any", "America/Havana", ((),) * 5 + (((1320, 1440),), ()))
    evening = datetime(2025, 3, 9, 3, 0, tzinfo=UTC)
    assert office.intervals(evening - 10 * MINUTE, evening + timedelta(days=1)) == [
        (evening, evening + timedelta(hours=2))
    ]


@settings(max_examples=150, deadline=None)
@given(st.data(), calendars(), st.integers(0, 3000))
def test_working_time_agrees_with_a_count_of_every_minute(
    data: st.DataObject, office: Calendar, length: int
) -> None:
    start = data.draw(starts(office.timezone))
    minutes = [start + n * MINUTE for n in range(length)]
    open_ = [at for at in minutes if worked(office, at)]
    end = start + length * MINUTE
    assert office.between(start, end) == len(open_) * MINUTE
    assert office.open_at(start) == worked(office, start)
    stretches = office.intervals(start, end)
    assert sum((b - a for a, b in stretches), timedelta(0)) == len(open_) * MINUTE
    assert all(a < b for a, b in stretches)
    assert all(one[1] <= other[0] for one, other in pairwise(stretches))
    for n in {1, len(open_) // 2, len(open_)} - {0}:
        if n <= len(open_):
            assert office.add(start, n * MINUTE) == open_[n - 1] + MINUTE
    if open_:
        assert office.next_open(start) == open_[0]


@settings(max_examples=80, deadline=None)
@given(st.data(), calendars(), st.integers(0, 90_000_000))
def test_what_is_added_is_what_lies_between(
    data: st.DataObject, office: Calendar, milliseconds: int
) -> None:
    start = data.draw(starts(office.timezone)) + timedelta(milliseconds=milliseconds % 60_000)
    working = timedelta(milliseconds=milliseconds)
    end = office.add(start, working)
    assert end is not None
    assert office.between(start, end) == working
    assert end == start or office.between(start, end - timedelta(milliseconds=1)) != working


def test_a_calendar_that_is_closed_for_good_is_given_up() -> None:
    class Ever:
        def __contains__(self, day: object) -> bool:
            return True

    never = Calendar("never", closed=Ever())
    start = datetime.combine(date(2026, 1, 1), time(), UTC)
    assert never.add(start, HOUR) is None
    assert never.next_open(start) is None
    assert never.between(start, start + 100 * HOUR) == timedelta(0)
