"""What happened to a ticket in one transaction: what rules, SLA clocks and routes look at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from kfdesk.model import Actor

#: {field: (old, new)}
Diff = dict[str, tuple[Any, Any]]
#: What time brings; and that somebody answered who was asked aside.
What = Literal["", "sla.warning", "sla.breached", "woke", "side.answered"]


@dataclass(frozen=True, slots=True)
class Root:
    """What happened to a ticket in this transaction, and its first line in the journal."""

    ticket_id: int
    kind: Literal["created", "updated"]
    actor: Actor
    message_id: int | None
    changes: Mapping[str, tuple[Any, Any]]
    event_id: int
    what: What = ""
    target: str = ""  # of an SLA event: first_response, next_response, resolve


def one_each(roots: Sequence[Root]) -> list[Root]:
    """All that one transaction did to a ticket is one event: created wins, the first old value
    and the last new one, the newest message."""
    found: dict[int, Root] = {}
    for root in roots:
        first = found.get(root.ticket_id)
        if first is None:
            found[root.ticket_id] = root
            continue
        newest = max(filter(None, (first.message_id, root.message_id)), default=None)
        found[root.ticket_id] = Root(
            root.ticket_id,
            "created" if "created" in (first.kind, root.kind) else "updated",
            root.actor if root.message_id and not first.message_id else first.actor,
            newest,
            then(dict(first.changes), root.changes),
            first.event_id,
            root.what or first.what,
            root.target or first.target,
        )
    return list(found.values())


def then(first: Diff, later: Mapping[str, tuple[Any, Any]]) -> Diff:
    """Two change sets, one after the other, as one; what came back to where it was is no change."""
    for name, (old, new) in later.items():
        before = first[name][0] if name in first else old
        if before == new:
            first.pop(name, None)
        else:
            first[name] = (before, new)
    return first
