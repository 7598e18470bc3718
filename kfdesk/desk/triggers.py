"""The triggers' passes over what has just happened, inside the transaction in which it happened.

Many tickets go through together: each rule asks all of them by one statement, in the order of the
file, and what it does is written before the next rule asks. What the rules changed is the event of
the next pass, until nothing changes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from kfdesk.desk import Desk, bots, edit, effects, routing
from kfdesk.desk.roots import Diff, Root, then
from kfdesk.errors import KfdeskError, StoreError
from kfdesk.i18n import _
from kfdesk.model import SYSTEM, Actor, By, Change
from kfdesk.rules.actions import LEAVING, Assign, HandOver, Snooze
from kfdesk.rules.schedules import snoozed_until
from kfdesk.rules.triggers import Rule, Ruleset, Shape
from kfdesk.rules.values import Scope
from kfdesk.store import journal, trace, wave
from kfdesk.store.engine import in_words, savepoint
from kfdesk.store.journal import NewEvent
from kfdesk.store.probe import Probe, probe
from kfdesk.store.tickets import State
from kfdesk.store.tx import Tx
from kfdesk.store.wave import Entry
from kfdesk.text import shorten

#: After so many passes the rules of a ticket are stopped, and somebody is told.
MAX_PASSES = 10
#: In a trace: not a rule did it, but a route.
BY_ROUTE = -1


@dataclass(slots=True)
class Case:
    """One ticket on its way through the passes."""

    root: Root
    fired: set[int] = field(default_factory=set)
    stopped: bool = False
    changes: Diff = field(default_factory=dict)  # of this pass, by rules
    steps: list[list[Any]] = field(default_factory=list)  # of this pass
    passes: list[list[list[Any]]] = field(default_factory=list)

    def entry(self, first: bool) -> Entry:
        """What happened to it, as this pass sees it."""
        root = self.root
        message = root.message_id or 0
        if first:
            created = root.kind == "created"
            return Entry(
                root.ticket_id,
                created,
                message > 0,
                root.actor.kind,
                message,
                root.changes,
                root.what,
                root.target,
            )
        return Entry(root.ticket_id, False, False, By.RULE, message, self.changes)


def _shape(entry: Entry) -> Shape:
    return Shape(entry.created, entry.came, frozenset(entry.changes))


@lru_cache(maxsize=1000)
def _probe(rules: Ruleset, index: int) -> Probe:
    return probe(rules.every[index].when)


@dataclass(slots=True)
class Passes:
    """The passes over one wave of tickets."""

    desk: Desk
    tx: Tx
    now: datetime
    states: dict[int, State] = field(default_factory=dict)  # what changes need not read again
    number: int = 0  # passes so far

    def look(self, cases: list[Case]) -> None:
        """Let the rules look at what happened, pass after pass."""
        self._on(cases, first=True)

    def begin(self, index: int, cases: list[Case]) -> None:
        """Let a schedule act, and the rules look at what it changed."""
        self.number += 1
        self.fire(index, self.desk.rules.every[index], cases)
        for case in cases:
            case.passes.append(case.steps)
        self._on([case for case in cases if case.changes], first=False)

    def moved(self, cases: Sequence[Case], diffs: Mapping[int, Diff]) -> None:
        """Let the rules look at what routes changed."""
        waiting = [case for case in cases if case.root.ticket_id in diffs]
        for case in waiting:
            case.changes = diffs[case.root.ticket_id]
            case.passes.append([[BY_ROUTE, {"changes": case.changes}]])
        self.forget(waiting)
        self._on(waiting, first=False)

    def _on(self, waiting: list[Case], first: bool) -> None:
        """Pass after pass, until the rules change nothing more or have gone on for too long."""
        while waiting and self.number < MAX_PASSES:
            self.number += 1
            waiting = self.one_pass(waiting, first)
            first = False
        for case in waiting:
            if self.goes_on(case):
                self.alarm(case)

    def keep(self, cases: Sequence[Case], routes: Mapping[int, list[Any]]) -> None:
        """Write down what was looked at and done, and how routes decided, {ticket: decisions}."""
        trace.keep(
            self.tx,
            self.desk.rules.hash,
            lambda: self.desk.rules.texts,
            (
                (number, case.root.event_id, case.passes, routes.get(number, []))
                for number, case in ((case.root.ticket_id, case) for case in cases)
                if case.passes or number in routes
            ),
            self.now,
        )

    def one_pass(self, cases: list[Case], first: bool) -> list[Case]:
        """Every rule once, in order; return the tickets that another pass must look at."""
        rules = self.desk.rules.rules
        entries = [case.entry(first) for case in cases]
        groups: dict[Shape, dict[int, Case]] = defaultdict(dict)
        for case, entry in zip(cases, entries, strict=True):
            groups[_shape(entry)][case.root.ticket_id] = case
        bits = {shape: 1 << min(n, 61) for n, shape in enumerate(groups)}
        looking = [[shape for shape in groups if not rule.why_not(shape)] for rule in rules]
        if not any(looking):
            return []
        span = wave.fill(self.tx, entries, [bits[_shape(entry)] for entry in entries])
        gone = set(wave.silent(self.tx)) if first else set()
        for case in cases:
            case.stopped = case.root.ticket_id in gone
            case.changes = {}
            case.steps = []
        scope = Scope(self.now, timezone=self.desk.settings.desk.timezone)
        for index, shapes in enumerate(looking):
            if not shapes:
                continue
            seen = _joined([groups[shape] for shape in shapes])
            asked = replace(span, shapes=sum({bits[shape] for shape in shapes}))
            question = _probe(self.desk.rules, index)
            hits: list[Case] = []
            for ticket_id, failure in question.run(self.tx, scope, asked):
                one = seen.get(ticket_id)
                if one is None or one.stopped or index in one.fired:
                    continue
                if failure is None:
                    hits.append(one)
                else:
                    one.steps.append([index, failure])
            if hits:
                self.fire(index, rules[index], hits)
        for case in cases:
            if case.steps:
                case.passes.append(case.steps)
        return [case for case in cases if case.changes]

    def fire(self, index: int, rule: Rule, cases: list[Case]) -> None:
        """Do all that a rule does, or nothing of it, to each of these tickets."""
        # Changes of fields alone cannot fail half-way; a savepoint would write out the text index.
        atomic = in_words(self.tx) if rule.only_changes else savepoint(self.tx)
        try:
            with atomic:
                outcomes = self.act(rule, cases)
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001  # whatever a rule's action raises is its failure
            self.forget(cases)
            if len(cases) > 1:
                for case in cases:
                    self.fire(index, rule, [case])
                return
            outcomes = [{"failed": _reason(error)}]
        for case, outcome in zip(cases, outcomes, strict=True):
            case.fired.add(index)
            if "failed" in outcome:
                case.steps.append([index, outcome])
                continue
            case.changes = then(case.changes, outcome.get("changes", {}))
            if rule.stop:
                case.stopped = True
                outcome["stop"] = True
            case.steps.append([index, outcome])

    def act(self, rule: Rule, cases: list[Case]) -> list[dict[str, Any]]:
        """Do the actions in order; return what they came to, ticket by ticket."""
        outcomes: dict[int, dict[str, Any]] = {case.root.ticket_id: {} for case in cases}
        roots = {case.root.ticket_id: case.root.event_id for case in cases}
        fresh = trace.claim(self.tx, rule.name, roots, self.now) if rule.leaves else roots.keys()
        for number in roots.keys() - fresh:
            outcomes[number]["done"] = True
        for action in rule.do:
            if isinstance(action, Change):
                self.change(rule, dict.fromkeys(roots, action), roots, outcomes)
            elif isinstance(action, Snooze):
                until = snoozed_until(action, self.now, self.desk.settings.desk.timezone)
                self.change(
                    rule, dict.fromkeys(roots, Change(snoozed_until=until)), roots, outcomes
                )
            elif isinstance(action, Assign):
                decisions = routing.choose(self.desk, self.tx, action, list(roots), self.now)
                for number, decision in decisions.items():
                    outcomes[number].setdefault("routes", []).append(decision.as_json())
                changes = {n: d.change for n, d in decisions.items() if d.change is not None}
                self.change(rule, changes, roots, outcomes)
            elif isinstance(action, HandOver):
                for number, part in bots.hand_over(
                    self.tx, self.desk, rule.name, roots, self.now
                ).items():
                    _add(outcomes[number], part)
                self.forget(cases)
            else:
                to = {
                    n: r for n, r in roots.items() if n in fresh or not isinstance(action, LEAVING)
                }
                done = effects.perform(self.tx, self.desk, action, rule.name, to, self.now)
                for number, part in done.items():
                    _add(outcomes[number], part)
                self.forget(cases)
        return list(outcomes.values())

    def forget(self, cases: Sequence[Case]) -> None:
        """Something else than a change was written, or undone: read these tickets again."""
        for case in cases:
            self.states.pop(case.root.ticket_id, None)

    def change(
        self,
        rule: Rule,
        wanted: Mapping[int, Change],
        roots: Mapping[int, int],
        outcomes: dict[int, dict[str, Any]],
    ) -> None:
        """Change all the tickets at once."""
        diffs = edit.apply(
            self.tx,
            wanted,
            Actor(By.RULE, rule.name),
            self.now,
            states=self.states,
            roots=roots,
            rule=rule.name,
        )
        for number, diff in diffs.items():
            outcomes[number]["changes"] = then(outcomes[number].get("changes", {}), diff)

    def goes_on(self, case: Case) -> bool:
        """Whether another pass would look at it."""
        shape = _shape(case.entry(first=False))
        return any(
            index not in case.fired and not rule.why_not(shape)
            for index, rule in enumerate(self.desk.rules.rules)
        )

    def alarm(self, case: Case) -> None:
        """Write on the ticket that its rules went on and on, and which followed which."""
        names = [rule.name for rule in self.desk.rules.every]
        chain = " → ".join(
            ", ".join(
                names[step[0]] for step in steps if isinstance(step[1], dict) and step[0] >= 0
            )
            for steps in case.passes
        )
        text = _("the triggers changed this ticket in {n} passes and were stopped: {chain}")
        event = NewEvent(
            case.root.ticket_id,
            SYSTEM,
            "alarm",
            root=case.root.event_id,
            text=text.format(n=MAX_PASSES, chain=chain),
        )
        journal.record(self.tx, [event], self.now)


def _joined(groups: list[dict[int, Case]]) -> dict[int, Case]:
    if len(groups) == 1:
        return groups[0]
    return {number: case for group in groups for number, case in group.items()}


def _add(outcome: dict[str, Any], part: Mapping[str, Any]) -> None:
    """Put what one effect came to beside the others: lists grow, numbers add up."""
    for name, value in part.items():
        known = outcome.get(name)
        outcome[name] = value if known is None or isinstance(value, str) else known + value


def _reason(error: Exception) -> str:
    text = str(error) if isinstance(error, KfdeskError) else f"{type(error).__name__}: {error}"
    return shorten(text, 300)
