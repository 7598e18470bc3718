"""Commands that rearrange tickets, and take back what was done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from kfdesk import number as numbers
from kfdesk.commands.arguments import MOST, Number
from kfdesk.commands.given import Globals
from kfdesk.errors import UserError
from kfdesk.i18n import _

if TYPE_CHECKING:
    from kfdesk.desk.merging.unmerge import Parting

app = typer.Typer()

OneOrNone = Annotated[
    int | None, typer.Argument(parser=numbers.read, metavar="[NUMBER]", help="The ticket's number.")
]
Several = Annotated[
    list[int], typer.Argument(parser=numbers.read, metavar="NUMBER…", help="Tickets.")
]
MessageId = Annotated[
    int, typer.Argument(min=1, max=MOST, help="The message's id, as `show --json` prints it.")
]


@app.command()
def merge(
    context: typer.Context,
    tickets: Annotated[
        list[int],
        typer.Argument(
            parser=numbers.read, metavar="NUMBER… INTO", help="Tickets, then where they go."
        ),
    ],
) -> None:
    """Merge tickets into another one."""
    from kfdesk.desk.merging.merge import merge as join
    from kfdesk.output.tickets import print_ticket

    given: Globals = context.obj
    with given.desk() as (desk, actor):
        print_ticket(join(desk, tickets[:-1], tickets[-1], actor), as_json=given.json)


@app.command()
def unmerge(
    context: typer.Context,
    number: Number,
    keep: Annotated[
        str, typer.Option(help="Where all that came since belongs: here (it stays), or there.")
    ] = "",
    move: Annotated[str, typer.Option(help="Those messages that go back, ID,ID.")] = "",
) -> None:
    """Take a merged ticket out again."""
    from kfdesk.desk.merging.unmerge import Undecided, parting
    from kfdesk.desk.merging.unmerge import unmerge as take_out
    from kfdesk.output.history import print_parting
    from kfdesk.output.tickets import print_ticket

    given: Globals = context.obj
    if keep not in ("", "here", "there"):
        raise UserError(_("--keep {text}: write here or there").format(text=keep))
    if keep and move:
        raise UserError(_("give --keep or --move, not both"))
    with given.desk() as (desk, actor):
        try:
            back = _back(parting(desk, number), keep, move) if keep or move else None
            print_ticket(take_out(desk, number, actor, back), as_json=given.json)
        except Undecided as undecided:
            print_parting(undecided.parting, desk.settings.desk.timezone, as_json=given.json)
            raise


@app.command()
def split(
    context: typer.Context,
    number: Number,
    message: Annotated[str, typer.Option(help="The messages that move, ID,ID.")],
    subject: Annotated[str, typer.Option(help="The new ticket's subject.")] = "",
) -> None:
    """Split messages off as a new ticket."""
    from kfdesk.desk.merging.split import split as part
    from kfdesk.output.tickets import print_ticket

    given: Globals = context.obj
    with given.desk() as (desk, actor):
        print_ticket(part(desk, number, _ids(message), actor, subject), as_json=given.json)


@app.command()
def move(
    context: typer.Context,
    message: MessageId,
    into: Number,
) -> None:
    """Move a message to another ticket."""
    from kfdesk.desk.merging.split import move as give
    from kfdesk.output.tickets import print_ticket

    given: Globals = context.obj
    with given.desk() as (desk, actor):
        print_ticket(give(desk, message, into, actor), as_json=given.json)


@app.command()
def delete(context: typer.Context, tickets: Several) -> None:
    """Delete tickets. They leave every list, and their mails are not fetched again."""
    from kfdesk import output
    from kfdesk.desk.tickets.delete import delete as remove

    given: Globals = context.obj
    with given.desk() as (desk, actor):
        remove(desk, tickets, actor)
    told = _("deleted: {numbers}; `kfdesk undo` brings back").format(
        numbers=", ".join(f"#{number}" for number in tickets)
    )
    output.done(told, {"deleted": tickets}, as_json=given.json)


@app.command("restore-ticket")
def restore_ticket(context: typer.Context, number: Number) -> None:
    """Restore a deleted ticket."""
    from kfdesk.desk.tickets.delete import restore
    from kfdesk.output.tickets import print_ticket

    given: Globals = context.obj
    with given.desk() as (desk, actor):
        print_ticket(restore(desk, number, actor), as_json=given.json)


@app.command()
def undo(
    context: typer.Context,
    number: OneOrNone = None,
    event: Annotated[
        int, typer.Option(min=0, max=MOST, help="That line of the ticket's journal.")
    ] = 0,
    operation: Annotated[
        int, typer.Option(min=0, max=MOST, help="That operation, as `history` lists it.")
    ] = 0,
    rest: Annotated[
        bool, typer.Option("--rest", help="Leave alone those tickets that cannot be put back.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only show what it would put back.")
    ] = False,
) -> None:
    """Undo the last thing done on a ticket, or by you."""
    from kfdesk.desk.history.inverse import undo_event
    from kfdesk.desk.history.undo import InTheWay
    from kfdesk.desk.history.undo import undo as take_back
    from kfdesk.output.history import print_in_the_way, print_undone

    given: Globals = context.obj
    if event and number is None:
        told = _("say on which ticket event {id} is: kfdesk undo NUMBER --event {id}")
        raise UserError(told.format(id=event))
    with given.desk() as (desk, actor):
        try:
            found = (
                undo_event(desk, actor, number, event, rest=rest, dry_run=dry_run)
                if event and number is not None
                else take_back(
                    desk, actor, number, id=operation or None, rest=rest, dry_run=dry_run
                )
            )
        except InTheWay as error:
            print_in_the_way(error.ways, as_json=given.json)
            raise
        print_undone(found, as_json=given.json, dry_run=dry_run)


@app.command()
def redo(
    context: typer.Context,
    number: OneOrNone = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what it would do.")] = False,
) -> None:
    """Redo what was undone last, on a ticket or by you."""
    from kfdesk.desk.history.undo import InTheWay
    from kfdesk.desk.history.undo import redo as again
    from kfdesk.output.history import print_in_the_way, print_undone

    given: Globals = context.obj
    with given.desk() as (desk, actor):
        try:
            found = again(desk, actor, number, dry_run=dry_run)
        except InTheWay as error:
            print_in_the_way(error.ways, as_json=given.json)
            raise
        print_undone(found, as_json=given.json, dry_run=dry_run, again=True)


@app.command()
def history(
    context: typer.Context,
    number: OneOrNone = None,
    mine: Annotated[bool, typer.Option("--mine", help="Only what you did.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=MOST, help="At most so many.")] = 30,
) -> None:
    """List what was done and can be undone; newest first."""
    from kfdesk.desk.history.undo import history as done
    from kfdesk.output.history import print_history

    given: Globals = context.obj
    with given.desk() as (desk, actor):
        found = done(desk, number, actor=actor.name if mine else None, limit=limit)
        print_history(found, desk.settings.desk.timezone, as_json=given.json)


@app.command()
def log(
    context: typer.Context,
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[WORDS]", help="by:NAME rule:NAME kind:KIND #12 since:3h 2026-11-20, any word."
        ),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=MOST, help="At most so many.")] = 50,
) -> None:
    """List what happened at the desk; newest first."""
    from kfdesk.desk.history.log import lines
    from kfdesk.output.history import print_log

    given: Globals = context.obj
    with given.desk() as (desk, _actor):
        print_log(lines(desk, " ".join(words or ()), limit), desk.settings, as_json=given.json)


def _back(parting: Parting, keep: str, move: str) -> list[int]:
    """Which messages go back."""
    if move:
        return _ids(move)
    return [message.id for message in parting.since] if keep == "there" else []


def _ids(text: str) -> list[int]:
    """Read ids with commas between them."""
    words = text.replace(",", " ").split()
    if not all(word.isdecimal() for word in words):
        raise UserError(_("“{text}”: write ids with commas between them, 12,13").format(text=text))
    return [int(word) for word in words]
