"""Commands that keep a desk running: what leaves it, what ails it, its copies."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kfdesk.commands.arguments import MOST
from kfdesk.commands.given import Globals
from kfdesk.i18n import _

if TYPE_CHECKING:
    from kfdesk.model import OutboxRow

app = typer.Typer()


@app.command()
def outbox(
    context: typer.Context,
    cancel: Annotated[
        int | None, typer.Option(min=1, max=MOST, help="Take back a row that has not left.")
    ] = None,
    retry: Annotated[
        int | None, typer.Option(min=1, max=MOST, help="Send a row again: it did not arrive.")
    ] = None,
    sent: Annotated[
        int | None, typer.Option(min=1, max=MOST, help="An unknown row: it did arrive.")
    ] = None,
    show: Annotated[
        int | None, typer.Option(min=1, max=MOST, help="A row whole, as its reader gets it.")
    ] = None,
) -> None:
    """List mails that wait or have left; decide the unknown."""
    from kfdesk.desk.sending import outbox as box
    from kfdesk.desk.sending.leaving import leaving
    from kfdesk.output.operations import print_leaving, print_outbox

    given: Globals = context.obj
    with given.desk() as (desk, actor):
        if show is not None:
            print_leaving(leaving(desk, show), as_json=given.json)
            return
        changed: list[OutboxRow] = []
        for id, decide in ((cancel, box.cancel), (retry, box.retry), (sent, box.confirm)):
            if id is not None:
                changed.append(decide(desk, id, actor))
        found = changed or box.listing(desk)
        print_outbox(found, desk.settings.desk.timezone, as_json=given.json)


@app.command()
def channels(context: typer.Context) -> None:
    """Show how channels stand: the last sync, errors, what waits."""
    from kfdesk.desk.syncing.standing import standing
    from kfdesk.output.operations import print_channels

    given: Globals = context.obj
    with given.desk() as (desk, _actor):
        print_channels(standing(desk), desk.settings.desk.timezone, as_json=given.json)


@app.command()
def doctor(context: typer.Context) -> None:
    """Look for what may be wrong, each finding with its remedy."""
    from kfdesk.desk.admin.doctor import examine
    from kfdesk.output.operations import print_finding

    given: Globals = context.obj
    settings = given.settings()
    failed = False
    for found in examine(settings, given.clock(settings)):
        print_finding(found, as_json=given.json)
        failed = failed or found.level == "error"
    raise typer.Exit(1 if failed else 0)


@app.command()
def backup(
    context: typer.Context, file: Annotated[Path, typer.Argument(help="A new file.")]
) -> None:
    """Copy the desk while it runs."""
    from kfdesk import output
    from kfdesk.desk.admin.backup import backup as copy

    size = copy(context.obj.settings(), file)
    output.done(
        _("{file}: {size} bytes, checked").format(file=file, size=size),
        {"file": str(file), "size": size},
        as_json=context.obj.json,
    )


@app.command()
def restore(
    context: typer.Context, file: Annotated[Path, typer.Argument(help="A backup.")]
) -> None:
    """Put a backup in the desk's place; the old one is kept."""
    from kfdesk import output
    from kfdesk.desk.admin.backup import restore as put_back

    given: Globals = context.obj
    settings = given.settings()
    kept = put_back(settings, file, given.clock(settings)())
    told = _("restored from {file}").format(file=file)
    if kept is not None:
        told += "\n" + _("what stood there before: {file}").format(file=kept)
    output.done(
        told, {"file": str(file), "kept": None if kept is None else str(kept)}, as_json=given.json
    )
