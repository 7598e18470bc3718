"""What became of each agent's tickets of a category, learnt from the journal and the surveys."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from kfdesk.rules.assigning.decision import Skill
from kfdesk.store.tx import Tx, driver

#: So many tickets of a category, the newest, say how good somebody is at it now.
NEWEST = 1000

_SOME = (
    "WITH some AS MATERIALIZED (SELECT id FROM ticket WHERE category = ? AND category != '' "
    "AND deleted_at IS NULL AND merged_into IS NULL AND NOT spam ORDER BY id DESC LIMIT ?) "
)
_EVENTS = (
    f"{_SOME} SELECT ticket_id, json_extract(changes, '$.assignee[1]'), "  # noqa: S608
    "json_extract(changes, '$.status[0]'), json_extract(changes, '$.status[1]') "
    "FROM some CROSS JOIN event INDEXED BY ix_event_ticket ON ticket_id = some.id "
    "WHERE instr(changes, '\"assignee\"') > 0 OR instr(changes, '\"status\"') > 0 "
    "ORDER BY ticket_id, event.id"
)
_RATINGS = (
    f"{_SOME} SELECT ticket_id, score FROM some CROSS JOIN survey ON ticket_id = some.id "  # noqa: S608
    "WHERE score IS NOT NULL"
)
_DONE = ("solved", "closed")


def of_category(tx: Tx, category: str) -> dict[str, Skill]:
    """Return {agent: skill} in a category. A ticket counts once it was solved or handed on."""
    connection = driver(tx)
    had: dict[str, set[int]] = defaultdict(set)
    solved: dict[str, set[int]] = defaultdict(set)
    reopened: dict[str, set[int]] = defaultdict(set)
    holders: dict[int, str] = {}
    solvers: dict[int, str] = {}
    for ticket, agent, before, after in connection.execute(_EVENTS, (category, NEWEST)):
        if agent is not None:
            holders[ticket] = agent
        holder = holders.get(ticket, "")
        had[holder].add(ticket)
        if after in _DONE and before not in _DONE:
            solvers[ticket] = holder
            solved[holder].add(ticket)
        elif before in _DONE and after is not None and after not in _DONE:
            reopened[solvers.get(ticket, "")].add(ticket)
    ratings: dict[str, list[float]] = defaultdict(list)
    for ticket, score in connection.execute(_RATINGS, (category, NEWEST)):
        ratings[solvers.get(ticket, "")].append((score - 1) / 4)
    return {
        agent: _skill(agent, had[agent], solved[agent], reopened[agent], ratings[agent], holders)
        for agent in list(had)
        if agent
    }


def _skill(
    agent: str,
    had: set[int],
    solved: set[int],
    reopened: set[int],
    ratings: list[float],
    holders: dict[int, Any],
) -> Skill:
    still = {ticket for ticket in had - solved if holders[ticket] == agent}  # may yet be solved
    return Skill(len(had - still), len(solved), len(reopened), len(ratings), sum(ratings))
