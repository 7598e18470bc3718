"""Reports and the board on stdout: lines, JSON, CSV."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from kfdesk.output import line, record
from kfdesk.output.terminal import console, laid_out

if TYPE_CHECKING:
    from kfdesk.desk.tickets.search import Found
    from kfdesk.reports.board import Board
    from kfdesk.reports.report import Result
    from kfdesk.settings import Settings


def print_report(found: Result, settings: Settings, *, as_json: bool, as_csv: bool) -> None:
    """Print a report."""
    if as_json:
        for row in found.rows():
            record(row)
        return
    if as_csv:
        text = io.StringIO()
        names = [*found.asked.by, "measure", "value", "n"]
        names += ["nine_in_ten"] if found.measure.how == "middle" else []
        writer = csv.DictWriter(text, names, lineterminator="\n")
        writer.writeheader()
        writer.writerows(_harmless(row) for row in found.rows())
        line(text.getvalue().rstrip("\n"))
        return
    from kfdesk.desk.why.paper import Paper
    from kfdesk.desk.why.words import Words
    from kfdesk.reports.page import page

    laid_out(page(Paper(Words.of(settings), console().width), found))


def _harmless(row: dict[str, object]) -> dict[str, object]:
    """A spreadsheet must not take a customer's words for a formula."""
    return {
        name: f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@") else value
        for name, value in row.items()
    }


def print_measures(settings: Settings, *, as_json: bool) -> None:
    """Print the reports of the configuration, and what can be measured."""
    from kfdesk.i18n import _
    from kfdesk.reports.measures import DIMENSIONS, MEASURES

    if as_json:
        for one in settings.reports:
            record({"report": one.name, "measure": one.measure, "by": list(one.by)})
        for measure in MEASURES:
            record({"measure": measure.name, "title": measure.title, "counts": measure.counts})
        return
    for one in settings.reports:
        line(f"{one.name}: {one.measure} --by {','.join(one.by)}")
    line(_("What can be measured (--measure):"))
    for measure in MEASURES:
        line(f"  {measure.name:<25} {measure.title}")
    line(_("What by (--by): {names}").format(names=", ".join(DIMENSIONS)))


def print_board(found: Board, settings: Settings, *, as_json: bool) -> None:
    """Print how the desk stands."""
    if as_json:
        record(found.as_json())
        return
    from kfdesk.desk.why.paper import Paper
    from kfdesk.desk.why.words import Words
    from kfdesk.reports.board_page import laid

    paper = Paper(Words.of(settings), console().width)
    laid_out(laid(paper, found).lines)


def print_search(found: Found, settings: Settings, *, as_json: bool) -> None:
    """Print what a search found."""
    if as_json:
        for one in found.as_json():
            record(one)
        return
    from rich.text import Text

    from kfdesk.desk.tickets.search import snippet
    from kfdesk.i18n import _
    from kfdesk.output.terminal import moment, show
    from kfdesk.text import clean_line

    for hit in found.hits:
        at = moment(hit.at, settings.desk.timezone)
        show(
            Text.assemble(
                (f"#{hit.ticket} ", "bold"), clean_line(hit.subject),
                (f"  {clean_line(hit.customer)} · {at}", "dim"),
            )
        )  # fmt: skip
        pieces = snippet(hit.text, found.words, console().width - 4)
        show(
            Text("  ")
            + Text.assemble(*((text, "bold yellow" if lit else "") for text, lit in pieces))
        )
    for who in found.customers:
        line(_("customer {id}: {name} <{email}>").format(id=who.id, name=who.name, email=who.email))
    for article in found.articles:
        line(_("article {name}: {title}").format(name=article.name, title=article.title))
    if found.more:
        line(_("there are more; --limit"))
