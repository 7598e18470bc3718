"""A report: one measure, told apart by time and groups, over a part of the past."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from kfdesk.desk import Desk
from kfdesk.desk.replay.when import instant
from kfdesk.errors import UserError
from kfdesk.i18n import _
from kfdesk.reports import periods
from kfdesk.reports.measures import BY_NAME, TIMES, Measure, check_by, measure
from kfdesk.rules.language.query import parse
from kfdesk.settings import Report
from kfdesk.store import reporting
from kfdesk.store.sources import Window
from kfdesk.store.tx import Tx

#: What happens now is a part of the time up to now.
INSTANT = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a report is asked for; the same keys as a `[[report]]`."""

    measure: str
    by: tuple[str, ...] = ("day",)
    where: str = ""
    since: str = "30d"
    until: str = ""
    chart: str = "bar"
    title: str = ""

    @classmethod
    def of(cls, one: Report) -> Asked:
        """What a report of the configuration asks for."""
        title = one.title or one.name
        return cls(one.measure, one.by, one.where, one.since, "", one.chart, title)

    @property
    def time(self) -> str:
        """The unit of time that it is told apart by, if any."""
        return next((name for name in self.by if name in TIMES), "")

    @property
    def groups(self) -> tuple[str, ...]:
        """What it is told apart by beside time."""
        return tuple(name for name in self.by if name not in TIMES)


