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
from typing import Any, Literal

from kfdesk.desk import Desk, automatic, edit
from kfdesk.errors import KfdeskError, StoreError
from kfdesk.i18n import _
from kfdesk.model import SYSTEM, Actor, By, Change
from kfdesk.rules.triggers import Note, Reply, Rule, Ruleset, Shape
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

Diff = dict[str, tuple[Any, Any]]


@dataclass(frozen=True, slots=True)
class Root:
    """What happened to a ticket in this transaction, and its first line in the journal."""

    ticket_id: int
    kind: Literal["created", "updated"]
    actor: Actor
    message_id: int | None
    changes: Mapping[str, tuple[Any, Any]]
    event_id: int


def run(desk: Desk, tx: Tx, roots: Sequence[Root], now: datetime) -> None:
    """Let the triggers look at what happened, and write what they make of it and why."""
    if desk.rules.rules and roots:
        _Run(desk, tx, now).go([_Case(root) for root in one_each(roots)])


def one_each(roots: Sequence[Root]) -> list[Root]:
    """All that one transaction did to a ticket is one event: created wins, the first old value
    and the last new one, the newest message."""
    found: dict[int, Root] = {}
    for root in roots:
        first = found.get(root.ticket_id)
        if first is None:
            found[root.ticket_id] = root
            continue
        newest = max(filter(None, (first.message_id, root.message_id)), default=None)
        found[root.ticket_id] = Root(
            root.ticket_id,
            "created" if "created" in (first.kind, root.kind) else "updated",
            root.actor if root.message_id and not first.message_id else first.actor,
            newest,
            _then(dict(first.changes), root.changes),
            first.event_id,
        )
    return list(found.values())


def _then(first: Diff, later: Mapping[str, tuple[Any, Any]]) -> Diff:
    """Two change sets, one after the other, as one; what came back to where it was is no change."""
    for name, (old, new) in later.items():
        before = first[name][0] if name in first else old
        if before == new:
            first.pop(name, None)
        else:
            first[name] = (before, new)
    return first


@dataclass(slots=True)
class _Case:
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
                root.ticket_id, created, message > 0, root.actor.kind, message, root.changes
            )
        return Entry(root.ticket_id, False, False, By.RULE, message, self.changes)


def _shape(entry: Entry) -> Shape:
    return Shape(entry.created, entry.came, frozenset(entry.changes))


@lru_cache(maxsize=1000)
def _probe(rules: Ruleset, index: int) -> Probe:
    return probe(rules.rules[index].when)


@dataclass(slots=True)
class _Run:
    """The passes over one wave of tickets."""

    desk: Desk
    tx: Tx
    now: datetime
    states: dict[int, State] = field(default_factory=dict)  # what changes need not read again

    def go(self, cases: list[_Case]) -> None:
        """Pass after pass, until the rules change nothing more or have gone on for too long."""
        waiting = cases
        for number in range(MAX_PASSES):
            waiting = self.one_pass(waiting, number == 0)
            if not waiting:
                break
        for case in waiting:
            if self.goes_on(case):
                self.alarm(case)
        trace.keep(
            self.tx,
            self.desk.rules.hash,
            lambda: self.desk.rules.texts,
            (
                (case.root.ticket_id, case.root.event_id, case.passes)
                for case in cases
                if case.passes
            ),
            self.now,
        )

    def one_pass(self, cases: list[_Case], first: bool) -> list[_Case]:
        """Every rule once, in order; return the tickets that another pass must look at."""
        rules = self.desk.rules.rules
        entries = [case.entry(first) for case in cases]
        groups: dict[Shape, dict[int, _Case]] = defaultdict(dict)
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
            hits: list[_Case] = []
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

    def fire(self, index: int, rule: Rule, cases: list[_Case]) -> None:
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
            case.changes = _then(case.changes, outcome.get("changes", {}))
            if rule.stop:
                case.stopped = True
                outcome["stop"] = True
            case.steps.append([index, outcome])

    def act(self, rule: Rule, cases: list[_Case]) -> list[dict[str, Any]]:
        """Do the actions in order; return what they came to, ticket by ticket."""
        outcomes: list[dict[str, Any]] = [{} for case in cases]
        by_number = dict(zip((case.root.ticket_id for case in cases), outcomes, strict=True))
        roots = {case.root.ticket_id: case.root.event_id for case in cases}
        fresh = trace.claim(self.tx, rule.name, roots, self.now) if rule.leaves else roots.keys()
        for number in roots.keys() - fresh:
            by_number[number]["done"] = True
        for action in rule.do:
            if isinstance(action, Change):
                self.change(rule, action, cases, outcomes)
            elif isinstance(action, Note):
                automatic.note(self.tx, self.desk, action.text, rule.name, roots, self.now)
                for outcome in outcomes:
                    outcome["notes"] = outcome.get("notes", 0) + 1
                self.forget(cases)
            else:
                self.reply(rule, action, {n: r for n, r in roots.items() if n in fresh}, by_number)
                self.forget(cases)
        return outcomes

    def forget(self, cases: Sequence[_Case]) -> None:
        """Something else than a change was written, or undone: read these tickets again."""
        for case in cases:
            self.states.pop(case.root.ticket_id, None)

    def change(
        self, rule: Rule, wanted: Change, cases: list[_Case], outcomes: list[dict[str, Any]]
    ) -> None:
        """Change all the tickets at once."""
        diffs = edit.apply(
            self.tx,
            {case.root.ticket_id: wanted for case in cases},
            Actor(By.RULE, rule.name),
            self.now,
            states=self.states,
            roots={case.root.ticket_id: case.root.event_id for case in cases},
            rule=rule.name,
        )
        for case, outcome in zip(cases, outcomes, strict=True):
            if diff := diffs.get(case.root.ticket_id):
                outcome["changes"] = _then(outcome.get("changes", {}), diff)

    def reply(
        self, rule: Rule, action: Reply, roots: Mapping[int, int], outcomes: dict[int, Any]
    ) -> None:
        """Answer the customers; what holds an answer back is part of the outcome."""
        held = automatic.answer(self.tx, self.desk, action.template, rule.name, roots, self.now)
        for number in roots:
            if number in held:
                outcomes[number]["held"] = held[number]
            else:
                outcomes[number].setdefault("replies", []).append(action.template)

    def goes_on(self, case: _Case) -> bool:
        """Whether another pass would look at it."""
        shape = _shape(case.entry(first=False))
        return any(
            index not in case.fired and not rule.why_not(shape)
            for index, rule in enumerate(self.desk.rules.rules)
        )

    def alarm(self, case: _Case) -> None:
        """Write on the ticket that its rules went on and on, and which followed which."""
        names = [rule.name for rule in self.desk.rules.rules]
        chain = " → ".join(
            ", ".join(names[step[0]] for step in steps if isinstance(step[1], dict))
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


def _joined(groups: list[dict[int, _Case]]) -> dict[int, _Case]:
    if len(groups) == 1:
        return groups[0]
    return {number: case for group in groups for number, case in group.items()}


def _reason(error: Exception) -> str:
    text = str(error) if isinstance(error, KfdeskError) else f"{type(error).__name__}: {error}"
    return shorten(text, 300)
