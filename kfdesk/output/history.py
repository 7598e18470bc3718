"""What was done, and what was taken back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from kfdesk import labels
from kfdesk.i18n import _, ngettext
from kfdesk.output import line, record
from kfdesk.output.terminal import moment, show
from kfdesk.text import clean_line, shorten

if TYPE_CHECKING:
    from kfdesk.desk.history.obstacles import Way
    from kfdesk.desk.history.undo import Undone
    from kfdesk.desk.merging.unmerge import Parting
    from kfdesk.model import Event
    from kfdesk.settings import Settings
    from kfdesk.store.history.operations import Operation

#: So many tickets are told one by one.
_FEW = 20


def operation_json(one: Operation) -> dict[str, Any]:
    """The object of an operation."""
    return {
        "id": one.id or None,
        "at": one.at,
        "actor": str(one.actor),
        "kind": one.kind,
        "tickets": one.tickets,
        "undoes": one.undoes,
        "undone_by": one.undone_by,
        "can_be_undone": not one.lasting and one.undone_by is None,
    }


def way_json(way: Way) -> dict[str, Any]:
    """The object of one thing in the way of an undo."""
    return {
        "ticket": way.ticket,
        "field": way.field,
        "event": way.event,
        "operation": way.operation,
        "at": way.at,
        "actor": None if way.actor is None else str(way.actor),
        "kind": way.kind or None,
        "text": str(way),
    }


def print_history(found: Sequence[Operation], timezone: str, *, as_json: bool) -> None:
    """Print operations, the newest first."""
    if as_json:
        for one in found:
            record(operation_json(one))
        return
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, padding=(0, 1), header_style="bold")
    for title in ("#", _("When"), _("Who"), _("What"), _("Tickets"), ""):
        right = title in ("#", _("Tickets"))
        table.add_column(title, justify="right" if right else "left", no_wrap=True)
    for one in found:
        state = (
            _("undone by {id}").format(id=one.undone_by)
            if one.undone_by is not None
            else _("of {id}").format(id=one.undoes)
            if one.undoes is not None
            else _("for good")
            if one.lasting
            else ""
        )
        cells = (
            str(one.id),
            moment(one.at, timezone),
            str(one.actor),
            labels.operation(one.kind),
            str(one.tickets),
            state,
        )
        table.add_row(*(Text(clean_line(cell)) for cell in cells))
    show(table)


def print_log(found: Iterable[Event], settings: Settings, *, as_json: bool) -> None:
    """Print lines of the journal."""
    from kfdesk.desk.history.log import told
    from kfdesk.desk.why.words import Words

    words = Words.of(settings)
    for one in found:
        if as_json:
            record(event_json(one))
            continue
        by = words.actor(one.actor.name or str(one.actor), str(one.actor.kind))
        ticket = f"#{one.ticket}" if one.customer is None else "–"
        what = labels.event(one.kind) if one.customer is None else labels.profile(one.kind)
        shown = shorten(clean_line(told(one, words)), 200)
        line(clean_line(f"{words.moment(one.at)}  {ticket}  {by}: {what}  {shown}").rstrip())


def event_json(one: Event) -> dict[str, Any]:
    """The object of a line of the journal."""
    return {
        "id": one.id,
        "ticket": one.ticket or None,
        "customer": one.customer,
        "at": one.at,
        "by": str(one.actor.kind),
        "actor": one.actor.name,
        "kind": one.kind,
        "changes": {name: list(pair) for name, pair in one.changes.items()},
        "rule": one.rule or None,
        "text": one.text,
        "operation": one.operation,
    }


def print_undone(found: Undone, *, as_json: bool, dry_run: bool, again: bool = False) -> None:
    """Print what was put back, or would be; `again`: done again, or would be."""
    one = found.operation
    if as_json:
        record(
            {
                "operation": operation_json(one),
                "dry_run": dry_run,
                "changes": [
                    {"number": number, "changes": {name: list(pair) for name, pair in diff.items()}}
                    for number, diff in found.changes.items()
                ],
                "left": [
                    {"id": row.id, "ticket": row.ticket, "to": list(row.to), "kind": row.kind}
                    for row in found.left
                ],
                "in_the_way": [way_json(way) for way in found.kept],
                "draft": found.draft,
            }
        )
        return
    told = {
        (False, False): _("undone: {what} by {who}"),
        (False, True): _("would undo: {what} by {who}"),
        (True, False): _("redone: {what} by {who}"),
        (True, True): _("would redo: {what} by {who}"),
    }[again, dry_run].format(what=labels.operation(one.kind), who=one.actor)
    count = ngettext("{n} ticket", "{n} tickets", len(found.changes))
    line(f"{told} ({count.format(n=len(found.changes))})")
    for number, diff in list(found.changes.items())[:_FEW]:
        line(f"  #{number} {_words(diff)}".rstrip())
    if len(found.changes) > _FEW:
        line(_("  … and {n} more").format(n=len(found.changes) - _FEW))
    for row in found.left:
        line(_("  it has left and stays: {what}").format(what=", ".join(row.to) or row.kind))
    for way in found.kept:
        line(_("  left alone: {why}").format(why=way))
    if found.draft is not None:
        line(_("  the reply on ticket {number} is a draft again").format(number=found.draft))


def _words(diff: Any) -> str:
    """What a ticket's fields become again."""
    parts: list[str] = []
    for name, (old, new) in diff.items():
        if isinstance(old or new, list | tuple):
            parts.append(f"{labels.field(name)} {' '.join(labels.difference(old, new))}")
            continue
        before, after = labels.value(name, old), labels.value(name, new)
        parts.append(f"{labels.field(name)} {before or '–'} → {after or '–'}")
    return _("; ").join(parts)


def print_in_the_way(ways: Sequence[Way], *, as_json: bool) -> None:
    """Print what is in the way of an undo, for programs; people read it in the error."""
    if as_json:
        record({"in_the_way": [way_json(way) for way in ways]})


def print_parting(found: Parting, timezone: str, *, as_json: bool) -> None:
    """Print the messages of which somebody has to say where they belong."""
    if as_json:
        record(
            {
                "number": found.number,
                "into": found.into,
                "since": [
                    {
                        "id": message.id,
                        "direction": message.direction.value,
                        "author": message.author,
                        "at": message.at,
                        "text": message.text,
                        "suggested": "there" if message.id in found.theirs else "here",
                    }
                    for message in found.since
                ],
            }
        )
        return
    line(
        _("Since then on ticket {into} (* seems to belong to {number}):").format(
            into=found.into, number=found.number
        )
    )
    for message in found.since:
        mark = "*" if message.id in found.theirs else " "
        text = shorten(clean_line(message.text), 50)
        line(f"{mark} {message.id}  {moment(message.at, timezone)}  {message.author}: {text}")
    if found.theirs:
        ids = ",".join(map(str, sorted(found.theirs)))
        line(_("For instance: --move {ids}").format(ids=ids))
