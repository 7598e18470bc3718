"""Times as a person says them: how long ago, and how long until."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from kfdesk.i18n import _

_MINUTE, _HOUR, _DAY = 60, 3600, 86400
#: Up to here a time is said as how long ago it was, then as a date.
RECENT = timedelta(days=14)


def ago(at: datetime, now: datetime, zone: ZoneInfo) -> str:
    """A time past in at most six cells: `now`, `5m`, `3h`, `2d`, `11-03`, `2024`."""
    seconds = (now - at).total_seconds()
    if seconds < _MINUTE:
        return _("now")
    if seconds < RECENT.total_seconds():
        return span(timedelta(seconds=seconds))
    local = at.astimezone(zone)
    return local.strftime("%m-%d") if seconds < 300 * _DAY else local.strftime("%Y")


def span(time: timedelta) -> str:
    """A length of time in its largest unit."""
    seconds = int(time.total_seconds())
    if seconds < _MINUTE:
        return _("{n}s").format(n=seconds)
    if seconds < _HOUR:
        return _("{n}m").format(n=seconds // _MINUTE)
    if seconds < _DAY:
        return _("{n}h").format(n=seconds // _HOUR)
    return _("{n}d").format(n=seconds // _DAY)


def left(due: datetime, now: datetime) -> str:
    """The time until `due`, with a minus once it has passed."""
    rest = due - now
    return span(rest) if rest >= timedelta(0) else "-" + span(-rest)


def clock(at: datetime, now: datetime, zone: ZoneInfo) -> str:
    """A moment: the time today, else the date and the time."""
    local, today = at.astimezone(zone), now.astimezone(zone)
    if local.date() == today.date():
        return local.strftime("%H:%M")
    return local.strftime("%m-%d %H:%M" if local.year == today.year else "%Y-%m-%d %H:%M")
