"""What a query compares with: patterns, lengths of time, days; and what they are relative to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from enum import Enum
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from kfdesk.i18n import _

if TYPE_CHECKING:
    from kfdesk.rules.timing.calendar import Calendar


@dataclass(frozen=True, slots=True)
class Scope:
    """What a query is relative to: the instant, the person who asks, and the desk's calendars."""

    now: datetime
    me: str = ""
    teams: tuple[str, ...] = ()
    timezone: str = "UTC"
    calendars: Mapping[str, Calendar] = field(default_factory=dict, compare=False)

    def working(self, calendar: str) -> bool:
        """True if it is working time there at the instant."""
        return self.calendars[calendar].open_at(self.now)


class Special(Enum):
    """Values that are no text: nobody or nothing, and the person who asks."""

    NONE = "none"
    ME = "me"


@dataclass(frozen=True, slots=True)
class Glob:
    """A text with `*` for any run of characters, folded."""

    text: str

    @property
    def regex(self) -> str:
        """The same as a pattern for a whole, folded text."""
        import re2  # three megabytes, for desks that have patterns

        return "(?s)^" + ".*".join(re2.escape(part) for part in self.text.split("*")) + "$"


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression, searched for anywhere in the normalised text."""

    regex: str


@dataclass(frozen=True, slots=True)
class Part:
    """A text looked for anywhere in the folded text."""

    text: str


@dataclass(frozen=True, slots=True)
class Between:
    """Numbers from the first to the last."""

    first: float
    last: float


class NotAValue(Exception):
    """A text is no value of its type; says what was expected."""


def pattern(text: str) -> Pattern | Part:
    """Read what stands after `~`: `/re/`, `/re/i`, or a plain text that is part of it."""
    from kfdesk.text import fold

    body = re.fullmatch(r"/(.*)/([a-z]*)", text, re.DOTALL)
    if body is None:
        if not text:
            raise NotAValue(_("a text or a /pattern/"))
        return Part(fold(text))
    if set(body[2]) - set("ims"):
        raise NotAValue(_("a pattern with the flags i, m or s, like /refund/i"))
    regex = f"(?{body[2]})" * bool(body[2]) + body[1]
    import re2

    options = re2.Options()
    options.log_errors = False
    try:
        re2.compile(regex, options)
    except re2.error as error:
        why = error.args[0].decode() if isinstance(error.args[0], bytes) else str(error)
        raise NotAValue(_("a pattern that compiles ({why})").format(why=why)) from error
    return Pattern(regex)


_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_LENGTH = re.compile(r"(?:\d{1,6}(?:\.\d{1,3})?[smhdw])+")
_PIECE = re.compile(r"([\d.]+)([smhdw])")


def length(text: str) -> timedelta:
    """Read a length of time: `90s`, `15m`, `4h`, `3d`, `2w`, `1h30m`."""
    if not _LENGTH.fullmatch(text) or len(text) > 40:
        raise NotAValue(_("a length of time, like 30m, 4h, 2d or 1w"))
    return timedelta(seconds=sum(float(n) * _UNITS[unit] for n, unit in _PIECE.findall(text)))


#: Words for days, with what they start and end at: (unit, how many of it ago).
DAY_WORDS = {
    "today": ("day", 0),
    "yesterday": ("day", 1),
    "tomorrow": ("day", -1),
    "week": ("week", 0),
    "lastweek": ("week", 1),
    "month": ("month", 0),
    "lastmonth": ("month", 1),
    "year": ("year", 0),
    "lastyear": ("year", 1),
}
_DATE = re.compile(
    r"(?P<year>[12]\d{3})(?:-(?P<month>\d\d)(?:-(?P<day>\d\d)(?:T(?P<time>\d\d:\d\d(?::\d\d)?)"
    r"(?P<zone>Z|[+-]\d\d:\d\d)?)?)?)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of time as it was written: a day, a month, an instant, `today`, `a..b`."""

    text: str

    @classmethod
    def read(cls, text: str) -> Period:
        """Check that the text names a time. NotAValue where it does not."""
        found = cls(text.lower())
        found.bounds(Scope(datetime(2020, 1, 1, tzinfo=UTC)))
        return found

    def bounds(self, scope: Scope) -> tuple[datetime, datetime]:
        """Return its first instant and the first one after it, in the scope's time zone."""
        first, dots, last = self.text.partition("..")
        try:
            if not dots:
                return _bounds(first, scope)
            start = _bounds(first, scope)[0] if first else datetime(1970, 1, 1, tzinfo=UTC)
            end = _bounds(last, scope)[1] if last else datetime(9000, 1, 1, tzinfo=UTC)
        except (ValueError, OverflowError) as error:
            raise NotAValue(_("a date that exists ({why})").format(why=error)) from error
        if not (first or last):
            raise _no_date()
        return start, end

    def days(self, scope: Scope) -> tuple[str, str]:
        """Return its first day and the first one after it, as the desk's calendar has them."""
        zone = ZoneInfo(scope.timezone)
        first, after = (at.astimezone(zone).date().isoformat() for at in self.bounds(scope))
        return first, after


