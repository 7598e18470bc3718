"""Commands that open, answer and change tickets."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kfdesk.commands.arguments import Body, Fields, Number, text
from kfdesk.commands.given import Globals

app = typer.Typer()


@app.command()
def new(
    context: typer.Context,
    sender: Annotated[str, typer.Option("--from", help="'Name <addr>'.")],
    subject: Annotated[str, typer.Option(help="The subject.")] = "",
    body: Body = "",
    form: Annotated[str, typer.Option(help="The form that it is opened by.")] = "",
    changes: Fields = None,
) -> None:
    """Open a ticket in a customer's name."""
    from kfdesk.desk.tickets.opening import new as open_ticket
    from kfdesk.desk.tickets.opening import person
    from kfdesk.desk.tickets.typed import parse
    from kfdesk.output.tickets import print_ticket

    given: Globals = context.obj
    with given.desk() as (desk, actor):
        wanted = parse(desk, changes or [], actor.name)
        found = open_ticket(
            desk, person(sender, "--from "), subject, text(body), wanted, opened_by=actor, form=form
        )
        print_ticket(found, as_json=given.json)


@app.command()
def reply(
    context: typer.Context,
    number: Number,
    body: Body = "-",
    canned: Annotated[str, typer.Option(help="A canned reply instead of a text.")] = "",
    everyone: Annotated[bool, typer.Option("--all", help="Copy the collaborators.")] = False,
    attach: Annotated[list[Path] | None, typer.Option(help="A file to attach.")] = None,
    status: Annotated[str | None, typer.Option(help="The status after it.")] = None,
    seen: Annotated[
        int | None, typer.Option("--if-seen", help="Only if this message is the newest.")
    ] = None,
    version: Annotated[
        int | None, typer.Option("--if-version", help="Only if it is still that.")
    ] = None,
    cc: Annotated[
        list[str] | None, typer.Option(help="Copy somebody, who becomes a collaborator.")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Although a colleague is answering (lead, admin).")
    ] = False,
) -> None:
    """Answer the customer; it leaves with the next sync."""
    from kfdesk.desk.conversation import canned as replies
    from kfdesk.desk.conversation.reply import read_file
    from kfdesk.desk.conversation.reply import reply as answer
    from kfdesk.desk.tickets.opening import person
    from kfdesk.output.tickets import print_ticket

    given: Globals = context.obj
    files = [read_file(path) for path in attach or []]
    with given.desk() as (desk, actor):
        said = replies.take(desk, actor, number, canned) if canned else text(body)
        found = answer(
            desk,
            number,
            said,
            actor,
            everyone=everyone,
            files=files,
            status=status,
            seen=seen,
            version=version,
            cc=[person(one, "--cc ") for one in cc or []],
            force=force,
        )
        print_ticket(found, as_json=given.json)


@app.command()
def note(context: typer.Context, number: Number, body: Body = "-") -> None:
    """Write an internal note."""
    from kfdesk.commands import complain
    from kfdesk.desk.conversation.reply import note as write
    from kfdesk.desk.teamwork.mentions import hint
    from kfdesk.output.tickets import print_ticket

    given: Globals = context.obj
    said = text(body)
    with given.desk() as (desk, actor):
        print_ticket(write(desk, number, said, actor), as_json=given.json)
        if unknown := hint(desk.settings, said):
            complain(unknown)


@app.command("set")
def set_(
    context: typer.Context,
    number: Number,
    changes: Annotated[list[str], typer.Argument(metavar="FIELD=VALUE…")],
    version: Annotated[
        int | None, typer.Option("--if-version", help="Only if it is still that.")
    ] = None,
) -> None:
    """Set fields: status, priority, team, tag=a,-b, your own."""
    from kfdesk.desk.tickets.change import change
    from kfdesk.desk.tickets.typed import parse
    from kfdesk.output.tickets import print_ticket

    given: Globals = context.obj
    with given.desk() as (desk, actor):
        wanted = parse(desk, changes, actor.name)
        print_ticket(change(desk, number, wanted, actor, version), as_json=given.json)


@app.command()
def assign(
    context: typer.Context,
    number: Number,
    who: Annotated[str, typer.Argument(help="An agent, a team, me, none, back.")],
    note: Annotated[str, typer.Option(help="An internal note that goes with it.")] = "",
) -> None:
    """Assign a ticket to an agent or a team, or give it back."""
    from kfdesk.desk.assigning.passing import assign as pass_on
    from kfdesk.output.tickets import print_ticket

    given: Globals = context.obj
    with given.desk() as (desk, actor):
        found = pass_on(desk, number, who, actor, note=text(note))
        print_ticket(found, as_json=given.json)
