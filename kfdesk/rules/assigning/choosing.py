"""Choosing the agent who gets a ticket: filters, then strategies that fall through. Pure.

A strategy narrows those who are left, or has nothing to say and the next one is asked; where it
finds several equal, the next one chooses among them, and in the end whose turn it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from kfdesk.rules.assigning.decision import Candidate, Decision, Skill, Wanted
from kfdesk.rules.assigning.routes import Route

#: The last tie-break, where a route does not name `round-robin` itself.
TURN = "turn"


def decide(
    route: Route, candidates: Sequence[Candidate], wanted: Wanted, turn: str = ""
) -> Decision:
    """Decide who gets a ticket. `candidates` are all agents in the file's order; `turn` is whose
    turn it was last."""
    rows: dict[str, dict[str, Any]] = {}
    left: list[Candidate] = []
    for one in candidates:
        removed_by = _removed_by(one, route, wanted)
        row: dict[str, Any] = {"agent": one.agent, "removed_by": removed_by}
        rows[one.agent] = row
        if not removed_by:
            left.append(one)
        elif removed_by in ("off shift", "away"):
            row["value"] = one.back_at.isoformat() if one.back_at else None
        elif removed_by == "full":
            row["value"] = f"{one.open}/{one.capacity}"
    if not left:
        return Decision(
            route.name,
            wanted.team,
            candidates=tuple(rows.values()),
            retry_at=_back_at(candidates, rows),
        )
    spoke: list[str] = []
    passed: list[tuple[str, str]] = []
    if len(left) == 1:
        spoke = ["only"]
    else:
        order = _order(candidates, turn)
        for strategy in (*route.strategies, TURN):
            if len(left) == 1:
                break
            found = _STRATEGIES[strategy](left, route, wanted, rows, order)
            if isinstance(found, str):
                passed.append((strategy, found))
                continue
            spoke.append(strategy)
            for one in left:
                if one not in found:
                    rows[one.agent]["removed_by"] = strategy
            left = found
    own = [name for name in spoke if name != "source"] or spoke
    return Decision(
        route.name,
        wanted.team,
        left[0].agent,
        "chosen",
        own[0],
        own[-1] if len(own) > 1 else "",
        tuple(passed),
        tuple(rows.values()),
        moves_turn=spoke[-1] not in _PERSONAL,
    )


def _removed_by(one: Candidate, route: Route, wanted: Wanted) -> str:
    """The first filter that removes an agent."""
    if wanted.team and wanted.team not in one.teams:
        return "team"
    if one.agent in route.exclude:
        return "excluded"
    if one.agent == wanted.gave_back:
        return "gave back"
    if not one.on_shift:
        return "off shift"
    if one.away:
        return "away"
    return "full" if one.full else ""


def _back_at(
    candidates: Sequence[Candidate], rows: Mapping[str, Mapping[str, Any]]
) -> datetime | None:
    """When the first of those who are not there is there again."""
    there = (
        one.back_at
        for one in candidates
        if one.back_at is not None and rows[one.agent]["removed_by"] in ("off shift", "away")
    )
    return min(there, default=None)


def _order(candidates: Sequence[Candidate], turn: str) -> Mapping[str, int]:
    """{agent: how soon it is their turn}: round the file's order, from behind `turn`."""
    names = [one.agent for one in candidates]
    start = names.index(turn) + 1 if turn in names else 0
    return {name: (n - start) % len(names) for n, name in enumerate(names)}


Rows = Mapping[str, dict[str, Any]]
Strategy = Callable[
    [list[Candidate], Route, Wanted, Rows, Mapping[str, int]], "list[Candidate] | str"
]


def _last_agent(
    left: list[Candidate], _route: Route, wanted: Wanted, _rows: Rows, _turn: Mapping[str, int]
) -> list[Candidate] | str:
    if not wanted.last_agent:
        return "nobody"
    return [one for one in left if one.agent == wanted.last_agent] or wanted.last_agent


def _source(
    left: list[Candidate], _route: Route, wanted: Wanted, _rows: Rows, _turn: Mapping[str, int]
) -> list[Candidate] | str:
    line = wanted.source
    if line is None:
        return "nobody"
    fits = [one for one in left if one.agent == line.agent or line.team in one.teams]
    return fits or line.agent or line.team


def _skill(
    left: list[Candidate], route: Route, wanted: Wanted, rows: Rows, _turn: Mapping[str, int]
) -> list[Candidate] | str:
    if not wanted.category:
        return "no category"
    enough: list[tuple[float, Candidate]] = []
    for one in left:
        skill = wanted.skills.get(one.agent, Skill())
        _compared(rows, one, "skill", skill.as_json())
        if skill.solved >= max(route.skill_from, 1):
            enough.append((skill.score, one))
    if not enough:
        return "nobody"
    best = max(score for score, _one in enough)
    return [one for score, one in enough if score == best]


def _least(value: Callable[[Candidate], int], name: str) -> Strategy:
    def narrow(
        left: list[Candidate], _route: Route, _wanted: Wanted, rows: Rows, _turn: Mapping[str, int]
    ) -> list[Candidate] | str:
        for one in left:
            _compared(rows, one, name, value(one))
        least = min(map(value, left))
        return [one for one in left if value(one) == least]

    return narrow


def _in_turn(
    left: list[Candidate], _route: Route, _wanted: Wanted, _rows: Rows, turn: Mapping[str, int]
) -> list[Candidate] | str:
    return [min(left, key=lambda one: turn[one.agent])]


def _compared(rows: Rows, one: Candidate, strategy: str, value: Any) -> None:
    rows[one.agent].setdefault("values", {})[strategy] = value


_STRATEGIES: Mapping[str, Strategy] = {
    "last-agent": _last_agent,
    "source": _source,
    "skill": _skill,
    "least-open": _least(lambda one: one.open_weight, "least-open"),
    "least-today": _least(lambda one: one.today, "least-today"),
    "round-robin": _in_turn,
    TURN: _in_turn,
}
#: Strategies that mean one agent, whoever's turn it is.
_PERSONAL = ("last-agent", "source", "skill")
#: What a route can name.
STRATEGIES = frozenset(_STRATEGIES) - {TURN}
