"""What is known of agents where one is to be chosen: their work, their turn, their customers."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from kfdesk.model import OPEN_STATUSES
from kfdesk.store.ids import these
from kfdesk.store.tables import from_ms, to_ms
from kfdesk.store.tx import Tx, driver

_OPEN = ", ".join(f"'{status.value}'" for status in OPEN_STATUSES)
_LIVE = "deleted_at IS NULL AND merged_into IS NULL AND NOT spam"


def open_work(tx: Tx, agents: Collection[str]) -> dict[str, tuple[int, int]]:
    """Return {agent: (open tickets held, their priorities' ranks added up)}."""
    sql = (
        "SELECT assignee, count(*), sum(priority) FROM ticket "  # noqa: S608
        f"WHERE assignee IN (SELECT value FROM json_each(?)) AND status IN ({_OPEN}) AND {_LIVE} "
        "GROUP BY assignee"
    )
    rows = driver(tx).execute(sql, (these(agents)["ids"],))
    return {agent: (count, weight) for agent, count, weight in rows}


def given_since(tx: Tx, since: datetime) -> dict[str, tuple[int, int]]:
    """Return {agent: (tickets that they were given since then, their ranks added up)}."""
    sql = (
        "SELECT agent, count(*), sum(ticket.priority) FROM (SELECT DISTINCT ticket_id, "
        "json_extract(changes, '$.assignee[1]') AS agent FROM event INDEXED BY ix_event_given "
        "WHERE at >= ? AND instr(changes, '\"assignee\"') > 0) "
        "JOIN ticket ON ticket.id = ticket_id WHERE agent <> '' GROUP BY agent"
    )
    rows = driver(tx).execute(sql, (to_ms(since),))
    return {agent: (count, weight) for agent, count, weight in rows}


def last_agents(
    tx: Tx, customers: Collection[int], now: datetime, within: timedelta
) -> dict[int, tuple[str, datetime]]:
    """Return {customer: (who had their newest ticket, when a person last did something on it)}."""
    sql = (
        "SELECT customer_id, assignee, last_person_at FROM ticket "  # noqa: S608
        "WHERE customer_id IN (SELECT value FROM json_each(?)) AND updated_at >= ? "
        f"AND last_person_at >= ? AND assignee <> '' AND {_LIVE} ORDER BY last_person_at, id"
    )
    since = to_ms(now - within)
    rows = driver(tx).execute(sql, (these(customers)["ids"], since, since))
    return {customer: (agent, from_ms(at)) for customer, agent, at in rows}


def gave_back(tx: Tx, numbers: Collection[int]) -> dict[int, str]:
    """Return {ticket: who had it}, of those that a person took from their agent last."""
    sql = (
        "SELECT ticket_id, json_extract(changes, '$.assignee[0]'), "
        "json_extract(changes, '$.assignee[1]'), \"by\" FROM event INDEXED BY ix_event_ticket "
        "WHERE ticket_id IN (SELECT value FROM json_each(?)) "
        "AND instr(changes, '\"assignee\"') > 0 ORDER BY id"
    )
    last = {row[0]: row[1:] for row in driver(tx).execute(sql, (these(numbers)["ids"],))}
    return {n: old for n, (old, new, by) in last.items() if old and not new and by == "agent"}


def claim(tx: Tx, agents: Mapping[int, str]) -> set[int]:
    """Give tickets to agents, {ticket: agent}, each only if nobody has it; return those given."""
    connection = driver(tx)
    statement = "UPDATE ticket SET assignee = ? WHERE id = ? AND assignee = ''"
    return {n for n, agent in agents.items() if connection.execute(statement, (agent, n)).rowcount}


def turn(tx: Tx, route: str, team: str) -> str:
    """Return whose turn it was last in a route over a team; empty if it was nobody's yet."""
    sql = "SELECT agent FROM turn WHERE route = ? AND team = ?"
    row = driver(tx).execute(sql, (route, team)).fetchone()
    return row[0] if row else ""


def keep_turns(tx: Tx, turns: Mapping[tuple[str, str], str]) -> None:
    """Remember whose turn it was last, {(route, team): agent}."""
    driver(tx).executemany(
        "INSERT OR REPLACE INTO turn (route, team, agent) VALUES (?, ?, ?)",
        ((route, team, agent) for (route, team), agent in turns.items()),
    )
