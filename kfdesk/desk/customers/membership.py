"""Who belongs to which group of customers: by hand here, by the groups' conditions of itself."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence

from kfdesk.desk import Desk
from kfdesk.desk.customers.people import named
from kfdesk.desk.operation import operation
from kfdesk.desk.timing import epochs
from kfdesk.errors import UserError
from kfdesk.i18n import _
from kfdesk.model import Actor
from kfdesk.rules.language.known import Known
from kfdesk.rules.names import hint
from kfdesk.store import customers, meta
from kfdesk.store.people import groups, profiles
from kfdesk.store.people.profiles import Entry, Membership
from kfdesk.store.tx import Tx
from kfdesk.text import fold


def group(desk: Desk, who: str, changes: Sequence[str], actor: Actor) -> int:
    """Put a customer into groups (`+VIP`) and take them out (`-KA`); return who it was.

    UserError for a group that the configuration does not have, or one that a condition asks for.
    """
    wanted = [_change(desk, text) for text in changes]
    if not wanted:
        raise UserError(_("name the groups: +VIP to put in, -VIP to take out"))
    with operation(desk, actor, "customer") as tx:
        id = named(tx, desk, who)
        there = {member.name: member for member in profiles.memberships(tx, [id]).get(id, ())}
        for sign, name in wanted:
            was = there.get(name)
            if sign == "+" and (was is None or not was.by_hand or was.inherited):
                profiles.put_membership(tx, id, Membership(name, by_hand=True))
                if was is None or not was.by_hand:
                    profiles.record(
                        tx, [Entry(id, actor, "group", {"group": (None, name)})], desk.clock()
                    )
            elif sign == "-" and was is not None:
                _leave(tx, desk, id, was, actor)
        changed(desk, tx, [id])
    return id


def _change(desk: Desk, text: str) -> tuple[str, str]:
    sign, name = text[:1], text[1:]
    if sign not in ("+", "-"):
        raise UserError(
            _("“{text}”: write +{text} to put in, -{text} to take out").format(text=text)
        )
    known = Known.of(desk.settings).names["group"]
    if fold(name) not in known:
        raise UserError(
            _("there is no group “{name}”{hint}").format(
                name=name, hint=hint(name, (g.name for g in desk.settings.groups))
            )
        )
    return sign, known[fold(name)]


def _leave(tx: Tx, desk: Desk, id: int, was: Membership, actor: Actor) -> None:
    if not was.by_hand:
        raise UserError(
            _("the customer is in {name} by its condition; change what makes it true").format(
                name=was.name
            )
        )
    # Those merged into the customer are the same person: none of them brings the group back.
    for one in profiles.family(tx, id):
        mine = {m.name: m for m in profiles.memberships(tx, [one]).get(one, ())}
        if one == id or (was.name in mine and mine[was.name].by_hand):
            profiles.remove_memberships(tx, [one], [was.name])
    entry = Entry(id, actor, "group", {"group": (was.name, None)})
    profiles.record(tx, [entry], desk.clock())


def changed(desk: Desk, tx: Tx, ids: Collection[int]) -> None:
    """What follows where customers have changed: groups by condition, and what schedules wait for.

    A change of a customer is no event of their tickets: rules see it at the next event of each.
    """
    groups.evaluate(tx, desk.groups, ids, desk.scope())
    if desk.rules.schedules:
        epochs.leave(desk, tx, customers.tickets_of(tx, ids), desk.clock())


def configured(desk: Desk, before: str, conditions: str) -> None:
    """The groups' conditions are others than before: ask everybody, where one has changed."""
    then: dict[str, str] = json.loads(before or "{}")
    now: dict[str, str] = json.loads(conditions)
    queries = dict(desk.groups)
    with desk.store.write() as tx:
        for name in {**then, **now}:
            if then.get(name) != now.get(name):
                groups.configured(tx, name, queries.get(name), desk.scope())
        meta.put(tx, "groups", conditions)
