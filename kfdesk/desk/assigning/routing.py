"""Giving tickets that nobody has to agents, by the routes of the configuration.

A route looks at a ticket when it comes, when a message comes, and when something changes that the
route asks about, or who has it. The agents are read once for a wave of tickets and counted on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache

from kfdesk.desk import Desk
from kfdesk.desk.assigning.roster import roster
from kfdesk.desk.reacting.roots import Diff, Root
from kfdesk.desk.tickets import edit
from kfdesk.model import OPEN_STATUSES, Actor, By, Change
from kfdesk.rules.actions import Assign
from kfdesk.rules.assigning.choosing import STRATEGIES, decide
from kfdesk.rules.assigning.decision import Decision, Skill, Wanted
from kfdesk.rules.assigning.routes import Route, Source
from kfdesk.rules.triggers import Ruleset
from kfdesk.store import tickets
from kfdesk.store.assigning import loads, skills, waiting
from kfdesk.store.assigning.waiting import Waiting
from kfdesk.store.conditions.matching import holding
from kfdesk.store.tickets import State
from kfdesk.store.tx import Tx


@dataclass(frozen=True, slots=True)
class Routed:
    """What routes did: {ticket: what it changed}, {ticket: decisions as a trace keeps them}."""

    diffs: dict[int, Diff] = field(default_factory=dict)
    decisions: dict[int, list[object]] = field(default_factory=dict)


def run(desk: Desk, tx: Tx, roots: Mapping[int, Root], now: datetime) -> Routed:
    """Let the routes look at tickets to which something happened.

    `roots` say all that changed in this transaction, also what rules did.
    """
    limited = any(agent.capacity for agent in desk.settings.agents)
    if limited and any(_frees(root) for root in roots.values()):
        waiting.wake(tx, now)
    waits = waiting.among(tx, roots) if waiting.anybody(tx) else {}
    named = _named(desk.rules)
    looks = {n for n, root in roots.items() if desk.rules.routes and _looks(root, named)}
    wanting = waiting.wanting(tx, looks | waits.keys()) if looks or waits else []
    ways = first_that_holds(desk, tx, [n for n in wanting if n in looks], now)
    lost = {n for n, row in waits.items() if n in looks and n not in ways and not row.rule}
    waiting.leave(tx, lost | (waits.keys() - wanting))
    if not ways:
        return Routed()
    agents = Agents(desk, tx, now)
    fresh = {n for n, root in roots.items() if root.kind == "created"}
    decisions = agents.decide(ways, fresh)
    events = {n: roots[n].event_id for n in decisions}
    diffs = agents.give(decisions, {n: way.name for n, way in ways.items()}, events)
    nobody = [
        Waiting(n, d.route, "", d.words, now, d.retry_at)
        for n, d in decisions.items()
        if not d.agent and not (n in waits and waits[n].rule)
    ]
    waiting.put(tx, nobody)
    waiting.leave(tx, diffs)
    return Routed(diffs, {n: [decision.as_json()] for n, decision in decisions.items()})


def choose(
    desk: Desk, tx: Tx, action: Assign, numbers: Sequence[int], now: datetime, rule: str = ""
) -> dict[int, Decision]:
    """Choose an agent for each of these tickets, as an action of a rule asks.

    A ticket that somebody has stays with them. One that nobody can get waits.
    """
    words = action.route or ",".join(action.strategies)
    way = the_way(desk, words)
    assert way is not None, words
    wanting = waiting.wanting(tx, numbers)
    agents = Agents(desk, tx, now)
    decisions = agents.decide(dict.fromkeys(wanting, way), set())
    loads.keep_turns(tx, agents.moved)
    waiting.put(
        tx,
        [
            Waiting(n, words, rule, d.words, now, d.retry_at)
            for n, d in decisions.items()
            if not d.agent
        ],
    )
    taken = Decision(way.name, reason="taken")
    return {n: decisions.get(n, taken) for n in numbers}


def the_way(desk: Desk, words: str) -> Route | None:
    """The route of that name, or the nameless one of strategies, `least-open,round-robin`; None
    where the configuration has none of that name any more."""
    for way in desk.rules.routes:
        if way.name == words:
            return way
    strategies = tuple(words.split(","))
    return Route.of(strategies) if STRATEGIES.issuperset(strategies) else None


def first_that_holds(desk: Desk, tx: Tx, numbers: Sequence[int], now: datetime) -> dict[int, Route]:
    """Return {ticket: the first route in the file that is for it}, in the tickets' order."""
    scope = desk.scope(now=now)
    left, found = set(numbers), dict[int, Route]()
    for route in desk.rules.routes:
        if not left:
            break
        held = holding(tx, route.when, scope, left)
        found.update(dict.fromkeys(held, route))
        left -= held
    return {n: found[n] for n in numbers if n in found}


@lru_cache(maxsize=8)
def _named(rules: Ruleset) -> frozenset[str]:
    """The fields whose change makes some route worth a look."""
    queries = [query for way in rules.routes for query in (way.when, *(s.when for s in way.source))]
    own = frozenset({"assignee", "team", "status", "substatus", "spam"})
    return own.union(*(query.named for query in queries))


