"""Who may get a ticket, what is known of them, and what was decided. Pure; `choosing` decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from kfdesk.i18n import _
from kfdesk.model import Change
from kfdesk.rules.assigning.routes import Source


@dataclass(slots=True, eq=False)
class Candidate:
    """An agent as decisions see them; `give` counts on what they were given.

    `back_at` is when one who is off shift or away is there again; none: nobody knows.
    """

    agent: str
    teams: frozenset[str] = frozenset()
    capacity: int = 0  # 0: any number
    on_shift: bool = True
    away: bool = False
    back_at: datetime | None = None
    open: int = 0  # tickets held that are open
    open_weight: int = 0  # the sum of their priorities' ranks
    today: int = 0  # the same of what was given to them today

    @property
    def full(self) -> bool:
        """Whether they hold as many tickets as routes may give them."""
        return 0 < self.capacity <= self.open

    def give(self, weight: int) -> None:
        """Count a ticket that they were given."""
        self.open += 1
        self.open_weight += weight
        self.today += weight


@dataclass(frozen=True, slots=True)
class Skill:
    """What became of an agent's tickets of one category."""

    had: int = 0
    solved: int = 0
    reopened: int = 0  # of the solved ones
    ratings: int = 0
    rating: float = 0.0  # their sum, each from 0 to 1

    @property
    def score(self) -> float:
        """The chance that a ticket is solved, stays solved and pleases, in hundredths.

        Each share is counted as if one ticket more had gone well and one badly, so that a lucky
        few are not better than a good many. Agents less than a hundredth apart are equal.
        """
        solved = (self.solved + 1) / (self.had + 2)
        stays = (self.solved - self.reopened + 1) / (self.solved + 2)
        pleases = (self.rating + 1) / (self.ratings + 2)
        return round(solved * stays * pleases, 2)

    def as_json(self) -> dict[str, Any]:
        """What it was computed from."""
        mean = round(self.rating / self.ratings, 2) if self.ratings else None
        return {
            "score": self.score,
            "had": self.had,
            "solved": self.solved,
            "reopened": self.reopened,
            "satisfaction": mean,
        }


@dataclass(frozen=True, slots=True)
class Wanted:
    """A ticket that wants an agent, and what is known for that."""

    team: str = ""  # whose agents are asked; empty: everybody
    weight: int = 2  # the rank of its priority
    category: str = ""
    gave_back: str = ""  # who had it, and has just given it back
    last_agent: str = ""
    source: Source | None = None  # the first line that holds
    skills: Mapping[str, Skill] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Decision:
    """Who gets a ticket (empty: nobody), and how that was decided.

    `as_json` is what a trace keeps, a plain object:

    - `route`: the route's name; empty for a rule's own strategies. `team`: whose agents were
      asked; empty for everybody. `agent`: who got it, or null.
    - `reason`: `chosen`, `nobody` (nobody was left), `too old` (it waited for too long and was left
      for a person), `taken` (somebody has it already; nothing was decided).
    - `strategy`: the one that decided; `only` where the filters left one agent. `tie_break`: the
      one that chose among those whom it found equal (`turn`: whose turn it was), or empty.
    - `passed`: the strategies that had nothing to say, in order, [[strategy, why]]; why is
      `nobody` (no earlier ticket, no line that holds, nobody with enough tickets), `no category`,
      or who was meant but is not among those who were left.
    - `candidates`, in the file's order: `agent`; `removed_by`, the filter (`team`, `excluded`,
      `gave back`, `off shift`, `away`, `full`) or the strategy that removed them, empty for who got
      it; `value`, what the filter saw (when they are back, ISO 8601 or null; how many they hold of
      how many, "12/12"); `values`, {strategy: what it compared}: for `least-open` and `least-today`
      a weight, for `skill` an object (`score`, `had`, `solved`, `reopened`, `satisfaction`).
    - `retry_at`: when somebody is there again, ISO 8601, or null.
    """

    route: str = ""
    team: str = ""
    agent: str = ""
    reason: str = "nobody"
    strategy: str = ""
    tie_break: str = ""
    passed: tuple[tuple[str, str], ...] = ()
    candidates: tuple[Mapping[str, Any], ...] = ()
    retry_at: datetime | None = None
    moves_turn: bool = False  # the next agent's turn comes: this one has had theirs

    @property
    def change(self) -> Change | None:
        """What becomes of the ticket by it."""
        return Change(assignee=self.agent) if self.agent else None

    @property
    def words(self) -> str:
        """Why nobody got the ticket, for a person."""
        if not self.candidates:
            return _("there are no agents")
        counts: dict[str, int] = {}
        for candidate in self.candidates:
            why = str(candidate["removed_by"])
            if why != "team":
                counts[why] = counts.get(why, 0) + 1
        if not counts:
            return _("the team “{team}” has no agents").format(team=self.team)
        told = {
            "excluded": _("excluded: {n}"),
            "gave back": _("gave it back: {n}"),
            "off shift": _("off shift: {n}"),
            "away": _("away: {n}"),
            "full": _("at capacity: {n}"),
        }
        return ", ".join(told[why].format(n=n) for why, n in counts.items())

    def as_json(self) -> dict[str, Any]:
        """The decision as a trace keeps it."""
        return {
            "route": self.route,
            "team": self.team,
            "agent": self.agent or None,
            "reason": self.reason,
            "strategy": self.strategy,
            "tie_break": self.tie_break,
            "passed": [list(one) for one in self.passed],
            "candidates": list(self.candidates),
            "retry_at": self.retry_at.isoformat() if self.retry_at else None,
        }
