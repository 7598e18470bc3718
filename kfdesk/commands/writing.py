"""Commands that open, answer and change tickets."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from kfdesk.commands.arguments import Body, Fields, Number, text
from kfdesk.commands.given import Globals

app = typer.Typer()
Cc = Annotated[list[str] | None, typer.Option(help="Copy somebody, who becomes a collaborator.")]
Bcc = Annotated[list[str] | None, typer.Option(help="Somebody whom no header names.")]
Account = Annotated[str, typer.Option(help="The channel that sends, instead of the ticket's own.")]
Signature = Annotated[str, typer.Option(help="channel, agent or none.")]


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
    to: Annotated[
        list[str] | None, typer.Option(help="Instead of the customer's address; an agent by name.")
    ] = None,
    cc: Cc = None,
    bcc: Bcc = None,
    subject: Annotated[str, typer.Option(help="Instead of the ticket's subject.")] = "",
    account: Account = "",
    signature: Signature = "",
    preview: Annotated[
        bool, typer.Option("--preview", help="Show what would leave; nothing is sent.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Although a colleague is answering (lead, admin).")
    ] = False,
) -> None:
    """Answer the customer; it leaves with the next sync."""
    from kfdesk.desk.conversation import canned as replies
    from kfdesk.desk.conversation.reply import reply as answer
    from kfdesk.desk.conversation.trial import preview as try_it
    from kfdesk.desk.sending.head import Head
    from kfdesk.output.letter import print_letter
    from kfdesk.output.tickets import print_ticket

    given: Globals = context.obj
    head = Head(
        **_lines(to, cc, bcc),
        subject=subject,
        account=account,
        signature=signature,
        files=tuple(map(str, attach or ())),
    )
    with given.desk() as (desk, actor):
        said = replies.take(desk, actor, number, canned) if canned else text(body)
        if preview:
            seen_so = try_it(desk, number, said, actor, head, "reply", everyone=everyone)
            print_letter(seen_so, as_json=given.json)
            return
        found = answer(
            desk,
            number,
            said,
            actor,
            everyone=everyone,
            status=status,
            seen=seen,
            version=version,
            force=force,
            head=head,
        )
        print_ticket(found, as_json=given.json)


@app.command()
def forward(
    context: typer.Context,
    number: Number,
    to: Annotated[
        list[str], typer.Option(help="To whom: 'Name <addr>', or an agent; several by repeating.")
    ],
    body: Annotated[str, typer.Option(help="What is said above it; - reads standard input.")] = "",
    message: Annotated[
        int, typer.Option(min=0, help="Which message; without it, the customer's newest.")
    ] = 0,
    cc: Cc = None,
    bcc: Bcc = None,
    attach: Annotated[list[Path] | None, typer.Option(help="A further file to attach.")] = None,
    bare: Annotated[bool, typer.Option("--bare", help="Without the message's own files.")] = False,
    subject: Annotated[str, typer.Option(help="Instead of the message's subject.")] = "",
    account: Account = "",
    signature: Signature = "",
    preview: Annotated[
        bool, typer.Option("--preview", help="Show what would leave; nothing is sent.")
    ] = False,
) -> None:
    """Forward a message to somebody; answers become notes."""
    from kfdesk.desk.conversation.forward import begun
    from kfdesk.desk.conversation.forward import forward as pass_on
    from kfdesk.desk.conversation.trial import preview as try_it
    from kfdesk.output.letter import print_letter
    from kfdesk.output.tickets import print_ticket

    given: Globals = context.obj
    with given.desk() as (desk, actor):
        own = begun(desk, number, message)
        head = replace(
            own,
            **_lines(to, cc, bcc),
            subject=subject,
            account=account,
            signature=signature,
            files=(*(() if bare else own.files), *map(str, attach or ())),
        )
        said = text(body)
        if preview:
            seen_so = try_it(desk, number, said, actor, head, "forward")
            print_letter(seen_so, as_json=given.json)
            return
        print_ticket(pass_on(desk, number, said, actor, head), as_json=given.json)


def _lines(to: list[str] | None, cc: list[str] | None, bcc: list[str] | None) -> dict[str, Any]:
    """What options say of recipients, as a head has it."""
    given = {"to": to, "cc": cc, "bcc": bcc}
    return {name: ", ".join(people or ()) for name, people in given.items()}


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
