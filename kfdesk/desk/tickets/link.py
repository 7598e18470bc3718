"""Linking tickets, and unlinking them: parent and child, problem and incident, duplicates."""

from __future__ import annotations

from kfdesk.desk import Desk
from kfdesk.desk.operation import operation
from kfdesk.desk.reacting.settle import settle
from kfdesk.desk.tickets.connecting import connect, disconnect
from kfdesk.errors import UserError
from kfdesk.i18n import _
from kfdesk.model import Actor, Ticket
from kfdesk.rules.actions import INVERSE, LINKS, OTHER_SIDE
from kfdesk.rules.names import hint
from kfdesk.store import tickets, whole_tickets


def kind_of(word: str) -> str:
    """Return what the other ticket is: `parent`; or `child-of`, of which the other is the parent.

    UserError for another word.
    """
    kind = word.strip().lower()
    if kind.endswith("-of") and kind.removesuffix("-of") in LINKS:
        kind = INVERSE[kind.removesuffix("-of")]
    if kind not in LINKS:
        names = [*LINKS, *(f"{name}-of" for name in LINKS if INVERSE[name] != name)]
        text = _("unknown kind of link “{name}”{hint}")
        raise UserError(text.format(name=word, hint=hint(kind, names)))
    return kind


def link(desk: Desk, number: int, kind: str, other: int, actor: Actor) -> Ticket:
    """Let another ticket be something to one: its parent, a duplicate, an incident of it, ….

    NotFound if there is none of them. UserError where that would be a circle.
    """
    word = kind_of(kind)
    with operation(desk, actor, "link") as tx:
        tickets.state(tx, number)
        now = desk.clock()
        settle(desk, tx, connect(tx, [number], word, other, actor, now), now)
        return whole_tickets.get(tx, number)


def unlink(desk: Desk, number: int, other: int, actor: Actor, kind: str = "") -> Ticket:
    """Take the links between two tickets apart, or those of one kind. UserError without any."""
    kinds = [kind_of(kind)] if kind else list(OTHER_SIDE) + list(INVERSE)
    with operation(desk, actor, "unlink") as tx:
        tickets.state(tx, number)
        now = desk.clock()
        roots = disconnect(tx, number, other, kinds, actor, now)
        if not roots:
            text = _("tickets {number} and {other} are not linked so")
            raise UserError(text.format(number=number, other=other))
        settle(desk, tx, roots, now)
        return whole_tickets.get(tx, number)
