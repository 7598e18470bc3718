"""Commands of people who work on one ticket together."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kfdesk.commands.arguments import Body, Number, text
from kfdesk.commands.given import Globals
from kfdesk.errors import UserError
from kfdesk.i18n import _

app = typer.Typer()
Agent = Annotated[str, typer.Option(help="Who; without it, you.")]


@app.command()
def follow(context: typer.Context, number: Number, agent: Agent = "") -> None:
    """Follow a ticket: be told what happens to it."""
    from kfdesk.desk.teamwork.followers import follow as begin
    from kfdesk.output.tickets import print_ticket

    given: Globals = context.obj
    with given.desk() as (desk, actor):
        print_ticket(begin(desk, number, actor, agent), as_json=given.json)


@app.command()
def unfollow(context: typer.Context, number: Number, agent: Agent = "") -> None:
    """Unfollow a ticket."""
    from kfdesk.desk.teamwork.followers import unfollow as end
    from kfdesk.output.tickets import print_ticket

    given: Globals = context.obj
    with given.desk() as (desk, actor):
        print_ticket(end(desk, number, actor, agent), as_json=given.json)


@app.command()
def collaborator(
    context: typer.Context,
    number: Number,
    what: Annotated[str, typer.Argument(metavar="add|remove")],
    who: Annotated[str, typer.Argument(help="'Name <addr>', or an agent.")],
    with_history: Annotated[
        bool, typer.Option("--with-history", help="Mail them what was said so far.")
    ] = False,
) -> None:
    """Add or remove a collaborator, who takes part by mail."""
    from kfdesk.desk.teamwork import collaborators
    from kfdesk.output.tickets import print_ticket

    given: Globals = context.obj
    with given.desk() as (desk, actor):
        if what == "add":
            found = collaborators.add(desk, number, who, actor, with_history=with_history)
        elif what == "remove":
            found = collaborators.remove(desk, number, who, actor)
        else:
            raise UserError(_("“{word}”: it is add or remove").format(word=what))
        print_ticket(found, as_json=given.json)


@app.command()
def side(
    context: typer.Context,
    number: Number,
    what: Annotated[str, typer.Argument(metavar="[reply|close]")] = "",
    id: Annotated[int, typer.Argument(metavar="[ID]", help="Of a side conversation.")] = 0,
    to: Annotated[str, typer.Option(help="'Name <addr>', an agent, or team:NAME.")] = "",
    subject: Annotated[str, typer.Option(help="Without it, the ticket's.")] = "",
    body: Body = "-",
    attach: Annotated[list[Path] | None, typer.Option(help="A file to attach.")] = None,
    preview: Annotated[
        bool, typer.Option("--preview", help="Show what would leave; nothing is sent.")
    ] = False,
) -> None:
    """Hold side conversations by mail. --to begins one; reply, close go on; else all are listed."""
    from kfdesk.desk.conversation.trial import preview as try_it
    from kfdesk.desk.sending.head import Head
    from kfdesk.desk.teamwork import side as aside
    from kfdesk.output.letter import print_letter
    from kfdesk.output.sides import print_sides

    given: Globals = context.obj
    files = tuple(map(str, attach or ()))
    if what not in ("", "reply", "close") or (what and (to or not id)):
        raise UserError(
            _("write `side N --to WHO`, `side N reply ID`, `side N close ID`, or `side N`")
        )
    with given.desk() as (desk, actor):
        if what:
            aside.of_ticket(desk, number, id)
        if preview and (to or what == "reply"):
            goes = (to, subject) if to else id
            head = Head(files=files)
            seen = try_it(desk, number, text(body), actor, head, "side", aside=goes)
            print_letter(seen, as_json=given.json)
            return
        if to:
            found = [aside.ask(desk, number, to, subject, text(body), actor, files)]
        elif what == "reply":
            found = [aside.answer(desk, id, text(body), actor, files)]
        elif what == "close":
            found = [aside.close(desk, id, actor)]
        else:
            found = aside.listing(desk, number)
        print_sides(found, desk.settings.desk.timezone, as_json=given.json)
