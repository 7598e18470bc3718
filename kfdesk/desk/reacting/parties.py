"""Who and what else a rule connects a ticket with: further parties, other tickets. In bulk."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from kfdesk.desk import Desk
from kfdesk.desk.sending import colleagues
from kfdesk.desk.teamwork.joining import join
from kfdesk.desk.tickets.connecting import connect
from kfdesk.desk.tickets.edit import columns
from kfdesk.errors import UserError
from kfdesk.i18n import _
from kfdesk.model import Actor, Address
from kfdesk.rules.actions import Link
from kfdesk.store import journal, tickets
from kfdesk.store.journal import NewEvent
from kfdesk.store.teamwork import parties
from kfdesk.store.tickets import State
from kfdesk.store.tx import Tx


def add(
    tx: Tx, desk: Desk, who: str, actor: Actor, roots: Mapping[int, int], now: datetime
) -> dict[int, dict[str, Any]]:
    """Make an address, or an agent, a party of tickets, {number: root event}."""
    states = tickets.states(tx, list(roots))
    known, removed = parties.of(tx, list(states))
    new: dict[int, Address] = {}
    for number, state in states.items():
        agents = colleagues.meant(desk.settings, who, state)
        people = (
            [Address("", who.lower())]
            if agents is None
            else [Address(a.title or a.name, a.email.lower()) for a in agents if a.email]
        )
        if not people:
            raise UserError(_("{name} has no address").format(name=who))
        if people[0].email not in known.get(number, set()) | removed.get(number, set()):
            new[number] = people[0]
    parties.add(tx, new.items())
    changes = {
        number: (sorted(known.get(number, ())), sorted({*known.get(number, ()), person.email}))
        for number, person in new.items()
    }
    _write(tx, states, "collaborators", changes, actor, roots, now)
    return {number: {"collaborators": [person.email]} for number, person in new.items()}


def follow(
    tx: Tx, desk: Desk, who: str, actor: Actor, roots: Mapping[int, int], now: datetime
) -> dict[int, dict[str, Any]]:
    """Let those of us whom `who` means follow tickets, {number: root event}."""
    states = tickets.states(tx, list(roots))
    wanted = {
        number: [agent.name for agent in colleagues.meant(desk.settings, who, state) or ()]
        for number, state in states.items()
    }
    joined = join(tx, wanted, actor, now, roots, actor.rule)
    return {
        number: {"followers": [name for name in after if name not in before]}
        for number, (before, after) in joined.items()
    }


def link(
    tx: Tx, action: Link, actor: Actor, roots: Mapping[int, int], now: datetime
) -> dict[int, dict[str, Any]]:
    """Link tickets, {number: root event}, with another one. NotFound if there is none."""
    states = tickets.states(tx, list(roots))
    reason = f"rule: {actor.rule}" if actor.rule else ""
    connect(tx, list(states), action.kind, action.ticket, actor, now, reason=reason, roots=roots)
    return {number: {"links": [[action.kind, action.ticket]]} for number in states}


def _write(
    tx: Tx,
    states: Mapping[int, State],
    field: str,
    changes: Mapping[int, tuple[list[Any], list[Any]]],
    actor: Actor,
    roots: Mapping[int, int],
    now: datetime,
) -> None:
    tickets.update_many(tx, {n: columns(states[n], {}, actor, now) for n in changes})
    journal.record(
        tx,
        [
            NewEvent(number, actor, "changed", {field: pair}, rule=actor.rule, root=roots[number])
            for number, pair in changes.items()
        ],
        now,
    )
