"""Who has a ticket open, and the lease that keeps two of them from answering it at once.

A lease is taken by opening the composer, renewed by typing, and ends by sending, by leaving, or
by itself. It holds back a second answer, and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from kfdesk.desk import Desk
from kfdesk.errors import Leased, UserError
from kfdesk.i18n import _
from kfdesk.model import EPOCH, Actor, Present
from kfdesk.settings import Settings
from kfdesk.store.teamwork import presence
from kfdesk.store.tx import Tx

#: How long a lease holds after the last key.
LEASE = timedelta(minutes=3)
#: A lease is written again only once so much of it has passed: typing costs no commit of its own.
_RENEW_AFTER = timedelta(seconds=30)
#: How often a console says that it still shows a ticket.
BEAT = timedelta(seconds=60)
#: Who has said nothing for so long is gone: two beats, and some time for a busy machine.
GONE_AFTER = timedelta(seconds=150)
_OVERRIDERS = ("lead", "admin")


def attend(desk: Desk, actor: Actor, session: str, number: int | None, *, writing: bool) -> None:
    """Write that a console shows this ticket, or none; `writing` takes the lease if it is free."""
    now = desk.clock()
    with desk.store.write() as tx:
        presence.leave(tx, session, but=number)
        mine = _mine(tx, number, actor, session, now) if number is not None else None
        presence.forget(tx, now - GONE_AFTER, now)
        if number is None:
            return
        until = mine.lease_until if mine and writing else None
        if writing and until is None and holder(tx, number, actor, now) is None:
            until = now + LEASE  # one that has run out waits for a key
        since = mine.since if mine else now
        presence.put(tx, Present(number, actor.name, session, since, now, until))


def renew(tx: Tx, number: int, actor: Actor, session: str, now: datetime) -> None:
    """A key was pressed in the composer: hold the lease on, or take it where it has become free."""
    mine = _mine(tx, number, actor, session, now)
    if mine and mine.lease_until and mine.lease_until > now + LEASE - _RENEW_AFTER:
        return
    if holder(tx, number, actor, now) is None:
        since = mine.since if mine else now
        presence.put(tx, Present(number, actor.name, session, since, now, now + LEASE))


def _mine(tx: Tx, number: int, actor: Actor, session: str, now: datetime) -> Present | None:
    found = presence.everybody(tx, EPOCH, now, [number])
    return next((p for p in found if p.session == session and p.agent == actor.name), None)


def holder(tx: Tx, number: int, actor: Actor, now: datetime) -> Present | None:
    """Return the colleague who holds the lease of a ticket; oneself, anywhere, is none."""
    found = presence.everybody(tx, now, now, [number])
    return next((p for p in found if p.writes(now) and p.agent != actor.name), None)


def company(
    tx: Tx, actor: Actor, now: datetime, numbers: Iterable[int] | None = None
) -> list[Present]:
    """Return the colleagues who have tickets open, each once a ticket; who writes comes first."""
    found: dict[tuple[int, str], Present] = {}
    for one in presence.everybody(tx, now - GONE_AFTER, now, numbers):
        key = one.ticket, one.agent
        if one.agent != actor.name and (key not in found or one.writes(now)):
            found[key] = one
    return sorted(found.values(), key=lambda one: not one.writes(now))


def may_override(settings: Settings, actor: Actor) -> bool:
    """Whether somebody may answer although a colleague is at it: leads and admins may."""
    return any(a.name == actor.name and a.role in _OVERRIDERS for a in settings.agents)


def claim(desk: Desk, tx: Tx, number: int, actor: Actor, now: datetime, *, force: bool) -> None:
    """Let an answer through, and end the actor's own lease. Leased where a colleague holds it.

    `force` goes over that; UserError where the actor may not use it.
    """
    other = holder(tx, number, actor, now)
    if other is not None and not (force and may_override(desk.settings, actor)):
        assert other.lease_until is not None
        names = {agent.name: agent.title for agent in desk.settings.agents}
        name = names.get(other.agent) or other.agent
        at = f"{other.lease_until.astimezone(ZoneInfo(desk.settings.desk.timezone)):%H:%M:%S}"
        if force:
            raise UserError(
                _(
                    "{who} is answering ticket {number}, until {time} at most; only a lead or an "
                    "admin may send all the same"
                ).format(who=name, number=number, time=at)
            )
        raise Leased(
            _(
                "{who} is answering ticket {number}, until {time} at most; wait or ask them, or "
                "write a note (a lead or an admin may use --force)"
            ).format(who=name, number=number, time=at),
            other.agent,
            other.lease_until,
        )
    presence.release(tx, number, actor.name)
