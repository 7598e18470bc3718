"""What was promised to the customer: each clock, what counted, what paused it, what is left."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from kfdesk import labels
from kfdesk.desk.timing.counted import Counted, Pause
from kfdesk.desk.why.paper import Line, Paper
from kfdesk.desk.why.words import Words, span
from kfdesk.i18n import _, pgettext
from kfdesk.text import clean_line

#: More intervals than that are folded: the first and the last ones tell the rest.
_MOST = 8


def deadlines(paper: Paper, clocks: Sequence[Counted], *, unfolded: bool) -> Iterator[Line]:
    """Every clock; those that run first."""
    for clock in sorted(clocks, key=lambda clock: bool(clock.met_at or clock.dropped_at)):
        yield from _clock(paper, clock, unfolded)


def _clock(paper: Paper, clock: Counted, unfolded: bool) -> Iterator[Line]:
    words = paper.words
    state, style = _state(clock, words)
    allowed = _("{time} allowed").format(time=span(clock.allowed))
    yield from paper.text(
        (labels.target(clock.target) + "  ", "strong"), (state, style), indent=2, hang=2
    )
    calendar = clean_line(clock.calendar)
    by = (
        _("working time of “{calendar}”").format(calendar=calendar)
        if calendar
        else _("all time counts")
    )
    policy = _("policy “{policy}”").format(policy=clean_line(clock.policy))
    started = _("since {time}").format(time=words.moment(clock.started_at))
    told = pgettext("clauses", ", ").join((policy, allowed, by, started))
    yield from paper.text((told, "muted"), indent=6, hang=2)
    if clock.breached_at is not None:
        who = words.person(clock.holder) or words.person(clock.team) or _("nobody")
        late = _("missed at {time}, while {who} had it").format(
            time=words.moment(clock.breached_at), who=who
        )
        yield from paper.text((late, "error"), indent=6, hang=2)
    elif clock.warned_at is not None:
        warned = _("warned at {time}").format(time=words.moment(clock.warned_at))
        yield from paper.text((warned, "warning"), indent=6)
    yield from _stretches(paper, clock, unfolded)


def _state(clock: Counted, words: Words) -> tuple[str, str]:
    """How the promise stands, and how to show it."""
    if clock.met_at is not None:
        at = words.moment(clock.met_at)
        used = span(clock.used)
        if clock.over:
            text = _("met late at {time}: {used} used, over by {over}")
            return text.format(time=at, used=used, over=span(clock.over)), "error"
        return _("met at {time}, after {used}").format(time=at, used=used), "success"
    if clock.dropped_at is not None:
        at = words.moment(clock.dropped_at)
        return _("no longer promised since {time}").format(time=at), "muted"
    if clock.over:
        return _("over by {time}").format(time=span(clock.over)), "error"
    left = span(clock.left)
    if not clock.runs:
        return _("paused, {time} left").format(time=left), "warning"
    if clock.due_at is None:
        return _("{time} left").format(time=left), "text"
    due = words.moment(clock.due_at)
    style = "warning" if clock.warned_at else "text"
    return _("{time} left, due at {due}").format(time=left, due=due), style


def _stretches(paper: Paper, clock: Counted, unfolded: bool) -> Iterator[Line]:
    """What counted and where it stood, in the order of time, with what was used by then."""
    words = paper.words
    total = clock.allowed - clock.allowed
    rows: list[tuple[datetime, str, str, str]] = []
    for start, end in clock.intervals:
        total += end - start
        sum_ = _("{time}, {total} in all").format(time=span(end - start), total=span(total))
        rows.append((start, "+", words.between(start, end), sum_))
    rows += [(p.start, "‖", words.between(p.start, p.end), _stood(p)) for p in clock.pauses]
    rows.sort(key=lambda row: row[0])
    hidden = 0
    if len(rows) > _MOST and not unfolded:
        hidden = len(rows) - _MOST
        rows[_MOST // 2 : -(_MOST // 2)] = []
    lines = [(f"{sign} {time}", text) for _start, sign, time, text in rows]
    for n, line in enumerate(
        paper.table(lines, ("muted", "muted"), 6, (min(44, paper.width // 2),))
    ):
        if hidden and n == _MOST // 2:
            more = _("… {n} more (--all)").format(n=hidden)
            yield from paper.text((more, "faint"), indent=6)
        yield line


def _stood(pause: Pause) -> str:
    if pause.status is None:
        return _("paused: nobody waited for an answer")
    return _("paused: {status}").format(status=labels.status(pause.status, pause.substatus))
