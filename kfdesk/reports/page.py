"""A report as lines for a width: the same for the command line and the console."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from rich.cells import cell_len

from kfdesk import labels
from kfdesk.cells import fit
from kfdesk.desk.why.paper import Line, Paper
from kfdesk.desk.why.words import span
from kfdesk.i18n import _, pgettext
from kfdesk.reports import periods
from kfdesk.reports.chart import bar, spark, squeeze
from kfdesk.reports.measures import TIMES, Measure, dimension
from kfdesk.reports.report import Asked, Figure, Result

_LEAST_BAR = 8
_MOST_BAR = 60


def page(paper: Paper, found: Result) -> Iterator[Line]:
    """The title, the whole, and a line with a bar for each figure."""
    yield from head(paper, found)
    yield ()
    if not found.lines:
        yield from paper.text((_("nothing of this happened then"), "muted"), indent=2)
        return
    yield from table(paper, found)


def title(asked: Asked, what: Measure) -> str:
    """What a report is called."""
    by = _(", ").join(dimension(name) for name in asked.by)
    told = _("{measure} by {by}").format(measure=what.title, by=by) if by else what.title
    return f"{asked.title} · {told}" if asked.title else told


def head(paper: Paper, found: Result) -> Iterator[Line]:
    """What was measured, of which tickets, when, and what it came to as a whole."""
    asked, words = found.asked, paper.words
    yield from paper.text((title(asked, found.measure), "strong"))
    span = _("{since} to {until}").format(
        since=words.moment(found.start), until=words.moment(found.end)
    )
    where = f" · {asked.where}" if asked.where else ""
    yield from paper.text((span + where, "muted"))
    yield from paper.text((_total(found), "text"))
    if asked.chart != "none" and asked.by == (asked.time,) and len(found.lines) > 1:
        values = [figure.value for _keys, figure in found.lines]
        yield from paper.text((spark(squeeze(values, paper.width - 2)), "primary"))


def _total(found: Result) -> str:
    what, total = found.measure, found.total
    told = value(what, total)
    if what.how == "level":
        return _("{n} at the end").format(n=told)
    if what.how == "count" or what.how == "sum":
        return _("{n} in total").format(n=told)
    if not total.n:
        return _("none in total")
    if what.how == "middle":
        return _("median {median}, nine in ten within {nine}, of {n}").format(
            median=told, nine=length(total.nine), n=f"{total.n:,}"
        )
    return _("{value} of {n}").format(value=told, n=f"{total.n:,}")


def value(what: Measure, figure: Figure) -> str:
    """A figure in its unit; a dash where there is none."""
    if figure.value is None:
        return "–"
    if what.seconds:
        return length(figure.value)
    if what.how == "share":
        return f"{figure.value:.1%}"
    return f"{figure.value:.2f}" if what.how == "mean" else f"{int(figure.value):,}"


def length(seconds: float | None) -> str:
    """A length of time in its two largest units."""
    return "–" if seconds is None else span(timedelta(seconds=round(seconds)))


def key(paper: Paper, name: str, text: str) -> str:
    """What a figure is about, in words; of an empty group, that it is empty."""
    if name in TIMES:
        return periods.shown(name, text)
    if not text:
        return _("nobody") if name == "agent" else pgettext("a group", "none")
    if name in ("agent", "team"):
        return paper.words.person(text)
    return labels.value(name, text) if name == "priority" else text


def table(paper: Paper, found: Result) -> Iterator[Line]:
    """A line for each figure: what it is about, the figure, and its bar."""
    asked, what = found.asked, found.measure
    rows = [[key(paper, n, k) for n, k in zip(asked.by, keys, strict=True)] or [_("all")]
            for keys, _figure in found.lines]  # fmt: skip
    figures = [figure for _keys, figure in found.lines]
    titles = [dimension(name) for name in asked.by] or [""]
    columns = _widths(titles, rows, paper.width)
    extra = what.how in ("middle", "mean", "share")
    values = [value(what, figure) for figure in figures]
    wide = max(cell_len(v) for v in [*values, pgettext("column", "figure")])
    counts = [f"{figure.n:,}" for figure in figures] if extra else []
    counted = (
        max((cell_len(n) for n in [*counts, pgettext("column", "of")]), default=0) if extra else 0
    )
    used = sum(columns) + 2 * len(columns) + wide + 2 + (counted + 2 if extra else 0)
    room = min(_MOST_BAR, paper.width - used)
    most = max((figure.value or 0 for figure in figures), default=0)
    heads = [(fit(t, w) + "  ", "faint") for t, w in zip(titles, columns, strict=True)]
    yield (
        *heads,
        (fit(pgettext("column", "figure"), wide, "right"), "faint"),
        *([("  " + fit(pgettext("column", "of"), counted, "right"), "faint")] if extra else []),
    )
    drawn = asked.chart == "bar" and room >= _LEAST_BAR
    for row, figure, shown, n in zip(
        rows, figures, values, counts or [""] * len(rows), strict=True
    ):
        cells = [(fit(text, w) + "  ", "text") for text, w in zip(row, columns, strict=True)]
        line = [*cells, (fit(shown, wide, "right"), "strong")]
        if extra:
            line.append(("  " + fit(n, counted, "right"), "muted"))
        if drawn:
            line.append(("  " + bar(figure.value or 0, most, room - 2), "primary"))
        yield tuple(line)


def _widths(titles: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> list[int]:
    """The cells of each column of words: what they need, and no more than their share."""
    share = max(10, (width // 2) // max(1, len(titles)))
    return [
        min(share, max(cell_len(text) for text in (titles[n], *(row[n] for row in rows))))
        for n in range(len(titles))
    ]
