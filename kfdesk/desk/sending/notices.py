"""Words to agents at their consoles: queued by rules, shown once, marked when they were seen."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kfdesk.desk import Desk
from kfdesk.desk.conversation.placeholders import values_of
from kfdesk.desk.sending import colleagues, webhooks
from kfdesk.i18n import _
from kfdesk.model import Actor, By, OutboxState
from kfdesk.rules.actions import Notify, Webhook
from kfdesk.rules.template import render
from kfdesk.store import journal, outbox, tickets
from kfdesk.store.outbox import NewOutbox
from kfdesk.store.tickets import State
from kfdesk.store.tx import Tx
from kfdesk.text import clean, shorten

#: What stands for the channel where there is none: a notice goes to a console.
ACCOUNT = "notice"


@dataclass(frozen=True, slots=True)
class Notice:
    """A word to an agent; `id` is its row in the outbox, `ways` how it is told."""

    id: int
    ticket: int
    text: str
    at: datetime
    ways: tuple[str, ...] = ("console", "bell")
    why: str = ""  # mention, assigned, …; of a rule's word nothing


def notify(
    tx: Tx, desk: Desk, action: Notify, actor: Actor, roots: Mapping[int, int], now: datetime
) -> dict[int, dict[str, Any]]:
    """Queue a word to whom a rule names on tickets, {number: root event}; not to who did it."""
    states = tickets.states(tx, list(roots))
    values = values_of(tx, desk, states, [action.text])
    causes = journal.of(tx, roots.values())
    rows: list[NewOutbox] = []
    told: dict[int, list[dict[str, str]]] = {}
    held: dict[int, str] = {}
    for number, state in states.items():
        cause = causes[roots[number]].actor
        doer = cause.name if cause.kind is By.AGENT else ""
        agents = [a.name for a in colleagues.meant(desk.settings, action.to, state) or ()]
        text = clean(render(action.text, values[number]))
        told[number] = [{"to": name, "text": text} for name in agents if name != doer]
        if not told[number]:
            did_it = _("{name} did it, and need not be told").format(name=doer)
            held[number] = did_it if agents else colleagues.nobody(action.to)
        rows += [
            NewOutbox(
                ticket_id=number,
                message_id=None,
                account=ACCOUNT,
                key=f"notice.{secrets.token_hex(16)}",
                to=(one["to"],),
                subject=shorten(text, 200),
                automatic=True,
                not_before=now,
                created_at=now,
                kind="notice",
                payload={"text": text, "ticket": number, "rule": actor.rule},
            )
            for one in told[number]
        ]
    ids = iter(outbox.queue(tx, rows))
    said = _in_groups(tx, desk, action, actor, states, roots, now)
    found: dict[int, dict[str, Any]] = {}
    for number in states:
        found[number] = said.get(number, {})
        if told[number]:
            queued = [next(ids) for _one in told[number]]
            outcome = {"notices": told[number], "outbox": queued + found[number].get("outbox", [])}
            found[number] = {**found[number], **outcome}
        elif number not in said:
            found[number] = {"held": held[number]}
    return found


def _in_groups(
    tx: Tx,
    desk: Desk,
    action: Notify,
    actor: Actor,
    states: Mapping[int, State],
    roots: Mapping[int, int],
    now: datetime,
) -> dict[int, dict[str, Any]]:
    """Say it in the chat group of a team that has one, by its robot."""
    robots = {team.name: team.robot for team in desk.settings.teams if team.robot}
    kind, _colon, name = action.to.partition(":")
    if kind != "team" or not robots:
        return {}
    theirs: dict[str, dict[int, int]] = {}
    for number, state in states.items():
        if robot := robots.get(name or state.team):
            theirs.setdefault(robot, {})[number] = roots[number]
    return {
        number: outcome
        for robot, several in theirs.items()
        for number, outcome in webhooks.call(
            tx, desk, Webhook("", action.text, robot), actor, several, now
        ).items()
    }


def waiting(tx: Tx, agent: str) -> list[Notice]:
    """Return what an agent has not seen yet, oldest first."""
    return [
        Notice(
            row.id,
            row.ticket,
            str(row.payload["text"]),
            row.not_before,
            tuple(row.payload.get("ways", ("console", "bell"))),
            str(row.payload.get("event", "")),
        )
        for row in outbox.notices(tx, agent)
    ]


def seen(desk: Desk, ids: Sequence[int]) -> None:
    """Mark notices as shown; what was cancelled meanwhile stays so."""
    with desk.store.write() as tx:
        outbox.mark(tx, ids, OutboxState.SENT, desk.clock(), only=OutboxState.QUEUED)
