"""Commands on what customers are told: templates, progress, how satisfied they were."""

from __future__ import annotations

from typing import Annotated

import typer

from kfdesk.commands.arguments import MOST
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
    """List the templates, show one, or fill it in for a ticket; nothing is sent."""
    from kfdesk.desk import templates as desk_templates
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
