"""What a rule does beside changing fields: what is said, and what leaves the desk. In bulk."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from kfdesk.desk import Desk, automatic
from kfdesk.rules.actions import Effect, Note, Reply
from kfdesk.store.tx import Tx


def perform(
    tx: Tx, desk: Desk, action: Effect, rule: str, roots: Mapping[int, int], now: datetime
) -> dict[int, dict[str, Any]]:
    """Do it on tickets, {number: root event}; return what it came to on each, for the trace."""
    if isinstance(action, Note):
        automatic.note(tx, desk, action.text, rule, roots, now)
        return {number: {"notes": 1} for number in roots}
    if isinstance(action, Reply):
        held = automatic.answer(tx, desk, action.template, rule, roots, now)
        return {
            number: {"held": held[number]} if number in held else {"replies": [action.template]}
            for number in roots
        }
    raise NotImplementedError(type(action).__name__)
