"""From a bot to a person: the ticket opens, and a note says what was said so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from kfdesk.desk import Desk
from kfdesk.desk.conversation.notes import write_notes
from kfdesk.i18n import _
from kfdesk.model import Actor
from kfdesk.store import bots, journal, tickets
from kfdesk.store.bots import Said
from kfdesk.store.journal import NewEvent
from kfdesk.store.tx import Tx


def hand_over(
    tx: Tx, desk: Desk, actor: Actor, roots: Mapping[int, int], now: datetime
) -> dict[int, dict[str, Any]]:
    """Hand tickets, {number: root event}, to whoever takes them; say so in the journal.

    Returns what it came to on each, for the trace.
    """
    bots.hand_over(tx, roots, now)
    journal.record(
        tx,
        [NewEvent(n, actor, "handover", rule=actor.rule, root=root) for n, root in roots.items()],
        now,
    )
    said = bots.said(tx, roots)
    zone = ZoneInfo(desk.settings.desk.timezone)
    texts = {number: _so_far(said[number], zone) for number in roots}
    write_notes(
        tx, tickets.states(tx, list(roots)), texts, actor, now, roots=roots, rule=actor.rule
    )
    return {number: {"notes": 1, "handover": True} for number in roots}


def _so_far(said: Sequence[Said], zone: ZoneInfo) -> str:
    parts = [_("The customer asks for a person. No bot answers here any more. Said so far:")]
    for one in said:
        at = one.at.astimezone(zone).strftime("%Y-%m-%d %H:%M")
        name = _("the bot “{name}”").format(name=one.rule) if one.rule else one.author
        parts.append(f"{at}  {name}:\n{one.text.strip()}")
    return "\n\n".join(parts)
