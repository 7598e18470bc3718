"""Commands about the agents: who is there, who is away."""

from __future__ import annotations

from typing import Annotated

import typer

from kfdesk.commands.given import Globals

app = typer.Typer()
Agent = Annotated[str, typer.Argument(metavar="[AGENT]", help="Who; without it, you.")]


@app.command()
def away(
    context: typer.Context,
    agent: Agent = "",
    until: Annotated[str, typer.Option(help="3h, 2d, or '2026-11-23 09:00'.")] = "",
    reason: Annotated[str, typer.Option(help="Why; colleagues see it.")] = "",
) -> None:
    """Go away: no route gives you tickets until `back`."""
    from kfdesk.desk.assigning.presence import away as leave
    from kfdesk.output.people import print_agents

    given: Globals = context.obj
    with given.desk() as (desk, actor):
        found = leave(desk, actor, agent, until, reason)
        print_agents([found], desk.settings.desk.timezone, as_json=given.json)


@app.command()
def back(context: typer.Context, agent: Agent = "") -> None:
    """Be back: routes give you tickets again."""
    from kfdesk.desk.assigning.presence import back as return_
    from kfdesk.output.people import print_agents

    given: Globals = context.obj
    with given.desk() as (desk, actor):
        found = return_(desk, actor, agent)
        print_agents([found], desk.settings.desk.timezone, as_json=given.json)


@app.command()
def agents(context: typer.Context) -> None:
    """List the agents: on shift or away, and their work."""
    from kfdesk.desk.assigning.presence import agents as listing
    from kfdesk.output.people import print_agents

    given: Globals = context.obj
    with given.desk() as (desk, _actor):
        print_agents(listing(desk), desk.settings.desk.timezone, as_json=given.json)
