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

from kfdesk.desk import Desk
from kfdesk.desk.reacting.acting import Acting
from kfdesk.desk.reacting.roots import Diff, Root, then
from kfdesk.i18n import _
from kfdesk.model import SYSTEM, By
from kfdesk.rules.triggers import Rule, Ruleset, Shape
from kfdesk.store import bots, journal
from kfdesk.store.conditions import wave
from kfdesk.store.conditions.probe import Probe, probe
from kfdesk.store.conditions.wave import Entry
from kfdesk.store.history import trace
from kfdesk.store.journal import NewEvent
from kfdesk.store.tx import Tx

#: After so many passes the rules of a ticket are stopped, and somebody is told.
MAX_PASSES = 10
#: In a trace: not a rule did it, but a route.
BY_ROUTE = -1


@dataclass(slots=True)
class Case:
    """One ticket on its way through the passes."""

    root: Root
    fired: set[int] = field(default_factory=set)
    groups: dict[str, int] = field(default_factory=dict)  # the rule of each that fired
    stopped: bool = False
    changes: Diff = field(default_factory=dict)  # of this pass, by rules
    made: Diff = field(default_factory=dict)  # of all passes, by rules
    steps: list[list[Any]] = field(default_factory=list)  # of this pass: [rule, what came of it]
    passes: list[list[list[Any]]] = field(default_factory=list)

    @property
    def whole(self) -> Root:
        """What happened to it, with what the rules made of it."""
        if not self.made:
            return self.root
        return replace(self.root, changes=then(dict(self.root.changes), self.made))

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
    return Shape(entry.created, entry.came, frozenset(entry.changes), entry.what)


@lru_cache(maxsize=1000)
def _probe(rules: Ruleset, index: int) -> Probe:
    return probe(rules.every[index].when)


@dataclass(slots=True)
class Passes:
    """The passes over one wave of tickets."""

    desk: Desk
    tx: Tx
    now: datetime
    number: int = 0  # passes so far
    acting: Acting = field(init=False)

    def __post_init__(self) -> None:
        self.acting = Acting(self.desk, self.tx, self.now)

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
        self.acting.forget(list(diffs))
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
        if not rules:
            return []
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
        scope = self.desk.scope(now=self.now)
        for index, shapes in enumerate(looking):
            if not shapes:
                continue
            rule = rules[index]
            seen = _joined([groups[shape] for shape in shapes])
            asked = replace(span, shapes=sum({bits[shape] for shape in shapes}))
            question = _probe(self.desk.rules, index)
            hits: list[Case] = []
            for ticket_id, failure in question.run(self.tx, scope, asked):
                one = seen.get(ticket_id)
                if one is None or one.stopped or index in one.fired:
                    continue
                if (first_of := one.groups.get(rule.group)) is not None:
                    one.steps.append([index, f"group {first_of}"])
                elif failure is None:
                    hits.append(one)
                else:
                    one.steps.append([index, failure])
            if hits and rule.kind == "bot":
                hits = self.willing(index, rule, hits)
            if hits:
                self.fire(index, rule, hits)
        for case in cases:
            if case.steps:
                case.passes.append(case.steps)
        return [case for case in cases if case.changes]

    def fire(self, index: int, rule: Rule, cases: Sequence[Case]) -> None:
        """Do all that a rule does, or nothing of it, to each of these tickets."""
        outcomes = self.acting.fire(rule, {c.root.ticket_id: c.root.event_id for c in cases})
        for case in cases:
            outcome = outcomes[case.root.ticket_id]
            case.fired.add(index)
            case.steps.append([index, outcome])
            if "failed" in outcome:
                continue
            case.changes = then(case.changes, outcome.get("changes", {}))
            case.made = then(case.made, outcome.get("changes", {}))
            if rule.group:
                case.groups[rule.group] = index
            if rule.stop:
                case.stopped = True
                outcome["stop"] = True

    def willing(self, index: int, rule: Rule, cases: Sequence[Case]) -> list[Case]:
        """Those of these tickets that a bot may still answer in; a trace says why not in others."""
        numbers = [case.root.ticket_id for case in cases]
        handed = bots.handed(self.tx, numbers)
        answers = bots.answers(self.tx, rule.name, numbers) if rule.times else {}
        found: list[Case] = []
        for case in cases:
            number = case.root.ticket_id
            if number in handed:
                case.steps.append([index, "handover"])
            elif rule.times and answers.get(number, 0) >= rule.times:
                case.steps.append([index, "times"])
            else:
                found.append(case)
        return found

    def goes_on(self, case: Case) -> bool:
        """Whether another pass would look at it."""
        shape = _shape(case.entry(first=False))
        return any(
            index not in case.fired and rule.group not in case.groups and not rule.why_not(shape)
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
