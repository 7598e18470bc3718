"""How far a ticket has come, step by step, like a parcel: read out of its journal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from kfdesk.model import By, Status
from kfdesk.rules import wording
from kfdesk.settings import Language, Settings
from kfdesk.store import filling
from kfdesk.store.filling import Moved
from kfdesk.store.tx import Tx

#: The statuses that are a step of their own.
_STATUSES = (Status.PENDING, Status.HOLD, Status.SOLVED, Status.CLOSED)


@dataclass(frozen=True, slots=True)
class Step:
    """One step; `name` is the title of whom it is about, where they have one.

    `kind` is one of received, accepted, team, pending, hold, open (again), solved, closed.
    """

    kind: str
    at: datetime
    name: str = ""

    def words(self, language: Language) -> str:
        """The step in words."""
        return wording.step(self.kind, self.name, language)

    def as_json(self, language: Language) -> dict[str, Any]:
        """The step as `kfdesk progress --json` prints it."""
        return {"step": self.kind, "at": self.at, "name": self.name, "text": self.words(language)}


def steps_of(tx: Tx, settings: Settings, numbers: Iterable[int]) -> dict[int, list[Step]]:
    """Return {ticket: its steps, oldest first}."""
    agents = {agent.name: agent.title for agent in settings.agents}
    teams = {team.name: team.title for team in settings.teams}
    return {
        number: _steps(moved, agents, teams) for number, moved in filling.moved(tx, numbers).items()
    }


def _steps(moved: Sequence[Moved], agents: dict[str, str], teams: dict[str, str]) -> list[Step]:
    steps: list[Step] = []
    accepted = False
    status = Status.NEW.value
    for one in moved:
        if one.kind == "created":
            steps.append(Step("received", one.at))
        team = one.changes.get("team", (None, ""))[1]
        if team and one.kind != "created" and team in teams:
            _add(steps, Step("team", one.at, teams[team]))
        who = one.changes.get("assignee", (None, ""))[1]
        before, status = status, one.changes.get("status", (None, status))[1]
        replied = one.kind == "reply" and one.by is By.AGENT
        if not accepted and (who or replied or status == Status.OPEN):
            accepted = True
            steps.append(Step("accepted", one.at, agents.get(who, "")))
        elif status != before and status == Status.OPEN and before != Status.NEW:
            _add(steps, Step("open", one.at))
        if status != before and status in _STATUSES:
            _add(steps, Step(status, one.at))
    return steps


def _add(steps: list[Step], step: Step) -> None:
    """Add a step, unless it only says again what the one before it says."""
    if not steps or (steps[-1].kind, steps[-1].name) != (step.kind, step.name):
        steps.append(step)


def lines(steps: Iterable[Step], zone: ZoneInfo, language: Language) -> str:
    """The steps as a customer reads them, a line each."""
    return "\n".join(
        f"{wording.moment(step.at, zone, language)}  {step.words(language)}" for step in steps
    )
