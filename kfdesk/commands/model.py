"""Commands of the ticket model: links, forms, time spent, spam and quarantine."""

from __future__ import annotations

from typing import Annotated

import typer

from kfdesk import number as numbers
from kfdesk.commands.arguments import Number, text
from kfdesk.commands.given import Globals

app = typer.Typer()
Other = Annotated[
    int, typer.Argument(parser=numbers.read, metavar="OTHER", help="The other ticket's number.")
]


@app.command()
def link(
    context: typer.Context,
    number: Number,
    kind: Annotated[
        str,
        typer.Argument(help="What the other is: parent, child, problem, incident, duplicate, …"),
    ],
    other: Other,
) -> None:
    """Link tickets: `link 7 parent 3`, or `link 7 child-of 3`."""
    from kfdesk.desk.tickets.link import link as connect
    from kfdesk.output.tickets import print_ticket

    given: Globals = context.obj
    with given.desk() as (desk, actor):
        print_ticket(connect(desk, number, kind, other, actor), as_json=given.json)


@app.command()
def unlink(
    context: typer.Context,
    number: Number,
    other: Other,
    kind: Annotated[str, typer.Option(help="Only this kind of link.")] = "",
) -> None:
    """Remove the links between two tickets."""
    from kfdesk.desk.tickets.link import unlink as disconnect
    from kfdesk.output.tickets import print_ticket

    given: Globals = context.obj
    with given.desk() as (desk, actor):
        print_ticket(disconnect(desk, number, other, actor, kind), as_json=given.json)


@app.command()
def solve(
    context: typer.Context,
    number: Number,
    body: Annotated[str, typer.Option(help="A reply that goes with it; - reads it.")] = "",
    incidents: Annotated[
        bool, typer.Option("--incidents", help="And, of a problem, its incidents alike.")
    ] = False,
) -> None:
    """Solve a ticket, or a problem with all its incidents."""
    from kfdesk.desk.tickets.solving import solve as finish
    from kfdesk.output.model import print_solved

    given: Globals = context.obj
    with given.desk() as (desk, actor):
        print_solved(
            finish(desk, number, actor, text(body), incidents=incidents), as_json=given.json
        )


@app.command()
def fields(
    context: typer.Context,
    number: Number,
    form: Annotated[str, typer.Option(help="Another form than that of its category.")] = "",
) -> None:
    """Show a ticket's form: its fields, and what is missing."""
    from kfdesk.desk.tickets.forms import named, of_ticket
    from kfdesk.output.model import print_fields

    given: Globals = context.obj
    with given.desk() as (desk, _actor):
        found = of_ticket(desk, number, named(desk, form) if form else None)
        print_fields(found, as_json=given.json)


@app.command()
def spent(
    context: typer.Context,
    number: Number,
    time: Annotated[str, typer.Argument(help="25m, 1h30m; without it, list what was spent.")] = "",
    note: Annotated[str, typer.Option(help="On what.")] = "",
) -> None:
    """Write down time spent on a ticket."""
    from kfdesk.desk.tickets.spent import listing, read, spend
    from kfdesk.output.model import print_spent
    from kfdesk.output.tickets import print_ticket

    given: Globals = context.obj
    with given.desk() as (desk, actor):
        if time:
            found = spend(desk, number, read(time), actor, note)
            print_ticket(found, as_json=given.json)
        else:
            zone = desk.settings.desk.timezone
            print_spent(listing(desk, number), zone, as_json=given.json)


@app.command()
def spam(context: typer.Context, number: Number) -> None:
    """Mark a ticket, and its sender's next ones, as spam."""
    from kfdesk.desk.tickets.spam import spam as mark
    from kfdesk.output.tickets import print_ticket

    given: Globals = context.obj
    with given.desk() as (desk, actor):
        print_ticket(mark(desk, number, actor), as_json=given.json)


@app.command()
def ham(context: typer.Context, number: Number) -> None:
    """Mark a ticket and its sender as no spam after all."""
    from kfdesk.desk.tickets.spam import ham as unmark
    from kfdesk.output.tickets import print_ticket

    given: Globals = context.obj
    with given.desk() as (desk, actor):
        print_ticket(unmark(desk, number, actor), as_json=given.json)


@app.command()
def quarantine(context: typer.Context) -> None:
    """List the mails that could not be read, with the reason."""
    from kfdesk.desk.tickets.listing import find
    from kfdesk.output.model import print_quarantine

    given: Globals = context.obj
    with given.desk() as (desk, actor):
        found = find(desk, "is:quarantine sort:number", actor.name)
        print_quarantine(found, as_json=given.json)


@app.command()
def release(context: typer.Context, number: Number) -> None:
    """Release a ticket from quarantine."""
    from kfdesk.desk.tickets.spam import release as let_out
    from kfdesk.output.tickets import print_ticket

    given: Globals = context.obj
    with given.desk() as (desk, actor):
        print_ticket(let_out(desk, number, actor), as_json=given.json)
