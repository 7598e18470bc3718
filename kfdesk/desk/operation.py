"""One thing that a person does: one transaction, which undo takes back as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from kfdesk.desk import Desk
from kfdesk.model import Actor
from kfdesk.store.history import operations
from kfdesk.store.tx import Tx


@contextmanager
def operation(
    desk: Desk,
    actor: Actor,
    kind: str,
    detail: Mapping[str, Any] | None = None,
    *,
    lasting: bool = False,
) -> Iterator[Tx]:
    """A write transaction in which a person does one thing of that kind (`set`, `merge`, …).

    One that is `lasting` can never be taken back, and keeps nothing of how things were.
    """
    with (
        desk.store.write() as tx,
        operations.recorded(tx, actor, kind, desk.clock(), detail, lasting=lasting),
    ):
        yield tx
