"""Commands that do one thing to many tickets, and macros."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from kfdesk.commands.arguments import MOST, Asking, Number
from kfdesk.commands.given import Globals
from kfdesk.errors import UserError
from kfdesk.i18n import _
from kfdesk.number import read as read_number

if TYPE_CHECKING:
    from typer._click.core import Context

    from kfdesk.desk.bulk.many import Plan

app = typer.Typer()
#: Some were left: the others were changed.
_PARTLY = 3


class Doing(Asking):
    """A command whose arguments are a query, and behind `--` what is done to its tickets."""

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        """Set aside what stands behind `--`; flags of the command's own may stand there too."""
        query, deed = args, list[str]()
        if "--" in args:
            at = args.index("--")
            query, deed = args[:at], args[at + 1 :]
        flags = [word for word in deed if word in ("--dry-run", "--yes", "--events", "--json")]
        ctx.meta["deed"] = [word for word in deed if word not in flags]
        if "--json" in flags:
            flags.remove("--json")
            ctx.obj.json = True
        return super().parse_args(ctx, [*query, *flags])


@app.command(cls=Doing)
def bulk(
    context: typer.Context,
    query: Annotated[list[str] | None, typer.Argument(metavar="[QUERY] -- DEED…")] = None,
    numbers: Annotated[
        str, typer.Option(help="Tickets by number, 1,2,3, instead of a query; - reads them.")
    ] = "",
    limit: Annotated[int | None, typer.Option(min=1, max=MOST, help="At most so many.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would be.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    events: Annotated[bool, typer.Option("--events", help="Report as JSON lines.")] = False,
) -> None:
    """Change many tickets at once, with one undo for the whole.

    kfdesk bulk 'tag:recall is:open' -- set priority=high tag=+urgent

    Behind -- stands what is done: set FIELD=VALUE…, tag a,-b, assign WHO, macro NAME,
    reply TEXT (or --template NAME), note TEXT, snooze 3d, solve, close, reopen, merge INTO,
    spam, delete. Asks before it begins, on a terminal; exit code 3 if some were left.
    """
    from time import perf_counter

    from kfdesk.desk.bulk import many
    from kfdesk.desk.bulk.deed import parse
    from kfdesk.output.bulk import print_done, print_plan, progress

    given: Globals = context.obj
    text = " ".join(query or [])
    with given.desk() as (desk, actor):
        deed = parse(desk, context.meta["deed"], actor.name)
        if numbers:
            if text:
                raise UserError(_("give a query or --numbers, not both"))
            chosen = _numbers(numbers)[:limit]
        else:
            if not text:
                raise UserError(_("say which tickets: a query, or --numbers 1,2,3"))
            chosen = many.select(desk, text, actor.name, limit)
        plan = many.plan(desk, deed, chosen, actor)
        if dry_run:
            print_plan(plan, as_json=given.json)
            return
        quiet = given.json or events
        if not (yes or quiet or _agreed(plan)):
            raise typer.Exit(1)
        begun = perf_counter()
        with progress(events=events, silent=given.json) as told:
            done = many.run(desk, plan, actor, told)
        print_done(plan, done, perf_counter() - begun, as_json=quiet)
        if done.left:
            raise typer.Exit(_PARTLY)


def _numbers(given: str) -> list[int]:
    """Read `1,2,3`, or numbers from standard input, one a line or with commas."""
    import sys

    text = sys.stdin.read() if given == "-" else given
    words = text.replace(",", " ").replace("，", " ").split()
    return [read_number(word) for word in words]


def _agreed(plan: Plan) -> bool:
    """Say what would be done, and ask where somebody is there to answer."""
    import sys

    from kfdesk import output
    from kfdesk.desk.bulk.summary import summary

    for text in summary(plan):
        output.line(text)
    return not plan.acting or not sys.stdin.isatty() or typer.confirm(_("Go on?"))


@app.command()
def macro(
    context: typer.Context,
    number: Number,
    name: Annotated[str, typer.Argument(help="The macro, as `kfdesk macros` calls it.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", "--preview", help="Only show texts and differences.")
    ] = False,
    version: Annotated[
        int | None, typer.Option("--if-version", help="Only if it is still that.")
    ] = None,
) -> None:
    """Apply a macro: fields, reply and note, all or nothing."""
    from kfdesk.desk.bulk.macros import apply, preview
    from kfdesk.output.bulk import print_preview
    from kfdesk.output.tickets import print_ticket

    given: Globals = context.obj
    with given.desk() as (desk, actor):
        if dry_run:
            print_preview(preview(desk, number, name, actor), name, as_json=given.json)
        else:
            print_ticket(apply(desk, number, name, actor, version), as_json=given.json)


@app.command()
def macros(
    context: typer.Context,
    words: Annotated[list[str] | None, typer.Argument(metavar="[WORDS]")] = None,
    ticket: Annotated[int | None, typer.Option(min=1, max=MOST, help="For that one.")] = None,
) -> None:
    """List the macros that you may apply."""
    from kfdesk.desk.bulk.macros import offered
    from kfdesk.output.bulk import print_macros

    given: Globals = context.obj
    with given.desk() as (desk, actor):
        numbers = None if ticket is None else [ticket]
        found = offered(desk, actor, numbers, " ".join(words or []))
        print_macros(found, as_json=given.json)
