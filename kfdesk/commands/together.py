"""Commands of people who work on one ticket together."""

from __future__ import annotations

from typing import Annotated

import typer

from kfdesk.commands.arguments import Number
from kfdesk.commands.given import Globals

app = typer.Typer()
Agent = Annotated[str, typer.Option(help="Who; without it, you.")]


@app.command()
def follow(context: typer.Context, number: Number, agent: Agent = "") -> None:
    """Be told what happens to a ticket."""
    from kfdesk.desk.teamwork.followers import follow as begin
    from kfdesk.output.tickets import print_ticket

    given: Globals = context.obj
    with given.desk() as (desk, actor):
        print_ticket(begin(desk, number, actor, agent), as_json=given.json)


@app.command()
def unfollow(context: typer.Context, number: Number, agent: Agent = "") -> None:
    """Be told no more what happens to a ticket."""
    from kfdesk.desk.teamwork.followers import unfollow as end
    from kfdesk.output.tickets import print_ticket

    given: Globals = context.obj
    with given.desk() as (desk, actor):
        print_ticket(end(desk, number, actor, agent), as_json=given.json)