def _looks(root: Root, named: frozenset[str]) -> bool:
    if root.kind == "created" or root.message_id is not None or root.what:
        return True
    return not named.isdisjoint(root.changes)


def _frees(root: Root) -> bool:
    """Whether an agent may have less work by it."""
    old, _new = root.changes.get("assignee", ("", ""))
    before, after = root.changes.get("status", ("", ""))
    done = before in OPEN_STATUSES and after not in OPEN_STATUSES
    return bool(old) or done or "spam" in root.changes


@dataclass(slots=True)
class _Facts:
    """What is known of the tickets of some decisions, read in bulk."""

    gave_back: Mapping[int, str]
    last_agents: Mapping[int, tuple[str, datetime]]  # by customer
    sources: Mapping[int, Source]


@dataclass(slots=True)
class Agents:
    """Decides who gets tickets, in one transaction: what is known is read once, and counted on."""

    desk: Desk
    tx: Tx
    now: datetime
    states: dict[int, State] = field(default_factory=dict)
    moved: dict[tuple[str, str], str] = field(default_factory=dict)  # turns that went on
    _turns: dict[tuple[str, str], str] = field(default_factory=dict)
    _skills: dict[str, Mapping[str, Skill]] = field(default_factory=dict)

    def decide(self, ways: Mapping[int, Route], fresh: Iterable[int]) -> dict[int, Decision]:
        """Decide, in this order, who gets each of {ticket: route}; `fresh` ones have just come."""
        if not ways:
            return {}
        self.states |= tickets.states(self.tx, [n for n in ways if n not in self.states])
        today = any("least-today" in way.strategies for way in ways.values())
        candidates = roster(self.desk, self.tx, self.now, today=today)
        by_name = {one.agent: one for one in candidates}
        facts = self._facts(ways, fresh)
        given = dict(facts.last_agents)
        decisions: dict[int, Decision] = {}
        for number, way in ways.items():
            state = self.states[number]
            team = way.team or state.team
            wanted = Wanted(
                team,
                state.priority.rank,
                state.category,
                facts.gave_back.get(number, ""),
                self._last(given.get(state.customer_id), way),
                facts.sources.get(number),
                self._skills_for(way, state.category),
            )
            decision = decide(way, candidates, wanted, self._turn(way.name, team))
            decisions[number] = decision
            if not decision.agent:
                continue
            by_name[decision.agent].give(wanted.weight)
            if "last-agent" in way.strategies:
                given[state.customer_id] = (decision.agent, self.now)
            if decision.moves_turn:
                self._turns[way.name, team] = self.moved[way.name, team] = decision.agent
        return decisions

    def give(
        self, decisions: Mapping[int, Decision], rules: Mapping[int, str], roots: Mapping[int, int]
    ) -> dict[int, Diff]:
        """Write what was decided, in the names of {ticket: route or rule}; return what changed."""
        chosen = {n: decision.agent for n, decision in decisions.items() if decision.agent}
        claimed = loads.claim(self.tx, chosen)
        loads.keep_turns(self.tx, self.moved)
        groups: dict[str, dict[int, Change]] = defaultdict(dict)
        for number, agent in chosen.items():
            if number in claimed:
                groups[rules[number]][number] = Change(assignee=agent)
        diffs: dict[int, Diff] = {}
        for rule, changes in groups.items():
            diffs |= edit.apply(
                self.tx,
                changes,
                Actor(By.RULE, rule),
                self.now,
                states=self.states,
                roots=roots,
                rule=rule,
            )
        return diffs

    def _turn(self, route: str, team: str) -> str:
        key = (route, team)
        if key not in self._turns:
            self._turns[key] = loads.turn(self.tx, route, team)
        return self._turns[key]

    def _last(self, found: tuple[str, datetime] | None, way: Route) -> str:
        if found is None or "last-agent" not in way.strategies:
            return ""
        agent, at = found
        return agent if at >= self.now - way.last_agent_within else ""

    def _skills_for(self, way: Route, category: str) -> Mapping[str, Skill]:
        if "skill" not in way.strategies or not category:
            return {}
        if category not in self._skills:
            self._skills[category] = skills.of_category(self.tx, category)
        return self._skills[category]

    def _facts(self, ways: Mapping[int, Route], fresh: Iterable[int]) -> _Facts:
        by_last = {n: way for n, way in ways.items() if "last-agent" in way.strategies}
        within = max((way.last_agent_within for way in by_last.values()), default=timedelta())
        people = {self.states[n].customer_id for n in by_last}
        older = ways.keys() - set(fresh)
        return _Facts(
            loads.gave_back(self.tx, older) if older else {},
            loads.last_agents(self.tx, people, self.now, within) if people else {},
            self._sources(ways),
        )

    def _sources(self, ways: Mapping[int, Route]) -> dict[int, Source]:
        """Return {ticket: the first line of its route that holds}."""
        scope = self.desk.scope(now=self.now)
        by_route: dict[Route, set[int]] = defaultdict(set)
        for number, way in ways.items():
            if way.source:
                by_route[way].add(number)
        found: dict[int, Source] = {}
        for way, left in by_route.items():
            for line in way.source:
                held = holding(self.tx, line.when, scope, left) if left else set()
                found.update(dict.fromkeys(held, line))
                left -= held
        return found
