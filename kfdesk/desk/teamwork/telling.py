"""Telling agents what others did to their tickets: who has one, follows it, or is named in a note.

An agent is told once of an event, whatever the reasons, and never of what they did themselves.
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from kfdesk import labels
from kfdesk.desk import Desk
from kfdesk.desk.reacting.roots import Root
from kfdesk.desk.sending import letters
from kfdesk.desk.sending.notices import ACCOUNT
from kfdesk.desk.teamwork.joining import join
from kfdesk.desk.teamwork.mentions import mentioned
from kfdesk.i18n import _, ngettext
from kfdesk.model import Address, By, Direction
from kfdesk.settings import Agent
from kfdesk.store import outbox
from kfdesk.store.outbox import NewOutbox
from kfdesk.store.teamwork import followers, sides
from kfdesk.store.teamwork.followers import Concerned, Said
from kfdesk.store.tx import Tx
from kfdesk.text import shorten

#: Of what a customer wrote longer ago nobody is told: a mailbox is being read that waited.
_OLD = timedelta(days=1)
_LONGEST = 160
#: Why somebody is told; the first that holds.
Why = Literal["mention", "assigned", "breached", "reply", "followed"]
_PEOPLE = (By.AGENT, By.CUSTOMER)


@dataclass(frozen=True, slots=True)
class _Word:
    """What one agent is told, and why."""

    agent: Agent
    why: Why
    text: str


def tell(
    desk: Desk,
    tx: Tx,
    roots: Sequence[Root],
    told: Collection[tuple[int, str]],
    now: datetime,
) -> None:
    """Queue what agents are to hear of these events; `told` are (ticket, agent) who did already."""
    heard = [root for root in roots if _concerns_anybody(root)] if desk.settings.agents else []
    if not heard:
        return
    whom = followers.concerned(tx, [root.ticket_id for root in heard])
    said = followers.said(tx, [root.message_id for root in heard if root.message_id])
    words: list[tuple[int, _Word]] = []
    for root in heard:
        if root.ticket_id not in whom:
            continue
        message = said.get(root.message_id or 0)
        if message and message.by is By.CUSTOMER and message.at < now - _OLD:
            continue
        words += [
            (root.ticket_id, word)
            for word in _words(desk, tx, root, whom[root.ticket_id], message, now)
            if (root.ticket_id, word.agent.name) not in told
        ]
    _queue(desk, tx, words, now)


def _queue(desk: Desk, tx: Tx, words: Sequence[tuple[int, _Word]], now: datetime) -> None:
    """Queue words about tickets, each in the ways in which its agent wants to hear them."""
    rows: list[NewOutbox] = []
    by_mail: list[letters.Letter] = []
    for number, word in words:
        ways = getattr(word.agent.notify, word.why)
        if here := [way for way in ways if way != "mail"]:
            rows.append(_notice(number, word, here, now))
        if "mail" in ways and word.agent.email:
            to = Address(word.agent.title or word.agent.name, word.agent.email.lower())
            by_mail.append(letters.Letter(number, to, word.text, internal=True))
    outbox.queue(tx, rows)
    letters.post(tx, desk, by_mail, now)


def together(desk: Desk, tx: Tx, roots: Sequence[Root], now: datetime) -> None:
    """Queue one word to each agent about all that somebody did at once to tickets of theirs."""
    heard = [root for root in roots if root.message_id or {"status", "assignee"} & {*root.changes}]
    if not heard or not desk.settings.agents:
        return
    agents = {agent.name: agent for agent in desk.settings.agents}
    doer = heard[0].actor.name
    theirs: dict[str, list[int]] = defaultdict(list)
    for number, concerned in followers.concerned(tx, [root.ticket_id for root in heard]).items():
        for name in {concerned.assignee, *concerned.followers} & {*agents} - {doer}:
            theirs[name].append(number)
    by = _title(agents, doer)
    words: list[tuple[int, _Word]] = []
    for name, numbers in theirs.items():
        n = len(numbers)
        text = ngettext(
            "{name} changed {n} ticket of yours at once",
            "{name} changed {n} tickets of yours at once",
            n,
        ).format(name=by, n=n)
        words.append((numbers[0], _Word(agents[name], "followed", text)))
    _queue(desk, tx, words, now)


def _concerns_anybody(root: Root) -> bool:
    """Whether anybody might be told; of most that comes in from outside, nobody."""
    if "assignee" in root.changes or root.what == "sla.breached":
        return True
    if root.actor.kind is By.SYSTEM:  # a robot's answer to what was asked aside, or a bounce of it
        return root.message_id is not None
    return root.kind == "updated" and root.actor.kind in _PEOPLE


def _words(
    desk: Desk, tx: Tx, root: Root, concerned: Concerned, message: Said | None, now: datetime
) -> Iterator[_Word]:
    """Who is told what of an event, everybody once."""
    agents = {agent.name: agent for agent in desk.settings.agents}
    doer = root.actor.name if root.actor.kind is By.AGENT else ""
    done: set[str] = {doer}

    def words(names: Sequence[str], why: Why, text: str) -> Iterator[_Word]:
        for name in names:
            if name in agents and name not in done:
                done.add(name)
                yield _Word(agents[name], why, text)

    by = _title(agents, root.actor.name)
    if message and message.direction is Direction.NOTE:
        named = mentioned(desk.settings, message.text)
        if named.agents:
            join(
                tx, {root.ticket_id: named.agents}, root.actor, now, {root.ticket_id: root.event_id}
            )
        members = [a.name for a in agents.values() if {*a.teams} & {*named.teams}]
        text = _("{name} calls you: {text}").format(name=by, text=shorten(message.text, _LONGEST))
        yield from words([*named.agents, *members], "mention", text)
    if (new := root.changes.get("assignee", ("", ""))[1]) and root.actor.kind is not By.CUSTOMER:
        text = _("{name} gave you this: {subject}").format(name=by, subject=concerned.subject)
        yield from words([new], "assigned", text)
    elif new:
        yield from words([new], "assigned", _("yours: {subject}").format(subject=concerned.subject))
    everybody = [concerned.assignee, *concerned.followers]
    if root.what == "sla.breached":
        text = _("a deadline was missed ({target}): {subject}").format(
            target=labels.target(root.target), subject=concerned.subject
        )
        yield from words(everybody, "breached", text)
    elif root.kind == "updated" and (text := _news(root, message, by)):
        if message and message.side:
            asker = [side.agent for side in sides.of(tx, [message.side]).values()]
            yield from words([*asker, concerned.assignee], "reply", text)
        elif message and message.by is By.CUSTOMER:
            yield from words([concerned.assignee], "reply", text)
        yield from words(everybody, "followed", text)


def _news(root: Root, message: Said | None, by: str) -> str:
    """What somebody wrote, or how they moved the ticket; nothing where that is no news."""
    if message is not None:
        if message.auto and not message.side:
            return ""
        who = message.author if message.by is By.CUSTOMER else by
        return f"{who}: {shorten(message.text, _LONGEST)}"
    if "status" in root.changes and root.actor.kind in _PEOPLE:
        status = labels.value("status", root.changes["status"][1])
        return _("{name}: now {status}").format(name=by, status=status)
    return ""


def _title(agents: Mapping[str, Agent], name: str) -> str:
    return (agents[name].title or name) if name in agents else name


def _notice(number: int, word: _Word, ways: Sequence[str], now: datetime) -> NewOutbox:
    return NewOutbox(
        ticket_id=number,
        message_id=None,
        account=ACCOUNT,
        key=f"notice.{secrets.token_hex(16)}",
        to=(word.agent.name,),
        subject=word.text,
        automatic=True,
        not_before=now,
        created_at=now,
        kind="notice",
        payload={"text": word.text, "ticket": number, "event": word.why, "ways": list(ways)},
    )
