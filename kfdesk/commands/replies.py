"""Commands on canned replies."""

from __future__ import annotations

from typing import Annotated

import typer

from kfdesk.commands.arguments import MOST, Searching, text
from kfdesk.commands.given import Globals

app = typer.Typer(
    cls=Searching,
    no_args_is_help=False,
    help="Canned replies: list, show, save, delete. Words look for some; `reply N --canned` sends.",
)
Name = Annotated[str, typer.Argument(help="What the reply is called.")]
Shared = Annotated[bool, typer.Option("--shared", help="Everybody's, not only your own.")]
Tongue = Annotated[str, typer.Option("--language", help="zh or en.")]


@app.command("list")
def list_(
    context: typer.Context,
    words: Annotated[list[str] | None, typer.Argument(metavar="[WORDS]")] = None,
    language: Tongue = "",
) -> None:
    """Find replies by words of theirs, or by the first letters of a Chinese name's sound."""
    from kfdesk.desk.conversation.canned import find
    from kfdesk.output.replies import print_replies

    given: Globals = context.obj
    with given.desk() as (desk, actor):
        print_replies(find(desk, actor, " ".join(words or []), language), as_json=given.json)


@app.command()
def show(
    context: typer.Context,
    name: Name,
    ticket: Annotated[
        int | None, typer.Option(min=1, max=MOST, help="Filled in for that ticket.")
    ] = None,
    language: Tongue = "",
) -> None:
    """Show a reply, as it is kept or as it reads on a ticket."""
    from kfdesk import output
    from kfdesk.desk.conversation.canned import filled, get

    given: Globals = context.obj
    with given.desk() as (desk, actor):
        found = get(desk, actor, name, language)
        said = found.text if ticket is None else filled(desk, actor, ticket, [found.text])[0]
        output.done(said, {**found.as_json(), "text": said}, as_json=given.json)


@app.command()
def save(
    context: typer.Context,
    name: Name,
    body: Annotated[str, typer.Option(help="The text; - reads standard input.")] = "-",
    shared: Shared = False,
    language: Tongue = "",
    title: Annotated[str, typer.Option(help="How it is shown; else its name.")] = "",
) -> None:
    """Keep a reply for the next time; its variables are checked."""
    from kfdesk import output
    from kfdesk.desk.conversation.canned import save as keep
    from kfdesk.i18n import _

    given: Globals = context.obj
    with given.desk() as (desk, actor):
        kept = keep(desk, actor, name, text(body), shared=shared, language=language, title=title)
        output.done(
            _("“{name}” is saved").format(name=kept.name), kept.as_json(), as_json=given.json
        )


@app.command()
def delete(context: typer.Context, name: Name, shared: Shared = False) -> None:
    """Forget a reply that was kept at the keyboard."""
    from kfdesk import output
    from kfdesk.desk.conversation.canned import delete as forget
    from kfdesk.i18n import _

    given: Globals = context.obj
    with given.desk() as (desk, actor):
        forget(desk, actor, name, shared=shared)
        said = _("“{name}” is deleted").format(name=name)
        output.done(said, {"name": name, "deleted": True}, as_json=given.json)
