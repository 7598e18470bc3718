"""Doing what the console does, by the name of the action: `kfdesk do ticket.assign 12 13 anna`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from kfdesk.commands.arguments import Asking
from kfdesk.commands.given import Globals
from kfdesk.errors import KfdeskError, UserError
from kfdesk.i18n import _
from kfdesk.number import looks_like
from kfdesk.number import read as read_number

if TYPE_CHECKING:
    from kfdesk.actions import Action
    from kfdesk.actions.commands import Way

app = typer.Typer()
#: Some were done: others could not be.
_PARTLY = 3


@app.command(cls=Asking)
def do(
    context: typer.Context,
    action: Annotated[str, typer.Argument(help="Its id or its `:` name.")] = "",
    words: Annotated[
        list[str] | None, typer.Argument(metavar="[NUMBER…] [ARGUMENT]", help="Of what, and how.")
    ] = None,
    listed: Annotated[bool, typer.Option("--list", help="List what can be done.")] = False,
) -> None:
    """Do an action of the console: ticket.assign 12 13 anna."""
    from kfdesk.actions import find

    given: Globals = context.obj
    if listed or not action:
        _list(given)
        return
    found = find(action, "kfdesk do --list")
    lines = list(_lines(found, words or []))
    failed = [error for line in lines if (error := _run(context, line)) is not None]
    if failed and len(failed) < len(lines):
        from kfdesk.commands import complain

        for error in failed:
            complain(str(error))
        raise typer.Exit(_PARTLY)
    if failed:
        raise failed[0]


def _lines(action: Action, words: Sequence[str]) -> Iterator[list[str]]:
    """The command lines that it comes to. UserError where it is for the screen alone."""
    from kfdesk.actions.commands import COMMANDS

    way = COMMANDS.get(action.id)
    if way is None:
        raise UserError(
            _("“{action}” ({title}) works in the console alone; --list says what can be done here")
            .format(action=action.id, title=action.title)
        )  # fmt: skip
    numbers, said = _parted(way, words)
    if way.numbered and not numbers and action.id not in ("change.undo", "change.redo"):
        raise UserError(_("say which: kfdesk do {action} NUMBER…").format(action=action.id))
    if way.takes and not said:
        wanted = action.argument or "TEXT"
        raise UserError(
            _("say what: kfdesk do {action} NUMBER… {argument}").format(
                action=action.id, argument=wanted
            )
        )
    if said and not way.takes and not way.also:
        raise UserError(
            _("“{action}” takes nothing behind its numbers: {words}").format(
                action=action.id, words=" ".join(said)
            )
        )
    if way.many and len(numbers) > 1:
        several = ["bulk", "--yes", "--numbers", ",".join(map(str, numbers)), "--"]
        yield [*several, *_filled(way.many, "", said)]
        return
    for number in map(str, numbers) if numbers else [""]:
        more = len(said) > ("FIRST" in way.one.split())
        yield list(_filled(f"{way.one} {way.also}" if more else way.one, number, said))


def _parted(way: Way, words: Sequence[str]) -> tuple[list[int], Sequence[str]]:
    """The numbers in front, and the rest; where all are numbers the last may be the rest."""
    count, most = 0, min(1 if way.alone else len(words), len(words))
    while way.numbered and count < most and looks_like(words[count]):
        count += 1
    if way.takes and count == len(words) > 1:
        count -= 1
    return [read_number(word) for word in words[:count]], words[count:]


def _filled(pattern: str, number: str, said: Sequence[str]) -> Iterator[str]:
    before, rest = "", list(said)
    first = rest.pop(0) if "FIRST" in pattern.split() else ""
    text = " ".join(rest)
    for word in pattern.split():
        # What is said may begin with a dash, and is no option for all that.
        if "TEXT" in word and text.startswith("-") and not before.startswith("--"):
            yield "--"
        before = word
        if word == "N":
            yield from [number] if number else []
        elif word == "FIRST":
            yield first
        elif word == "WORDS":
            yield from rest
        else:
            yield word.replace("TEXT", text)


def _run(context: typer.Context, line: Sequence[str]) -> KfdeskError | None:
    """Run a command under the same global options; what was wrong, if something was."""
    from kfdesk.commands.contents import Commands

    command = Commands()[line[0]]
    try:
        with command.make_context(line[0], list(line[1:]), parent=context.parent) as inner:
            command.invoke(inner)
    except KfdeskError as error:
        return error
    return None


def _list(given: Globals) -> None:
    """Say which actions there are, and which command does each."""
    from kfdesk import output
    from kfdesk.actions import ACTIONS
    from kfdesk.actions.commands import COMMANDS

    rows = [(action, COMMANDS[action.id]) for action in ACTIONS if action.id in COMMANDS]
    if given.json:
        for action, way in rows:
            output.record(
                {
                    "action": action.id,
                    "title": action.title,
                    "names": list(action.aliases),
                    "command": _told(way),
                    "undoable": action.undoable,
                }
            )
        return
    width = max(len(action.id) for action, _way in rows)
    for action, way in rows:
        output.line(f"{action.id:<{width}}  {action.title}  ·  kfdesk {_told(way)}")


def _told(way: Way) -> str:
    return f"{way.one} [{way.also}]" if way.also else way.one
