"""Commands that read tickets and change nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kfdesk.commands.arguments import MOST, Asking, Number
from kfdesk.commands.given import Globals

app = typer.Typer()


@app.command("list", cls=Asking)
def list_(
    context: typer.Context,
    query: Annotated[list[str] | None, typer.Argument(metavar="[QUERY]")] = None,
    limit: Annotated[int | None, typer.Option(min=0, max=MOST, help="At most so many.")] = None,
    view: Annotated[str | None, typer.Option(help="A view of the configuration.")] = None,
) -> None:
    """List the tickets of a query, or all; newest first."""
    print_list(context.obj, " ".join(query or []), limit, view)


def print_list(given: Globals, query: str, limit: int | None, view: str | None) -> None:
    """Print the tickets of a query."""
    from kfdesk.desk.tickets.listing import find
    from kfdesk.output.tickets import print_tickets

    with given.desk() as (desk, actor):
        found = find(desk, query, actor.name, limit=limit, view=view)
        print_tickets(found, desk.settings.desk.timezone, as_json=given.json)


@app.command()
def show(
    context: typer.Context,
    number: Number,
    follow: Annotated[
        bool, typer.Option("--follow", help="Of a merged ticket, the one that it is part of.")
    ] = False,
) -> None:
    """Show a ticket whole: facts, conversation, journal."""
    from kfdesk.desk.tickets.show import show as read
    from kfdesk.output.page import print_page

    given: Globals = context.obj
    with given.desk() as (desk, _actor):
        found = read(desk, number, with_html=given.json, follow=follow)
        print_page(found, desk.settings.desk.timezone, as_json=given.json)


@app.command()
def attachment(
    context: typer.Context,
    id: Annotated[
        int, typer.Argument(min=1, max=MOST, help="The attachment's id, as `show` prints it.")
    ],
    to: Annotated[Path | None, typer.Option("--to", help="The file; else standard output.")] = None,
) -> None:
    """Save an attachment. One left on the mail server is fetched now."""
    from kfdesk import output
    from kfdesk.desk.tickets.show import attachment as read
    from kfdesk.desk.tickets.show import save

    with context.obj.desk() as (desk, _actor):
        file = read(desk, id)
    if to is None:
        output.raw(file.content)
    else:
        saved = str(save(file, to))
        output.done(saved, {"file": saved}, as_json=context.obj.json)


@app.command()
def source(
    context: typer.Context,
    message: Annotated[
        int,
        typer.Argument(min=1, max=MOST, help="The message's id, as `show --json` prints it."),
    ],
) -> None:
    """Print a message as it came or went, byte for byte."""
    from kfdesk import output
    from kfdesk.desk.tickets.show import source as read

    with context.obj.desk() as (desk, _actor):
        output.raw(read(desk, message))


@app.command()
def why(
    context: typer.Context,
    number: Number,
    event: Annotated[int, typer.Option(min=0, max=MOST, help="Only this event.")] = 0,
    rule: Annotated[str, typer.Option(help="Only this rule, wherever it was asked.")] = "",
    everything: Annotated[bool, typer.Option("--all", help="A line for every rule.")] = False,
) -> None:
    """Say why a ticket is as it is: which rules fired, or not."""
    from kfdesk.desk.why import why as explain
    from kfdesk.desk.why.page import Choice
    from kfdesk.output.rules import print_why

    given: Globals = context.obj
    with given.desk() as (desk, _actor):
        found = explain(desk, number)
        print_why(found, desk.settings, Choice(event, rule, everything), as_json=given.json)


@app.command()
def similar(
    context: typer.Context,
    number: Number,
    limit: Annotated[int, typer.Option(min=1, max=100, help="At most so many.")] = 10,
) -> None:
    """List similar tickets, and how they were solved."""
    from kfdesk.desk.knowledge.similar import similar as find
    from kfdesk.output.knowledge import print_similar

    given: Globals = context.obj
    with given.desk() as (desk, _actor):
        print_similar(find(desk, number, limit), as_json=given.json)
