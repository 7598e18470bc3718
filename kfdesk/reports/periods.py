"""Hours, days, weeks and months of the desk's own time zone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from kfdesk.i18n import _
from kfdesk.store.sources import DAY, HOUR

_FIRST = date(1970, 1, 1)
_STEP = timedelta(hours=1)


def offsets(start: datetime, end: datetime, zone: ZoneInfo) -> list[tuple[int, int]]:
    """Return (instant, how far local time is ahead of UTC from then on), all in milliseconds."""
    found: list[tuple[int, int]] = []
    at = start.replace(minute=0, second=0, microsecond=0)
    while at <= end:
        ahead = at.astimezone(zone).utcoffset() or timedelta(0)
        ms = int(ahead.total_seconds() * 1000)
        if not found or found[-1][1] != ms:
            found.append((int(at.timestamp() * 1000), ms))
        at += _STEP
    return found


def unit(time: str) -> int:
    """The milliseconds by which facts are added up for a unit of time; 0 for none."""
    return {"": 0, "hour": HOUR}.get(time, DAY)


def key(time: str, count: int) -> str:
    """The name of the hour of day, the day, week or month that local units since 1970 are in."""
    if not time:
        return ""
    if time == "hour":
        return f"{count % 24:02d}:00"
    return name(time, _FIRST + timedelta(days=count))


def name(time: str, day: date) -> str:
    """The name of the day, week or month that a day is in: `2026-11-22`, `2026-W47`, `2026-11`."""
    if time == "week":
        year, week, _weekday = day.isocalendar()
        return f"{year}-W{week:02d}"
    return day.isoformat() if time == "day" else f"{day:%Y-%m}"


def between(time: str, start: datetime, end: datetime, zone: ZoneInfo) -> Iterator[str]:
    """Every period from one instant to another, those in which nothing happened too."""
    if time == "hour":
        yield from (f"{hour:02d}:00" for hour in range(24))
        return
    day, last = start.astimezone(zone).date(), (end - timedelta(microseconds=1)).astimezone(zone)
    before = ""
    while day <= last.date():
        if (found := name(time, day)) != before:
            yield found
        before = found
        day += timedelta(days=1)


def shown(time: str, period: str) -> str:
    """A period as a person reads it: a day with its weekday."""
    if time != "day":
        return period
    day = date.fromisoformat(period)
    weekdays = (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun"))
    return f"{period} {weekdays[day.weekday()]}"


def midnight(now: datetime, zone: ZoneInfo, days_ago: int = 0) -> datetime:
    """When today, or a day before it, began."""
    day = now.astimezone(zone).date() - timedelta(days=days_ago)
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
