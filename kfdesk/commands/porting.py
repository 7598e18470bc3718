"""Commands that bring another desk's history in, and take this one's out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kfdesk.commands.given import Globals
from kfdesk.errors import UserError
from kfdesk.i18n import _

app = typer.Typer()

_IMPORTS = "kf5, zendesk, zammad, csv, mbox, or jsonl."
_EXPORTS = "jsonl, csv, or mbox."


@app.command(name="import")
def import_(
    context: typer.Context,
    format: Annotated[str, typer.Argument(help=_IMPORTS)],
    file: Annotated[Path, typer.Argument(help="The export: a file, or a folder of files.")],
    source: Annotated[
        str, typer.Option(help="What to know it by; a later export of it takes the same name.")
    ] = "",
    map: Annotated[
        list[str] | None,
        typer.Option(help="NAME=FIELD: what a column, a field or a word of it is here."),
    ] = None,
    keep_numbers: Annotated[
        bool, typer.Option(help="Tickets keep their numbers where these are free.")
    ] = False,
    number_field: Annotated[
        str, typer.Option(help="The field of yours that gets the old number.")
    ] = "",
    tag: Annotated[str, typer.Option(help="A tag for every ticket that comes.")] = "",
    status: Annotated[str, typer.Option(help="The status of tickets that have none.")] = "",
    channel: Annotated[str, typer.Option(help="The channel that an mbox was the mailbox of.")] = "",
    timezone: Annotated[str, typer.Option(help="The time zone of times without one.")] = "",
    report: Annotated[
        Path | None, typer.Option(help="Write what was left out or changed, as JSON lines.")
    ] = None,
    dry_run: Annotated[bool, typer.Option(help="Read all of it, and change nothing.")] = False,
    events: Annotated[bool, typer.Option(help="Print progress as JSON lines.")] = False,
) -> None:
    """Import the history of another desk. Run it again to bring what is new."""
    from kfdesk.desk.porting.load import load
    from kfdesk.desk.porting.ordering import order
    from kfdesk.output import porting as output

    given: Globals = context.obj
    with (
        given.desk() as (desk, actor),
        output.Telling(report, events=events, json=given.json) as to,
    ):
        if format == "jsonl":
            if dry_run or map or keep_numbers or source:
                raise UserError(_("a jsonl is a whole desk; it comes in as it is, without options"))
            loaded = load(desk, file, to.progress)
            to.loaded(loaded)
            return
        from kfdesk.desk.porting.bring import bring

        wanted = order(
            desk,
            format,
            file,
            source=source,
            mapping=map or (),
            keep_numbers=keep_numbers,
            number_field=number_field,
            tag=tag,
            status=status,
            channel=channel,
            timezone=timezone,
        )
        done = bring(desk, actor, wanted, progress=to.progress, told=to.finding, dry=dry_run)
        to.brought(done)
    if done.left_out:
        raise typer.Exit(3)


@app.command(name="export")
def export(
    context: typer.Context,
    format: Annotated[str, typer.Argument(help=_EXPORTS)],
    file: Annotated[Path, typer.Argument(help="The file to write.")],
    query: Annotated[str, typer.Option(help="Only these tickets; not for jsonl.")] = "",
    since: Annotated[
        str, typer.Option(help="Only tickets changed since then; not for jsonl.")
    ] = "",
    columns: Annotated[
        str, typer.Option(help="The columns of a csv, with commas between them.")
    ] = "",
    bom: Annotated[bool, typer.Option(help="Begin a csv so that Excel reads it as UTF-8.")] = False,
    force: Annotated[bool, typer.Option(help="Write over a file that is there.")] = False,
    events: Annotated[bool, typer.Option(help="Print progress as JSON lines.")] = False,
) -> None:
    """Export the desk, or some of its tickets, into a file."""
    from kfdesk.desk.porting.export import Wanted
    from kfdesk.desk.porting.export import export as write
    from kfdesk.output import porting as output

    given: Globals = context.obj
    telling = output.Telling(None, events=events, json=given.json)
    with given.desk() as (desk, actor), telling as to:
        names = tuple(name.strip() for name in columns.split(",") if name.strip())
        wanted = Wanted(format, file, query, since, names, bom, force, me=actor.name)
        to.exported(write(desk, wanted, to.progress))
