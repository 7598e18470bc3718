"""Commands that look at the desk as a whole: reports, and the board."""

from __future__ import annotations

from typing import Annotated

import typer

from kfdesk.commands.arguments import MOST, Asking
from kfdesk.commands.given import Globals

app = typer.Typer()


@app.command()
def report(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="A report of the configuration.")] = "",
    measure: Annotated[str, typer.Option(help="What is measured; without it, a list.")] = "",
    by: Annotated[str | None, typer.Option(help="week,team: what it is told apart by.")] = None,
    where: Annotated[str | None, typer.Option(help="Only the tickets of this query.")] = None,
    since: Annotated[str | None, typer.Option(help="30d, or 2026-11-01.")] = None,
    until: Annotated[str, typer.Option(help="The same; else now.")] = "",
    csv: Annotated[bool, typer.Option("--csv", help="As a table for a spreadsheet.")] = False,
) -> None:
    """Measure tickets, answers, times, SLA targets."""
    from dataclasses import replace

    from kfdesk.output.reports import print_measures, print_report
    from kfdesk.reports.report import Asked, named
    from kfdesk.reports.report import report as measured

    given: Globals = context.obj
    if not (name or measure):
        print_measures(given.settings(), as_json=given.json)
        return
    with given.desk() as (desk, actor):
        asked = named(desk, name) if name else Asked(measure)
        asked = replace(
            asked,
            measure=measure or asked.measure,
            by=asked.by if by is None else tuple(filter(None, by.split(","))),
            where=asked.where if where is None else where,
            since=since or asked.since,
            until=until,
        )
        found = measured(desk, asked, actor.name)
        print_report(found, desk.settings, as_json=given.json, as_csv=csv)


@app.command()
def board(context: typer.Context) -> None:
    """Show how the desk stands now: open tickets, agents, today."""
    from kfdesk.output.reports import print_board
    from kfdesk.reports.board import board as look

    given: Globals = context.obj
    with given.desk() as (desk, actor):
        print_board(look(desk, actor.name), desk.settings, as_json=given.json)


@app.command(cls=Asking)
def search(
    context: typer.Context,
    words: Annotated[list[str], typer.Argument(metavar="WORDS")],
    limit: Annotated[int, typer.Option(min=1, max=MOST, help="At most so many.")] = 50,
) -> None:
    """Search what was said, customers and articles."""
    from kfdesk.desk.tickets.search import beside
    from kfdesk.desk.tickets.search import search as find
    from kfdesk.output.reports import print_search

    given: Globals = context.obj
    with given.desk() as (desk, actor):
        with desk.store.read() as tx:
            found = beside(tx, find(desk, tx, " ".join(words), actor.name, limit=limit))
        print_search(found, desk.settings, as_json=given.json)
