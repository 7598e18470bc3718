"""The agents of the configuration as they are now: on shift, away, with how much work."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from kfdesk.desk import Desk
from kfdesk.rules.assigning.decision import Candidate
from kfdesk.rules.timing.calendar import Calendar
from kfdesk.store.assigning import absences, loads
from kfdesk.store.assigning.absences import Absence
from kfdesk.store.tx import Tx


def roster(desk: Desk, tx: Tx, now: datetime, *, today: bool) -> list[Candidate]:
    """Return every agent, in the order of the file; what they were given today where asked for.

    Open work is what `is:open assignee:NAME` lists; today is the day in the desk's zone.
    """
    agents = desk.settings.agents
    away = absences.now(tx, now)
    work = loads.open_work(tx, [agent.name for agent in agents])
    given = loads.given_since(tx, midnight(desk, now)) if today else {}
    found: list[Candidate] = []
    for agent in agents:
        calendar = desk.rules.calendars[agent.shift.calendar] if agent.shift else None
        count, weight = work.get(agent.name, (0, 0))
        found.append(
            Candidate(
                agent.name,
                frozenset(agent.teams),
                agent.capacity,
                calendar is None or calendar.open_at(now),
                agent.name in away,
                _back_at(calendar, away.get(agent.name), now),
                count,
                weight,
                given.get(agent.name, (0, 0))[1],
            )
        )
    return found


def midnight(desk: Desk, now: datetime) -> datetime:
    """When today began."""
    local = now.astimezone(ZoneInfo(desk.settings.desk.timezone))
    start = datetime(local.year, local.month, local.day, tzinfo=local.tzinfo)
    return start.astimezone(UTC)


def _back_at(calendar: Calendar | None, absence: Absence | None, now: datetime) -> datetime | None:
    """When somebody is there again: the first working time behind an absence."""
    if absence is not None:
        if absence.until is None:
            return None
        now = absence.until
    return now if calendar is None else calendar.next_open(now)
