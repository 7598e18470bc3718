"""Free and worked days that a calendar takes from elsewhere: a country's holidays, an iCal file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kfdesk.errors import ConfigError, Place
from kfdesk.i18n import _
from kfdesk.rules.names import hint

if TYPE_CHECKING:
    from holidays import HolidayBase

_SATURDAY = 5
_FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")


class Country:
    """The public holidays of a country or of a part of it (CN, DE-BY), worked out year by year."""

    def __init__(self, code: str, place: Place) -> None:
        """ConfigError where there is no such country or part."""
        self._code, self._place = code, place
        if not _registered(code):
            self._days  # noqa: B018  # the library itself says what is wrong

    @cached_property
    def _days(self) -> HolidayBase:
        import holidays

        name, _dash, part = self._code.upper().partition("-")
        try:
            return holidays.country_holidays(name, subdiv=part or None)
        except NotImplementedError:
            known = holidays.list_supported_countries()
            options = [f"{name}-{one}" for one in known.get(name, ())] or list(known)
            message = _("no holidays are known of “{code}”{hint}").format(
                code=self._code, hint=hint(self._code, options)
            )
            raise ConfigError(message, self._place) from None

    def __contains__(self, day: object) -> bool:
        return day in self._days or self._joined(day)

    def _joined(self, day: object) -> bool:
        """Whether it is a weekend that a holiday makes one break of: China announces those whole,
        and the library names only the other days of them."""
        if self._code.upper() != "CN" or not isinstance(day, date) or day.weekday() < _SATURDAY:
            return False
        worked = self._days.weekend_workdays
        step = timedelta(-1 if day.weekday() == _SATURDAY else 1)
        beside, other, beyond = day + step, day - step, day - 2 * step
        return day not in worked and (
            beside in self._days
            or other in self._days
            or (other not in worked and beyond in self._days)
        )

    def exchanged(self, day: object) -> bool:
        """Whether it is a weekend that is worked in exchange for a holiday (调休)."""
        return day not in self and day in self._days.weekend_workdays


def _registered(code: str) -> bool:
    """Whether the library's register is seen to name a country and its part.

    It is read as a text, since the library costs each command 60 ms that imports it.
    """
    parts = re.fullmatch("([A-Z]{2})(?:-([A-Z0-9]{1,3}))?", code.upper())
    spec = find_spec("holidays")
    if parts is None or spec is None or spec.origin is None:
        return False
    folder = Path(spec.origin).parent
    try:
        register = (folder / "registry.py").read_text(encoding="utf-8")
        country = re.search(rf'"(\w+)": \([^)]*"{parts[1]}"', register)
        if country is None or not parts[2]:
            return country is not None
        module = folder / "countries" / f"{country[1]}.py"
        return f'"{parts[2]}"' in module.read_text(encoding="utf-8")
    except OSError:
        return False  # laid out in another way: the library is asked


class Exchanged:
    """The weekends that a country works in exchange for holidays."""

    def __init__(self, country: Country) -> None:
        self._country = country

    def __contains__(self, day: object) -> bool:
        return self._country.exchanged(day)


class Ical:
    """The days of a file's all-day events; those that repeat are worked out year by year."""

    def __init__(self, file: Path, place: Place) -> None:
        """Read a file. ConfigError names it where it cannot be read."""
        from icalendar import Calendar

        self._years: dict[int, frozenset[date]] = {}
        try:
            events = Calendar.from_ical(file.read_bytes()).walk("VEVENT")
            self._events = [found for event in events if (found := _Event.of(event))]
        except OSError as error:
            raise ConfigError(
                _("{file} cannot be read: {why}").format(file=file, why=error.strerror), place
            ) from error
        except (ValueError, TypeError, AttributeError) as error:
            raise ConfigError(
                _("{file} is no iCalendar file: {why}").format(file=file, why=error), place
            ) from error

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and day in self._of_year(day.year)

    def _of_year(self, year: int) -> frozenset[date]:
        found = self._years.get(year)
        if found is None:
            first, last = date(year, 1, 1), date(year, 12, 31)
            found = frozenset(day for event in self._events for day in event.days(first, last))
            self._years[year] = found
        return found


@dataclass(frozen=True, slots=True)
class _Event:
    """One all-day event: on which day it begins, how many it lasts, how it repeats."""

    start: date
    length: int
    repeats: Any

    @classmethod
    def of(cls, event: Any) -> _Event | None:
        """The event, if it lasts whole days and was not cancelled."""
        if "DTSTART" not in event:
            raise ValueError(_("one of its events has no start"))
        start = event["DTSTART"].dt
        if isinstance(start, datetime) or event.get("STATUS") == "CANCELLED":
            return None
        length = timedelta(1)
        if "DTEND" in event:
            length = event["DTEND"].dt - start
        elif "DURATION" in event:
            length = event["DURATION"].dt
        return cls(start, max(length.days, 1), _repeats(event, start))

    def days(self, first: date, last: date) -> Iterator[date]:
        """Its days from `first` to `last`."""
        for start in self._starts(first, last):
            begin = max(start.toordinal(), first.toordinal())
            end = min(start.toordinal() + self.length, last.toordinal() + 1)
            yield from map(date.fromordinal, range(begin, end))

    def _starts(self, first: date, last: date) -> list[date]:
        if self.repeats is None:
            return [self.start]
        earliest = date.fromordinal(max(first.toordinal() - self.length, 1))
        found = self.repeats.between(_midnight(earliest), _midnight(last), inc=True)
        return [at.date() for at in found]


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)  # noqa: DTZ001  # days have no zone


def _repeats(event: Any, start: date) -> Any:
    """What an event's RRULE, RDATE and EXDATE come to, or nothing."""
    if "RRULE" not in event and "RDATE" not in event:
        return None
    from dateutil.rrule import rruleset, rrulestr

    repeats = rruleset()
    repeats.rdate(_midnight(start))
    for rule in _listed(event, "RRULE"):
        if rule.get("FREQ", [""])[0] not in _FREQUENCIES:
            raise ValueError(_("whole days repeat by days, weeks, months or years"))
        text = ";".join(_naive(part) for part in rule.to_ical().decode().split(";"))
        repeats.rrule(rrulestr(text, dtstart=_midnight(start)))
    for day in _dates(event, "RDATE"):
        repeats.rdate(_midnight(day))
    for day in _dates(event, "EXDATE"):
        repeats.exdate(_midnight(day))
    return repeats


def _naive(part: str) -> str:
    """UNTIL as a day: with a zone it would not fit a start that has none."""
    return part[: len("UNTIL=YYYYMMDD")] if part.startswith("UNTIL=") else part


def _dates(event: Any, name: str) -> Iterator[date]:
    for listed in _listed(event, name):
        yield from (one.dt for one in listed.dts)


def _listed(event: Any, name: str) -> list[Any]:
    found = event.get(name, [])
    return found if isinstance(found, list) else [found]
