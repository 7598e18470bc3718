"""One thing that a person does: one transaction, which undo takes back as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

from kfdesk.desk import Desk
from kfdesk.model import Actor
from kfdesk.store import drafts
from kfdesk.store.history import operations
from kfdesk.store.tx import Tx


class Draft(NamedTuple):
    """What the one who does it was writing: on which ticket, and as what (reply, note, …)."""

    ticket: int
    kind: str


@contextmanager
def operation(
    desk: Desk,
    actor: Actor,
    kind: str,
    detail: Mapping[str, Any] | None = None,
    *,
    lasting: bool = False,
    draft: Draft | None = None,
) -> Iterator[Tx]:
    """A write transaction in which a person does one thing of that kind (`set`, `merge`, …).

    One that is `lasting` can never be taken back, and keeps nothing of how things were. A `draft`
    that becomes a message is none any more, wherever the program is killed; undo does not bring
    it back beside a message that has left.
    """
    with desk.store.write() as tx:
        if draft is not None:
            drafts.put(tx, draft.ticket, actor.name, draft.kind, "", desk.clock())
        with operations.recorded(tx, actor, kind, desk.clock(), detail, lasting=lasting):
            yield tx
