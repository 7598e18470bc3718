"""Commands on what customers are told: templates, progress, how satisfied they were."""

from __future__ import annotations

from typing import Annotated

import typer

from kfdesk.commands.arguments import MOST, Number
from kfdesk.commands.given import Globals

app = typer.Typer()


@app.command()
def templates(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="[NAME]", help="Only that one, whole.")] = "",
    preview: Annotated[
        int | None, typer.Option(min=1, max=MOST, help="As it would read on that ticket.")
    ] = None,
) -> None:
    """List the templates, show one, or preview it on a ticket."""
    from kfdesk.desk.conversation import templates as desk_templates
    from kfdesk.errors import UserError
    from kfdesk.i18n import _
    from kfdesk.output.replies import print_preview, print_templates

    given: Globals = context.obj
    if preview is not None and not name:
        raise UserError(_("name the template that --preview shall fill in"))
    with given.desk() as (desk, _actor):
        if preview is not None:
            print_preview(desk_templates.preview(desk, name, preview), as_json=given.json)
        else:
            found = desk_templates.listing(desk, name)
            print_templates(found, whole=bool(name), as_json=given.json)


@app.command()
def progress(
    context: typer.Context,
    number: Number,
    language: Annotated[str, typer.Option(help="zh or en; else what the customer reads.")] = "",
) -> None:
    """Show how far a ticket has come, as customers are told."""
    from kfdesk.desk.conversation.progress import progress as way
    from kfdesk.errors import UserError
    from kfdesk.i18n import _
    from kfdesk.output.replies import print_progress

    given: Globals = context.obj
    if language not in ("", "zh", "en"):
        raise UserError(_("--language {text}: it is zh or en").format(text=language))
    with given.desk() as (desk, _actor):
        print_progress(way(desk, number, language), as_json=given.json)


@app.command()
def survey(
    context: typer.Context,
    number: Number,
    ask: Annotated[bool, typer.Option("--ask", help="Ask the customer now.")] = False,
) -> None:
    """Show the rating of a ticket, or whether one was asked."""
    from kfdesk.desk.conversation.survey import ask_now, state_of
    from kfdesk.output.replies import print_survey

    given: Globals = context.obj
    with given.desk() as (desk, actor):
        found = ask_now(desk, number, actor) if ask else state_of(desk, number)
        print_survey(found, desk.settings.desk.timezone, as_json=given.json)
