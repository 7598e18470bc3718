"""What a rule does beside changing fields: what is said, and what leaves the desk. In bulk.

The receipts that make it happen once are the caller's, in the same transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from kfdesk.desk import Desk
from kfdesk.desk.conversation import progress, survey
from kfdesk.desk.conversation.answers import Said, write_replies
from kfdesk.desk.conversation.notes import write_notes
from kfdesk.desk.conversation.placeholders import Words, values_of
from kfdesk.desk.reacting import parties
from kfdesk.desk.sending import mailing, notices, webhooks
from kfdesk.desk.sending.automatic import answer
from kfdesk.model import Actor, By
from kfdesk.rules.actions import (
    Collaborator,
    Effect,
    Follow,
    Link,
    Mail,
    Note,
    Notify,
    Progress,
    Reply,
    Survey,
    Webhook,
)
from kfdesk.rules.template import render
from kfdesk.store import tickets
from kfdesk.store.tx import Tx
from kfdesk.text import clean, shorten


def perform(
    tx: Tx, desk: Desk, action: Effect, actor: Actor, roots: Mapping[int, int], now: datetime
) -> dict[int, dict[str, Any]]:
    """Do it on tickets, {number: root event}; return what it came to on each, for the trace.

    That is some of: `replies` [template or article], `notes` 1, `mails` [{to: address, template}],
    `notices` [{to: agent, text}], `webhooks` [url], `surveys` 1, `collaborators` [address],
    `links` [[kind, number]], `outbox` [id] of what is no message (webhooks, notices), `changes`
    what a person's answer changed of the ticket, `held` why something did not leave. Lists and
    numbers of several actions add up.
    """
    if not roots:
        return {}
    match action:
        case Note(text):
            return _note(tx, desk, text, actor, roots, now)
        case Reply():
            return _reply(tx, desk, action, actor, roots, now)
        case Mail():
            return mailing.mail(tx, desk, action, actor, roots, now)
        case Notify():
            return notices.notify(tx, desk, action, actor, roots, now)
        case Webhook():
            return webhooks.call(tx, desk, action, actor, roots, now)
        case Survey(template):
            return survey.ask(tx, desk, template, actor, roots, now)
        case Progress():
            return progress.tell(tx, desk, actor, roots, now)
        case Follow(who):
            return parties.follow(tx, desk, who, actor, roots, now)
        case Collaborator(who):
            return parties.add(tx, desk, who, actor, roots, now)
        case Link():
            return parties.link(tx, action, actor, roots, now)


def _reply(
    tx: Tx, desk: Desk, action: Reply, actor: Actor, roots: Mapping[int, int], now: datetime
) -> dict[int, dict[str, Any]]:
    """A person's answer leaves as one; a rule's is held back where that is safer."""
    words = Words.of_reply(desk.settings, action)
    part = {"replies": [action.template or action.article or shorten(action.text, 60)]}
    if actor.kind is By.AGENT:
        states = tickets.states(tx, list(roots))
        values = values_of(tx, desk, states, words.texts, actor=actor)
        filled = {number: words.filled(values[number]) for number in states}
        said = {
            number: Said(text, subject, article=words.article(values[number]))
            for number, (subject, text) in filled.items()
        }
        done = write_replies(tx, desk, states, said, actor, now, roots=roots)
        return {number: {**part, "changes": written.diff} for number, written in done.items()}
    held = answer(tx, desk, words, actor, roots, now)
    return {number: {"held": held[number]} if number in held else part for number in roots}


def _note(
    tx: Tx, desk: Desk, text: str, actor: Actor, roots: Mapping[int, int], now: datetime
) -> dict[int, dict[str, Any]]:
    """Write a note, with the tickets' values in it."""
    states = tickets.states(tx, list(roots))
    values = values_of(tx, desk, states, [text], actor=actor)
    texts = {number: clean(render(text, values[number])) for number in states}
    write_notes(tx, states, texts, actor, now, roots=roots, rule=actor.rule)
    return {number: {"notes": 1} for number in states}
