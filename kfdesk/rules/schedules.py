"""When a schedule looks: `hour`, `15m`, `day 09:00`, `mon 09:00`, in the desk's time zone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from kfdesk.rules.actions import Snooze

_LENGTH = re.compile(r"([0-9]{1,6})\s*([smhdw])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Every:
    """The instants of one schedule."""

    text: str

    def after(self, at: datetime, zone: ZoneInfo) -> datetime:
        """Return its first instant behind `at`."""
        if self.text == "hour" or self.text[-1] in "mh":
            return self._step(at, zone)
        day, clock = self.text.split()
        hour, minute = map(int, clock.split(":"))
        local = at.astimezone(zone)
        for ahead in range(9):
            date = local.date() + timedelta(ahead)
            if day not in ("day", _DAYS[date.weekday()]):
                continue
            wall = datetime(date.year, date.month, date.day, hour, minute, tzinfo=zone)
            if (found := wall.astimezone(UTC)) > at:
                return found
        raise AssertionError(self.text)

    def _step(self, at: datetime, zone: ZoneInfo) -> datetime:
        """Full hours and the like of the wall clock's day, counted from its midnight."""
        length = timedelta(hours=1)
        if self.text != "hour":
            unit = {"m": "minutes", "h": "hours"}[self.text[-1]]
            length = timedelta(**{unit: int(self.text[:-1])})
        local = at.astimezone(zone)
        midnight = datetime(local.year, local.month, local.day, tzinfo=zone).astimezone(UTC)
        return midnight + ((at - midnight) // length + 1) * length


def snoozed_until(action: Snooze, now: datetime, timezone: str) -> datetime:
    """Return when a ticket that is put aside now comes back: "3d" from now, or at "mon 09:00"."""
    if length := _LENGTH.fullmatch(action.until):
        return now + timedelta(**{_UNITS[length[2]]: int(length[1])})
    return Every(action.until).after(now, ZoneInfo(timezone))
