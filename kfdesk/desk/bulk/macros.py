"""Macros, for an agent: which are offered, what one would do to a ticket, and doing it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kfdesk.desk import Desk
from kfdesk.desk.bulk.deed import by_macro
from kfdesk.desk.bulk.doing import do
from kfdesk.desk.bulk.preview import Foreseen, differences, foresee, refusals
from kfdesk.desk.bulk.summary import told_whole
from kfdesk.desk.operation import operation
from kfdesk.errors import Conflict, UserError
from kfdesk.i18n import _
from kfdesk.model import Actor, Ticket
from kfdesk.rules.macros import Macro
from kfdesk.store import tickets, whole_tickets
from kfdesk.store.conditions.matching import holding
from kfdesk.text import fold

#: Of many tickets, so many are looked at for a preview.
LOOKED_AT = 20


def offered(
    desk: Desk, actor: Actor, numbers: Sequence[int] | None = None, words: str = ""
) -> list[Macro]:
    """Return the macros that an agent sees, in the file's order; with `numbers`, those that are
    for one of these tickets; with `words`, those that have all of them in name or title."""
    scope = desk.scope(actor.name)
    wanted = fold(words).split()
    found = [
        macro
        for macro in desk.rules.macros
        if macro.is_for(scope.teams)
        and all(word in fold(f"{macro.name} {macro.title}") for word in wanted)
    ]
    if numbers is None:
        return found
    with desk.store.read() as tx:
        return [m for m in found if m.when.where is None or holding(tx, m.when, scope, numbers)]


def preview(desk: Desk, number: int, name: str, actor: Actor) -> Foreseen:
    """Return what a macro would do to a ticket. UserError where it is not for that ticket."""
    deed = by_macro(desk, name, actor.name)
    with desk.store.read() as tx:
        tickets.state(tx, number)
        return foresee(desk, tx, deed, [number], actor, desk.clock())[number]


def apply(desk: Desk, number: int, name: str, actor: Actor, version: int | None = None) -> Ticket:
    """Do a macro to a ticket, all of it or nothing. UserError where it cannot be done.

    `version` is what the caller looked at: Conflict if somebody was faster.
    """
    deed, now = by_macro(desk, name, actor.name), desk.clock()
    with operation(desk, actor, "macro", {"macro": deed.name}) as tx:
        state = tickets.state(tx, number)
        if version is not None and state.version != version:
            raise Conflict(
                _("ticket {number} was changed meanwhile; look at it again and repeat").format(
                    number=number
                )
            )
        states = {number: state}
        diffs = differences(desk, deed, states, now)
        if refused := refusals(desk, tx, deed, states, diffs, actor, now):
            raise UserError(refused[number])
        do(desk, tx, deed, states, diffs, actor, now)
        return whole_tickets.get(tx, number)


@dataclass(frozen=True, slots=True)
class Offered:
    """A macro that is offered: what it would do to the ticket, in words, and what it answers."""

    macro: Macro
    preview: str
    answer: str


def offer(desk: Desk, actor: Actor, numbers: Sequence[int]) -> list[Offered]:
    """Return the macros that are for one of these tickets, each with what it would do to the first
    that it is for."""
    found = []
    now = desk.clock()
    for macro in offered(desk, actor, numbers):
        deed = by_macro(desk, macro.name, actor.name)
        with desk.store.read() as tx:
            foreseen = list(foresee(desk, tx, deed, numbers[:LOOKED_AT], actor, now).values())
        one = next((one for one in foreseen if not one.refused), foreseen[0])
        answer = "\n\n".join(told.text for told in one.told if told.kind == "reply")
        found.append(Offered(macro, "\n".join(told_whole(one)), answer))
    return found
