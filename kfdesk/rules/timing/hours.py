"""The hours of a calendar as they are written: runs of days, and the intervals of a day."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from kfdesk.errors import ConfigError, Place
from kfdesk.i18n import _
from kfdesk.rules.names import hint

#: The intervals of a day in minutes of the wall clock, in order.
Hours = tuple[tuple[int, int], ...]

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MIDNIGHT = 24 * 60
WHOLE_DAY: Hours = ((0, MIDNIGHT),)

_TIME = r"(\d{1,2}):([0-5]\d)"
_INTERVAL = re.compile(rf"\s*{_TIME}\s*[-–]\s*{_TIME}\s*", re.ASCII)


def week(written: Mapping[str, Sequence[str]], place: Place) -> tuple[Hours, ...]:
    """Return the intervals of each day from Monday on; nothing written is all week.

    ConfigError where a day or an interval cannot be read, intervals overlap, or nobody ever works.
    """
    if not written:
        return (WHOLE_DAY,) * 7
    found: list[list[str]] = [[] for _day in DAYS]
    last = place.at("hours")
    for key, intervals in written.items():
        last = place.at(f"hours.{key}")
        for day in _days(key, last):
            found[day].extend(intervals)
            day_of(found[day], last)
    days = tuple(day_of(intervals, last) for intervals in found)
    if not any(days):
        raise ConfigError(
            _(
                "nobody ever works by this calendar: give at least one day an interval, "
                "or leave `hours` out for a calendar that is always open"
            ),
            place.at("hours"),
        )
    return days


def day_of(written: Iterable[str], place: Place) -> Hours:
    """Return the intervals of one day, in order. ConfigError if one is wrong or two overlap."""
    found = sorted((_interval(text, place), text) for text in written)
    for (before, one), (after, other) in pairwise(found):
        if after[0] < before[1]:
            raise ConfigError(
                _("the intervals {one} and {other} overlap").format(one=one, other=other), place
            )
    return tuple(interval for interval, _text in found)


def _days(key: str, place: Place) -> list[int]:
    """`mon`, `mon-fri`, `fri-mon`: the numbers of the days."""
    first, dash, last = (part.strip() for part in key.lower().partition("-"))
    ends = [first, last] if dash else [first]
    for name in ends:
        if name not in DAYS:
            raise ConfigError(
                _("unknown day “{name}”{hint}").format(name=name, hint=hint(name, DAYS)), place
            )
    start, stop = DAYS.index(ends[0]), DAYS.index(ends[-1])
    return [(start + ahead) % 7 for ahead in range((stop - start) % 7 + 1)]


def _interval(text: str, place: Place) -> tuple[int, int]:
    """`09:00-12:00` as minutes of the day."""
    parts = _INTERVAL.fullmatch(text)
    if parts is None:
        message = _("expected an interval like 09:00-12:00, not “{text}”")
        raise ConfigError(message.format(text=text), place)
    hour, minute, to_hour, to_minute = map(int, parts.groups())
    start, end = hour * 60 + minute, to_hour * 60 + to_minute
    if max(start, end) > MIDNIGHT:
        raise ConfigError(_("a day ends at 24:00, not as in “{text}”").format(text=text), place)
    if start == end:
        raise ConfigError(_("the interval “{text}” is empty").format(text=text), place)
    if start > end:
        raise ConfigError(
            _(
                "“{text}” goes past midnight: write it in two, {before} on this day "
                "and {after} on the next"
            ).format(text=text, before=f"{_clock(start)}-24:00", after=f"00:00-{_clock(end)}"),
            place,
        )
    return start, end


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
