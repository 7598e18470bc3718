"""Business calendars: working time between two instants, and the instant that lies so far ahead."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from kfdesk.errors import ConfigError
from kfdesk.i18n import _
from kfdesk.rules.names import hint
from kfdesk.rules.timing.hours import WHOLE_DAY, Hours, day_of, week
from kfdesk.settings import Calendar as Written
from kfdesk.settings import Settings

#: From one instant up to another.
Interval = tuple[datetime, datetime]

_DAY = timedelta(days=1)
_NONE = timedelta(0)
#: A calendar by which nobody works for so many days is not followed any further.
_FAR = 1500


@dataclass(frozen=True, eq=False)
class Calendar:
    """When somebody works, in the calendar's own time zone.

    The wall clock decides: an hour that a daylight-saving night repeats counts twice, one that it
    leaves out does not count. Times are aware; what is given back is UTC.
    """

    name: str
    timezone: str = "UTC"
    week: tuple[Hours, ...] = (WHOLE_DAY,) * 7  # from Monday on
    workday: Hours = WHOLE_DAY  # of a day that is worked although it would be free
    worked: Container[date] = ()
    free: Container[date] = ()
    exchanged: Container[date] = ()  # weekends that a country works in exchange for a holiday
    holidays: Container[date] = ()
    closed: Container[date] = ()  # by an iCalendar file
    _days: dict[date, tuple[Interval, ...]] = field(default_factory=dict, repr=False)

    def open_at(self, at: datetime) -> bool:
        """Whether somebody works at an instant."""
        return self._always or any(a <= at < b for a, b in self._of(self._date(at)))

    def next_open(self, at: datetime) -> datetime | None:
        """Return `at` if somebody works then, else when next; None if that is out of sight."""
        if self._always:
            return at
        for start, end in self._from(at):
            if end > at:
                return max(start, at)
        return None

    def intervals(self, start: datetime, end: datetime) -> list[Interval]:
        """Return the working times from `start` up to `end`."""
        if start >= end:
            return []
        if self._always:
            return [(start, end)]
        found: list[Interval] = []
        for a, b in self._from(start):
            if a >= end:
                break
            if b > start:
                found.append((max(a, start), min(b, end)))
        return found

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Return how much working time lies from `start` up to `end`."""
        if self._always:
            return max(end - start, _NONE)
        return sum((b - a for a, b in self.intervals(start, end)), _NONE)

    def add(self, start: datetime, working: timedelta) -> datetime | None:
        """Return the first instant by which so much working time has passed since `start`.

        None if that is out of sight.
        """
        if self._always or working <= _NONE:
            return start + working
        left = working
        for a, b in self._from(start):
            if a < start:
                a = start
            if b - a >= left:
                return a + left
            if b > a:
                left -= b - a
        return None

    @cached_property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @cached_property
    def _always(self) -> bool:
        nothing = not (self.worked or self.free or self.exchanged or self.holidays or self.closed)
        return nothing and all(day == WHOLE_DAY for day in self.week)

    def _date(self, at: datetime) -> date:
        return at.astimezone(self._zone).date()

    def _from(self, at: datetime) -> Iterator[Interval]:
        """The working times from the day of `at` on, for as long as anybody works."""
        day, empty = self._date(at), 0
        while empty < _FAR:
            found = self._days.get(day) or self._of(day)
            yield from found
            empty = 0 if found else empty + 1
            day += _DAY

    def _of(self, day: date) -> tuple[Interval, ...]:
        found = self._days.get(day)
        if found is None:
            found = self._days[day] = self._instants(day, self.hours(day))
        return found

    def hours(self, day: date) -> Hours:
        """Return the intervals of a day, in minutes of its wall clock."""
        if day in self.worked:
            return self.workday
        if day in self.free or day in self.closed:
            return ()
        if day in self.exchanged:
            return self.workday
        return () if day in self.holidays else self.week[day.weekday()]

    def _instants(self, day: date, hours: Hours) -> tuple[Interval, ...]:
        """The times at which the wall clock stands within these hours of a day."""
        found: list[Interval] = []
        for start, end, offset in self._offsets(day):
            midnight = datetime.combine(day, time(), UTC) - offset
            for first, last in hours:
                a = max(start, midnight + timedelta(minutes=first))
                b = min(end, midnight + timedelta(minutes=last))
                if a < b:
                    found.append((a, b))
        return tuple(found)

    def _offsets(self, day: date) -> list[tuple[datetime, datetime, timedelta]]:
        """A day from its first to its last instant, with what the wall clock is ahead of UTC: in
        two parts where that changes."""
        first = datetime.combine(day, time(), self._zone).astimezone(UTC)
        # The next midnight: the later one where there are two, or where the night leaves it out.
        midnights = (datetime.combine(day + _DAY, time(fold=n), self._zone) for n in (0, 1))
        last = max(midnight.astimezone(UTC) for midnight in midnights)
        before, after = self._offset(first), self._offset(last - timedelta(seconds=1))
        if before == after or last <= first:
            return [(first, last, after)]
        low, high = first, last
        while high - low > timedelta(seconds=1):
            middle = low + (high - low) // 2
            if self._offset(middle) == before:
                low = middle
            else:
                high = middle
        high = high.replace(microsecond=0)
        return [(first, high, before), (high, last, after)]

    def _offset(self, at: datetime) -> timedelta:
        return at.astimezone(self._zone).utcoffset() or _NONE


#: The calendar of what names none: all time counts.
ALWAYS = Calendar("")


def read(settings: Settings) -> tuple[Mapping[str, Calendar], list[ConfigError]]:
    """Return the calendars of a configuration, and what is wrong with the others."""
    found: dict[str, Calendar] = {}
    errors: list[ConfigError] = []
    for name, written in settings.calendars.items():
        try:
            found[name] = _read(name, written, settings)
        except ConfigError as error:
            errors.append(error)
    for agent in settings.agents:
        if agent.shift is not None and agent.shift.calendar not in settings.calendars:
            place = agent.place.at("shift.calendar")
            errors.append(ConfigError(unknown(agent.shift.calendar, settings), place))
    return found, errors


def unknown(name: str, settings: Settings) -> str:
    """Say that there is no such calendar, and which one was probably meant."""
    return _("unknown calendar “{name}”{hint}").format(
        name=name, hint=hint(name, settings.calendars)
    )


def _read(name: str, written: Written, settings: Settings) -> Calendar:
    place = written.place
    days = week(written.hours, place)
    workday = day_of(written.workday_hours, place.at("workday_hours"))
    exchanged: Container[date] = ()
    holidays: Container[date] = ()
    closed: Container[date] = ()
    if written.holidays:
        from kfdesk.rules.timing.free_days import Country, Exchanged

        holidays = country = Country(written.holidays, place.at("holidays"))
        exchanged = Exchanged(country)
    if written.ical is not None:
        from kfdesk.rules.timing.free_days import Ical

        closed = Ical(written.ical, place.at("ical"))
    return Calendar(
        name,
        written.timezone or settings.desk.timezone,
        days,
        workday or next(day for day in days if day),
        frozenset(written.extra_workdays),
        frozenset(written.extra_holidays),
        exchanged,
        holidays,
        closed,
    )