def number(text: str) -> float | Between:
    """Read a number, or a range of them: `3`, `-2.5`, `1..5`."""
    first, dots, last = text.partition("..")
    return Between(_number(first), _number(last)) if dots else _number(text)


def _number(text: str) -> float:
    if not re.fullmatch(r"[+-]?\d{1,15}(\.\d{1,9})?", text):
        raise NotAValue(_("a number, or a range like 1..5"))
    return float(text) if "." in text else int(text)


def days(text: str) -> Period:
    """Read a day or several: `2026-11-01`, `2026-11`, `today`, `a..b`."""
    if re.search(r"\dT|now", text, re.IGNORECASE):
        raise NotAValue(_("days, like 2026-11-01, 2026-11, today, or a range a..b"))
    return Period.read(text)


def _no_date() -> NotAValue:
    return NotAValue(
        _(
            "a date like 2026-11-01, 2026-11, 2026-11-11T09:00, a range a..b, or one of {words}"
        ).format(words=", ".join(DAY_WORDS))
    )


def _bounds(text: str, scope: Scope) -> tuple[datetime, datetime]:
    zone = ZoneInfo(scope.timezone)
    if text == "now":
        return scope.now, scope.now + timedelta(milliseconds=1)
    if text in DAY_WORDS:
        unit, ago = DAY_WORDS[text]
        return _stretch(unit, scope.now.astimezone(zone).replace(tzinfo=None), ago, zone)
    found = _DATE.fullmatch(text)
    if found is None:
        raise _no_date()
    naive = datetime(int(found["year"]), int(found["month"] or 1), int(found["day"] or 1))  # noqa: DTZ001
    if found["time"] is None:
        unit = "day" if found["day"] else "month" if found["month"] else "year"
        return _stretch(unit, naive, 0, zone)
    clock = time.fromisoformat(found["time"])
    suffix = found["zone"]
    instant = datetime.combine(naive, clock).replace(tzinfo=zone)
    if suffix:
        instant = datetime.fromisoformat(
            f"{instant.replace(tzinfo=None).isoformat()}{suffix.upper()}"
        )
    step = timedelta(seconds=1) if len(found["time"]) > 5 else timedelta(minutes=1)
    return instant.astimezone(UTC), instant.astimezone(UTC) + step


def _stretch(unit: str, at: datetime, ago: int, zone: ZoneInfo) -> tuple[datetime, datetime]:
    day = at.replace(hour=0, minute=0, second=0, microsecond=0)
    if unit == "day":
        start, end = day - timedelta(ago), day - timedelta(ago - 1)
    elif unit == "week":
        start = day - timedelta(day.weekday() + 7 * ago)
        end = start + timedelta(7)
    elif unit == "month":
        months = day.year * 12 + day.month - 1 - ago
        start, end = (
            day.replace(year=n // 12, month=n % 12 + 1, day=1) for n in (months, months + 1)
        )
    else:
        start, end = (day.replace(year=day.year + n, month=1, day=1) for n in (-ago, 1 - ago))
    return start.replace(tzinfo=zone).astimezone(UTC), end.replace(tzinfo=zone).astimezone(UTC)


Value = str | float | bool | timedelta | Between | Glob | Pattern | Part | Period | Special
