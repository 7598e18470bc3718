"""When a schedule looks: `hour`, `15m`, `day 09:00`, `mon 09:00`, in the desk's time zone.

The desk asks this each minute before it imports anything else: nothing heavy is imported here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from kfdesk.rules.actions import Snooze

_LENGTH = re.compile(r"([0-9]{1,6})\s*([smhdw])")
#: For how long, or up to when, a ticket is put aside.
UNTIL = re.compile(
    r"[1-9][0-9]{0,5}[smhdw]"
    r"|(?:day|mon|tue|wed|thu|fri|sat|sun) (?:[01][0-9]|2[0-3]):[0-5][0-9]"
)
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Every:
    """The instants of one schedule.

    Steps of an hour at most are the instants at which the wall clock reads a full one, counted
    from its midnight: in a night that has an hour twice, they come twice. A time of day, and
    longer steps, come once each day: the first time that the clock reads so or, where it leaps
    over that time, as much later as it leaps.
    """

    text: str

    @property
    def step(self) -> int:
        """The minutes from one instant to the next; 0 for a time of day."""
        if self.text == "hour":
            return 60
        return (
            int(self.text[:-1]) * {"m": 1, "h": 60}[self.text[-1]] if self.text[0].isdigit() else 0
        )

    def after(self, at: datetime, zone: ZoneInfo) -> datetime:
        """Return its first instant behind `at`."""
        if 0 < self.step <= 60:
            return _reading(self.step, at, zone)
        # A clock that leaps gives a day's times at another day's: so the day before counts too.
        found = (wall.astimezone(UTC) for wall in self._walls(at.astimezone(zone)))
        return min(instant for instant in found if instant > at)

    def _walls(self, local: datetime) -> Iterator[datetime]:
        """The times of the days around, up to where there is one ahead for certain."""
        if self.step:
            times = [divmod(minute, 60) for minute in range(0, 1440, self.step)]
            days, only = range(-1, 3), "day"
        else:
            only, clock = self.text.split()
            hour, minute = clock.split(":")
            times = [(int(hour), int(minute))]
            days = range(-1, 3) if only == "day" else range(-1, 10)
        for ahead in days:
            date = local.date() + timedelta(ahead)
            if only in ("day", _DAYS[date.weekday()]):
                for hours, minutes in times:
                    yield datetime(
                        date.year, date.month, date.day, hours, minutes, tzinfo=local.tzinfo
                    )


def _reading(step: int, at: datetime, zone: ZoneInfo) -> datetime:
    """The first instant behind `at` when the wall clock's minutes of the day are full steps."""
    local = at.astimezone(zone)
    begun = timedelta(seconds=local.second, microseconds=local.microsecond)
    minute = at.astimezone(UTC) - begun
    today = local.hour * 60 + local.minute
    ahead = min(step - today % step, 1440 - today)
    found = minute + ahead * _MINUTE
    if found.astimezone(zone).utcoffset() == local.utcoffset():
        return found
    while True:  # the clock leaps on the way
        minute += _MINUTE
        local = minute.astimezone(zone)
        if (local.hour * 60 + local.minute) % step == 0:
            return minute


def snoozed_until(action: Snooze, now: datetime, timezone: str) -> datetime:
    """Return when a ticket that is put aside now comes back: "3d" from now, or at "mon 09:00"."""
    if length := _LENGTH.fullmatch(action.until):
        return now + timedelta(**{_UNITS[length[2]]: int(length[1])})
    return Every(action.until).after(now, ZoneInfo(timezone))
