"""Calls of webhooks: queued by rules with the ticket as it then was, sent behind the channels."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from kfdesk.desk import Desk
from kfdesk.desk.conversation.placeholders import values_of
from kfdesk.desk.tickets.plain import moment, ticket_json
from kfdesk.errors import SecretError
from kfdesk.fetchers import robots, webhook
from kfdesk.i18n import _
from kfdesk.model import Actor, Outbound, OutboxRow, Rejected, Retry
from kfdesk.rules.actions import Webhook
from kfdesk.rules.template import render
from kfdesk.secrets import reveal
from kfdesk.store import journal, outbox, tickets, whole_tickets
from kfdesk.store.outbox import NewOutbox
from kfdesk.store.tx import Tx
from kfdesk.text import clean, shorten


def call(
    tx: Tx, desk: Desk, action: Webhook, actor: Actor, roots: Mapping[int, int], now: datetime
) -> dict[int, dict[str, Any]]:
    """Queue the call of a webhook, or a robot, for tickets, {number: root event}."""
    called = action.url or f"robot:{action.robot}"
    values = values_of(tx, desk, tickets.states(tx, list(roots)), [action.text])
    causes = journal.of(tx, roots.values())
    rows = []
    for ticket in whole_tickets.get_many(tx, list(roots)):
        cause = causes[roots[ticket.number]]
        text = clean(render(action.text, values[ticket.number]))
        content = {
            "text": text,
            "rule": actor.rule,
            "event": {
                "id": cause.id,
                "kind": cause.kind,
                "at": cause.at,
                "by": cause.actor.kind.value,
                "actor": cause.actor.name,
                "changes": {name: list(pair) for name, pair in cause.changes.items()},
            },
            "ticket": ticket_json(ticket),
        }
        rows.append(
            NewOutbox(
                ticket_id=ticket.number,
                message_id=None,
                account=webhook.CHANNEL.name,
                key=f"webhook.{secrets.token_hex(16)}",
                to=(called,),
                subject=shorten(text or str(actor), 200),
                automatic=True,
                not_before=now,
                created_at=now,
                kind="webhook",
                payload={
                    **({"url": action.url} if action.url else {"robot": action.robot}),
                    **json.loads(json.dumps(content, default=moment)),
                },
            )
        )
    ids = outbox.queue(tx, rows)
    return {
        row.ticket_id: {"webhooks": [called], "outbox": [id]}
        for row, id in zip(rows, ids, strict=True)
    }


def outbound(desk: Desk, row: OutboxRow) -> Outbound | Rejected | Retry:
    """Return a queued call as its fetcher sends it; the same bytes at every try.

    A robot is called at the address that the configuration has now, and what it signs is the time.
    """
    if name := row.payload.get("robot"):
        return _to_robot(desk, str(name), row)
    url = str(row.payload["url"])
    body = {name: value for name, value in row.payload.items() if name != "url"}
    return Outbound(row.message_id, "", (url,), webhook.body(url, body, row.subject))


def _to_robot(desk: Desk, name: str, row: OutboxRow) -> Outbound | Rejected | Retry:
    robot = next((one for one in desk.settings.robots if one.name == name), None)
    if robot is None:
        return Rejected(_("the configuration has no robot “{name}” any more").format(name=name))
    try:
        url = reveal(robot.url, robot.place.at("url"))
        secret = reveal(robot.secret, robot.place.at("secret")) if robot.secret else ""
    except SecretError as error:
        return Retry(str(error))
    ms = round(desk.clock().timestamp() * 1000)
    ticket = row.payload["ticket"]
    text = f"#{ticket['number']} {ticket['subject']}\n{row.payload['text']}"
    content = {key: value for key, value in row.payload.items() if key != "robot"}
    return Outbound(
        row.message_id,
        robot.type,
        (robots.address(robot.type, url, secret, ms),),
        robots.body(robot.type, text, content, secret, ms),
    )
