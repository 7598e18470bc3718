"""Tickets that nobody could get: tried again when somebody is there, or free.

What happened to a ticket while it waited is what routes look at in `routing.run`; here it is time,
or the end of other work, that brings it up again.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from kfdesk.desk import Desk
from kfdesk.desk.assigning.routing import Agents, first_that_holds, the_way
from kfdesk.desk.reacting.roots import Root
from kfdesk.desk.reacting.settle import settle
from kfdesk.i18n import _
from kfdesk.model import Actor, By
from kfdesk.rules.assigning.decision import Decision
from kfdesk.rules.assigning.routes import Route
from kfdesk.store import journal, tickets
from kfdesk.store.assigning import waiting
from kfdesk.store.assigning.waiting import Waiting
from kfdesk.store.history import trace
from kfdesk.store.journal import NewEvent
from kfdesk.store.tx import Tx

next_retry = waiting.next_retry


def retry(desk: Desk, tx: Tx, until: datetime, limit: int) -> int:
    """Try tickets again whose time has come, who waits longest first, `limit` at most.

    Returns how many were looked at. Each of them then waits for a later instant, or no longer.
    """
    rows = {row.ticket: row for row in waiting.due(tx, until, limit)}
    if not rows:
        return 0
    ways = _ways(desk, tx, rows, until)
    late = {n: way for n, way in ways.items() if _too_old(rows[n], way, until)}
    waiting.leave(tx, (rows.keys() - ways.keys()) | late.keys())
    _give_up(desk, tx, rows, late, until)
    agents = Agents(desk, tx, until)
    decisions = agents.decide({n: ways[n] for n in rows if n in ways.keys() - late.keys()}, ())
    waiting.put(
        tx,
        [
            replace(rows[n], reason=decision.words, retry_at=decision.retry_at)
            if rows[n].rule
            else replace(
                rows[n],
                route=decision.route,
                reason=decision.words,
                retry_at=decision.retry_at,
            )
            for n, decision in decisions.items()
            if not decision.agent
        ],
    )
    _give(desk, tx, rows, agents, {n: d for n, d in decisions.items() if d.agent})
    return len(rows)


def _ways(desk: Desk, tx: Tx, rows: dict[int, Waiting], now: datetime) -> dict[int, Route]:
    """Return {ticket: the route that it goes by}, without those that need nobody any more."""
    wanting = waiting.wanting(tx, rows)
    own = first_that_holds(desk, tx, [n for n in wanting if not rows[n].rule], now)
    asked = {n: way for n in wanting if rows[n].rule and (way := the_way(desk, rows[n].route))}
    return own | asked


def _too_old(row: Waiting, way: Route, now: datetime) -> bool:
    return way.not_older_than is not None and now - row.since > way.not_older_than


def _by(row: Waiting, way: str) -> Actor:
    return Actor(By.RULE, row.rule or way)


def _give_up(
    desk: Desk, tx: Tx, rows: dict[int, Waiting], late: dict[int, Route], now: datetime
) -> None:
    """Leave tickets that waited for too long to a person: nobody shall find all of them at once."""
    text = _("it waited for an agent since {when}, which is too long for the route; give it out")
    zone = ZoneInfo(desk.settings.desk.timezone)
    numbers = list(late)
    teams = tickets.states(tx, numbers)
    events = journal.record(
        tx,
        [
            NewEvent(
                n,
                _by(rows[n], late[n].name),
                "waited too long",
                text=text.format(when=f"{rows[n].since.astimezone(zone):%Y-%m-%d %H:%M}"),
            )
            for n in numbers
        ],
        now,
    )
    decisions = {
        n: Decision(way.name, way.team or teams[n].team, reason="too old")
        for n, way in late.items()
    }
    trace.keep(
        tx,
        desk.rules.hash,
        lambda: desk.rules.texts,
        (
            (n, event, [], [decisions[n].as_json()])
            for n, event in zip(numbers, events, strict=True)
        ),
        now,
    )


def _give(
    desk: Desk, tx: Tx, rows: dict[int, Waiting], agents: Agents, chosen: dict[int, Decision]
) -> None:
    """Write who gets them, each an event of its own, and let everything look at that."""
    if not chosen:
        return
    actors = {n: _by(rows[n], decision.route) for n, decision in chosen.items()}
    ids = journal.record(tx, [NewEvent(n, actors[n], "retried") for n in chosen], agents.now)
    roots = dict(zip(chosen, ids, strict=True))
    waiting.leave(tx, chosen)
    diffs = agents.give(chosen, {n: actor.name for n, actor in actors.items()}, roots)
    settle(
        desk,
        tx,
        [Root(n, "updated", actors[n], None, diff, roots[n]) for n, diff in diffs.items()],
        agents.now,
        {n: [chosen[n].as_json()] for n in diffs},
    )
