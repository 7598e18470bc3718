"""What a deed would make of tickets, and what it made of them: a table, or JSON lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from kfdesk.desk.bulk.many import Done, Plan, Progress
from kfdesk.desk.bulk.preview import Foreseen, Told
from kfdesk.desk.bulk.summary import reasons, summary, told, told_whole
from kfdesk.i18n import _, ngettext
from kfdesk.output import line, record
from kfdesk.output.terminal import console, show
from kfdesk.rules.actions import words
from kfdesk.rules.macros import Macro
from kfdesk.text import clean_line


def foreseen_json(one: Foreseen) -> dict[str, Any]:
    """The object of one ticket: what would become of it."""
    return {
        "number": one.number,
        "version": one.version or None,
        "subject": one.subject,
        "changes": {name: list(pair) for name, pair in one.diff.items()},
        "told": [_told_json(told) for told in one.told],
        "refused": one.refused or None,
    }


def _told_json(told: Told) -> dict[str, str]:
    parts = {"kind": told.kind, "to": told.to, "subject": told.subject, "text": told.text}
    return {name: value for name, value in parts.items() if value}


def print_plan(plan: Plan, *, as_json: bool) -> None:
    """Print the exact list, with the difference of each ticket."""
    if as_json:
        for one in plan.found:
            record(foreseen_json(one))
        return
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, padding=(0, 1), header_style="bold", expand=True)
    table.add_column("#", justify="right", min_width=3, no_wrap=True)
    table.add_column(_("Subject"), ratio=1, overflow="ellipsis", no_wrap=True, min_width=10)
    table.add_column(_("Result"), ratio=2, overflow="fold")
    for one in plan.found:
        cells = (str(one.number), clean_line(one.subject) or "–", told(one))
        table.add_row(*map(Text, cells))
    show(table)
    for text in summary(plan):
        line(text)


@contextmanager
def progress(*, events: bool, silent: bool) -> Iterator[Progress | None]:
    """Show how far it is: a bar on a terminal, JSON lines where those are asked for."""
    if events:
        yield lambda done, total: record({"event": "progress", "done": done, "total": total})
        return
    terminal = console()
    if silent or not terminal.is_terminal:
        yield None
        return
    from rich.progress import Progress as Bar

    with Bar(console=terminal, transient=True) as bar:
        task = bar.add_task(_("changing tickets"), total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def print_done(plan: Plan, done: Done, seconds: float, *, as_json: bool) -> None:
    """Print what came of it."""
    if as_json:
        record(done_json(plan, done, seconds))
        return
    n = len(done.changed)
    line(ngettext("{n} ticket changed", "{n} tickets changed", n).format(n=n))
    if done.left:
        text = ngettext("{n} was left unchanged", "{n} were left unchanged", len(done.left))
        line(text.format(n=len(done.left)))
        for text in reasons(done.left):
            line(text)


def done_json(plan: Plan, done: Done, seconds: float) -> dict[str, Any]:
    """The object of a whole operation."""
    return {
        "operation": done.operation,
        "tickets": len(plan.found),
        "changed": len(done.changed),
        "same": plan.same,
        "left": [{"number": number, "reason": why} for number, why in done.left.items()],
        "seconds": round(seconds, 3),
    }


def print_preview(one: Foreseen, macro: str, *, as_json: bool) -> None:
    """Print what a macro would do to a ticket: the differences, and the texts whole."""
    if as_json:
        record({"macro": macro, **foreseen_json(one)})
        return
    line(f"#{one.number} {clean_line(one.subject)}")
    for text in told_whole(one):
        line(f"  {text}".rstrip())


def print_macros(found: Sequence[Macro], *, as_json: bool) -> None:
    """Print macros: what they are called, for which tickets they are, what they do."""
    from kfdesk.desk.why.rulebook import deeds

    for macro in found:
        does = [words(action) for action in macro.do]
        if as_json:
            record(
                {
                    "name": macro.name,
                    "title": macro.shown,
                    "when": macro.when.text,
                    "teams": list(macro.teams),
                    "do": does,
                }
            )
            continue
        title = f"  {macro.title}" if macro.title else ""
        line(f"{macro.name}{title}")
        if macro.when.text:
            line(f"    {clean_line(macro.when.text)}")
        line(f"    {deeds(does)}")
    if not found and not as_json:
        line(_("there is no such macro"))