@dataclass(frozen=True, slots=True)
class Figure:
    """What facts come to: `value` is none where there was none; `nine` bounds nine in ten."""

    n: int
    value: float | None
    nine: float | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What was found: a figure for every key, in the order of `by`, and one for the whole."""

    asked: Asked
    measure: Measure
    start: datetime
    end: datetime
    lines: tuple[tuple[tuple[str, ...], Figure], ...]
    total: Figure
    zone: ZoneInfo = field(repr=False)

    def rows(self) -> Iterator[dict[str, Any]]:
        """One object a line, as `kfdesk report --json` prints it."""
        for keys, figure in self.lines:
            row: dict[str, Any] = dict(zip(self.asked.by, keys, strict=True))
            yield row | _json(self.measure, figure)


def _json(what: Measure, figure: Figure) -> dict[str, Any]:
    row: dict[str, Any] = {"measure": what.name, "value": figure.value, "n": figure.n}
    return row | ({"nine_in_ten": figure.nine} if what.how == "middle" else {})


def named(desk: Desk, name: str) -> Asked:
    """Return what a report of the configuration asks for. UserError where there is none."""
    for one in desk.settings.reports:
        if one.name == name:
            return Asked.of(one)
    if name in BY_NAME:
        return Asked(name)
    known = ", ".join(one.name for one in desk.settings.reports) or "–"
    raise UserError(
        _("there is no report “{name}”; the configuration has {known}").format(
            name=name, known=known
        )
    )


def report(desk: Desk, asked: Asked, me: str = "", tx: Tx | None = None) -> Result:
    """Measure. UserError for what cannot be measured so, QueryError for a wrong query."""
    what = measure(asked.measure)
    check_by(asked.by)
    now, zone = desk.clock(), ZoneInfo(desk.settings.desk.timezone)
    start = _start(asked, now, zone)
    end = instant(asked.until, now, zone.key) if asked.until else now + INSTANT
    if what.how == "level" and asked.time == "hour":
        raise UserError(_("--by hour: what is open at the end of an hour of all days is no figure"))
    if start >= end:
        raise UserError(
            _("nothing lies between {since} and {until}").format(
                since=asked.since, until=asked.until or _("now")
            )
        )
    if tx is None:
        with desk.store.read() as opened:
            return _measured(desk, opened, asked, what, (start, end), me)
    return _measured(desk, tx, asked, what, (start, end), me)


def _start(asked: Asked, now: datetime, zone: ZoneInfo) -> datetime:
    """Where it begins: a length of days, weeks or months begins with a whole day."""
    at = instant(asked.since, now, zone.key)
    if asked.time in ("", "hour") and not asked.since.endswith(("d", "w")):
        return at
    return periods.midnight(at, zone)


def _measured(
    desk: Desk, tx: Tx, asked: Asked, what: Measure, span: tuple[datetime, datetime], me: str
) -> Result:
    start, end = span
    now, zone = desk.clock(), ZoneInfo(desk.settings.desk.timezone)
    query, scope = parse(asked.where, desk.known), desk.scope(me)
    level = what.how == "level"
    until = max(end, now + INSTANT) if level else end
    window = Window.of(tx, start, until, periods.offsets(start, until, zone))
    time = asked.time
    if level and not time:
        window = replace(window, start=int(end.timestamp() * 1000))
    found: dict[tuple[str, ...], Counter[int]] = defaultdict(Counter)
    source = "flow" if level else what.name
    unit = periods.unit(time)
    for fact in reporting.facts(tx, source, window, asked.groups, unit, query, scope):
        found[_key(asked, periods.key(time, fact.time), fact.groups)][fact.value] += fact.n
    every = list(periods.between(time, start, end, zone)) if time else []
    if level:
        open_now = reporting.standing(tx, asked.groups, query, scope)
        later = list(periods.between(time, start, until, zone)) if time else []
        figures = _levels(asked, found, open_now, later)
        figures = {
            key: one for key, one in figures.items() if not time or _time(asked, key) in every
        }
        total = _last(asked, figures, every)
    else:
        whole: Counter[int] = Counter()
        for values in found.values():
            whole.update(values)
        total = figure(what, whole)
        figures = {key: figure(what, values) for key, values in found.items()}
    if time and not asked.groups:
        figures = {(one,): figures.get((one,), Figure(0, _nothing(what))) for one in every}
    lines = sorted(figures.items(), key=lambda line: _order(asked, line))
    return Result(asked, what, start, end, tuple(lines), total, zone)


def _nothing(what: Measure) -> float | None:
    """What stands where nothing happened."""
    return 0 if what.how in ("count", "sum", "level") else None


def _key(asked: Asked, time: str, groups: Sequence[str]) -> tuple[str, ...]:
    """The keys in the order in which they were asked for."""
    rest = iter(groups)
    return tuple(time if name in TIMES else next(rest) for name in asked.by)


def _time(asked: Asked, key: tuple[str, ...]) -> str:
    return key[asked.by.index(asked.time)]


def _order(asked: Asked, line: tuple[tuple[str, ...], Figure]) -> tuple[Any, ...]:
    """Time first, as it goes; then the largest."""
    key, one = line
    time = _time(asked, key) if asked.time else ""
    return time, -(one.value if one.value is not None else -1), key


def figure(what: Measure, values: Mapping[int, int]) -> Figure:
    """What facts come to, {value: how many}."""
    n = sum(values.values())
    total = sum(value * count for value, count in values.items())
    if what.how == "count":
        return Figure(n, n)
    if what.how == "sum":
        return Figure(n, total)
    if not n:
        return Figure(0, None)
    if what.how == "middle":
        middle, nine = _ranked(values, (0.5, 0.9))
        return Figure(n, middle, nine)
    return Figure(n, total / n)


def _ranked(values: Mapping[int, int], shares: Iterable[float]) -> list[float]:
    """The least values that so large a share of all does not exceed."""
    n = sum(values.values())
    wanted, found, seen = list(shares), [], 0
    for value in sorted(values):
        seen += values[value]
        while wanted and seen >= wanted[0] * n:
            found.append(float(value))
            del wanted[0]
    return found


def _levels(
    asked: Asked,
    flows: Mapping[tuple[str, ...], Counter[int]],
    open_now: Mapping[tuple[str, ...], int],
    every: Sequence[str],
) -> dict[tuple[str, ...], Figure]:
    """What stood open at the end of each period, counted back from now."""

    def moved(key: tuple[str, ...]) -> int:
        return sum(value * n for value, n in flows.get(key, {}).items())

    bare = {tuple(k for k, name in zip(key, asked.by, strict=True) if name not in TIMES)
            for key in flows} | set(open_now)  # fmt: skip
    found: dict[tuple[str, ...], Figure] = {}
    for groups in bare:
        level = open_now.get(groups, 0)
        if not asked.time:
            level -= moved(groups)
            found[groups] = Figure(level, level)
            continue
        for period in reversed(every):
            key = _key(asked, period, groups)
            found[key] = Figure(level, level)
            level -= moved(key)
    return found


def _last(asked: Asked, figures: Mapping[tuple[str, ...], Figure], every: Sequence[str]) -> Figure:
    """What stood open at the end of the whole."""
    level = sum(
        one.n for key, one in figures.items() if not asked.time or _time(asked, key) == every[-1]
    )
    return Figure(level, level)
