"""Who is there: agents go away and come back, and what each of them has to do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from kfdesk.desk import Desk
from kfdesk.desk.agents import agent_named
from kfdesk.desk.assigning.roster import midnight, roster
from kfdesk.desk.teamwork import lease
from kfdesk.errors import UserError
from kfdesk.i18n import _
from kfdesk.model import SYSTEM, Actor
from kfdesk.rules.language.values import NotAValue, length
from kfdesk.store.assigning import absences, loads, waiting
from kfdesk.store.assigning.absences import Absence
from kfdesk.text import clean_line


@dataclass(frozen=True, slots=True)
class Presence:
    """An agent as `kfdesk agents` lists them. `today` counts what they were given today."""

    agent: str
    title: str
    teams: tuple[str, ...]
    on_shift: bool
    away: bool
    until: datetime | None
    reason: str
    open: int
    capacity: int  # 0: any number
    today: int
    at: tuple[tuple[int, bool], ...] = ()  # tickets they have open, and whether they answer

    def as_json(self) -> dict[str, Any]:
        """The object that `kfdesk agents --json` prints."""
        return {
            "agent": self.agent,
            "title": self.title,
            "teams": list(self.teams),
            "on_shift": self.on_shift,
            "away": self.away,
            "until": self.until,
            "reason": self.reason,
            "open": self.open,
            "capacity": self.capacity or None,
            "today": self.today,
            "at": [{"ticket": number, "writing": writing} for number, writing in self.at],
        }


def away(desk: Desk, actor: Actor, agent: str = "", until: str = "", reason: str = "") -> Presence:
    """Mark an agent, the actor unless named, as away: routes give them nothing until they are back.

    `until` is "3h", "2d", or a time; empty is until `back`. Who is away already, is it anew.
    UserError for an unknown agent, and for a time that cannot be read or has passed.
    """
    name = agent_named(desk.settings, agent or actor.name)
    now = desk.clock()
    end = _instant(until, now, desk.settings.desk.timezone) if until else None
    if end is not None and end <= now:
        raise UserError(_("--until {text}: that has passed already").format(text=until))
    with desk.store.write() as tx:
        absences.end(tx, name, now)
        absences.begin(tx, Absence(name, now, end, clean_line(reason)))
        waiting.wake(tx, now)
    return presence(desk, name)


def back(desk: Desk, actor: Actor, agent: str = "") -> Presence:
    """Mark an agent, the actor unless named, as back; what waits is tried at the next sync.

    UserError for an unknown agent, and for one who is not away.
    """
    name = agent_named(desk.settings, agent or actor.name)
    now = desk.clock()
    with desk.store.write() as tx:
        if not absences.end(tx, name, now):
            raise UserError(_("{agent} is not away").format(agent=name))
        waiting.wake(tx, now)
    return presence(desk, name)


def presence(desk: Desk, agent: str) -> Presence:
    """Return one agent as they are now."""
    return next(one for one in agents(desk) if one.agent == agent)


def agents(desk: Desk) -> list[Presence]:
    """Return every agent of the configuration as they are now, in the order of the file."""
    now = desk.clock()
    with desk.store.read() as tx:
        found = {one.agent: one for one in roster(desk, tx, now, today=False)}
        absent = absences.now(tx, now)
        today = loads.given_since(tx, midnight(desk, now))
        everybody = lease.company(tx, SYSTEM, now)
    return [
        Presence(
            agent.name,
            agent.title or agent.name,
            agent.teams,
            found[agent.name].on_shift,
            agent.name in absent,
            absent[agent.name].until if agent.name in absent else None,
            absent[agent.name].reason if agent.name in absent else "",
            found[agent.name].open,
            agent.capacity,
            today.get(agent.name, (0, 0))[0],
            tuple((one.ticket, one.writes(now)) for one in everybody if one.agent == agent.name),
        )
        for agent in desk.settings.agents
    ]


def _instant(text: str, now: datetime, timezone: str) -> datetime:
    """Read "3h", "2d" from now, or a time, in the desk's zone unless it names its own."""
    wrong = UserError(
        _("--until {text}: write 3h, 2d, or a time like '2026-11-23 09:00'").format(text=text)
    )
    try:
        return now + length(text.strip())
    except NotAValue:
        pass  # no length of time: a time, then
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError:
        raise wrong from None
    if not 1970 < at.year < 2500:  # beyond, neither calendars nor clocks can count
        raise wrong
    return (at if at.tzinfo else at.replace(tzinfo=ZoneInfo(timezone))).astimezone(UTC)
