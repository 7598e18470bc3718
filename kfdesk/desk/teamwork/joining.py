"""Becoming a follower by what happens: named in a note, or by a rule. In bulk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from kfdesk.model import Actor
from kfdesk.store import journal
from kfdesk.store.journal import NewEvent
from kfdesk.store.teamwork import followers
from kfdesk.store.tx import Tx


def join(
    tx: Tx,
    wanted: Mapping[int, Sequence[str]],
    actor: Actor,
    now: datetime,
    roots: Mapping[int, int],
    rule: str = "",
) -> dict[int, tuple[list[str], list[str]]]:
    """Let agents follow tickets, {number: names}, within what set it off, {number: root event}.

    Returns {number: (before, after)} of those where somebody is new.
    """
    before = followers.of(tx, list(wanted))
    new = {
        number: (list(known), sorted({*known, *agents}))
        for number, agents in wanted.items()
        if not {*agents} <= {*(known := before.get(number, ()))}
    }
    followers.add(tx, ((number, agent) for number, (_old, all_) in new.items() for agent in all_))
    lines = [
        NewEvent(number, actor, "changed", {"followers": pair}, rule=rule, root=roots[number])
        for number, pair in new.items()
    ]
    journal.record(tx, lines, now)
    return new
