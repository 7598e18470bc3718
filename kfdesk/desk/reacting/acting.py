"""What a rule that fires, or a macro, does to its tickets: all of its actions in order, or none."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from kfdesk.desk import Desk
from kfdesk.desk.assigning import routing
from kfdesk.desk.reacting import bots, effects
from kfdesk.desk.reacting.roots import then
from kfdesk.desk.tickets import edit
from kfdesk.errors import KfdeskError, StoreError
from kfdesk.model import Actor, By, Change
from kfdesk.rules.actions import LEAVING, Action, Assign, HandOver, Snooze
from kfdesk.rules.timing.schedules import snoozed_until
from kfdesk.rules.triggers import Rule
from kfdesk.store.engine import in_words, savepoint
from kfdesk.store.history import trace
from kfdesk.store.tickets import State
from kfdesk.store.tx import Tx
from kfdesk.text import shorten

#: What came of a rule's actions on one ticket, as a trace keeps it.
Outcome = dict[str, Any]


@dataclass(slots=True)
class Acting:
    """Does what rules and macros say, in one transaction, at one instant."""

    desk: Desk
    tx: Tx
    now: datetime
    states: dict[int, State] = field(default_factory=dict)  # what changes need not read again

    def forget(self, numbers: Sequence[int]) -> None:
        """Something else than a change was written, or undone: read these tickets again."""
        for number in numbers:
            self.states.pop(number, None)

    def fire(self, rule: Rule, roots: Mapping[int, int]) -> dict[int, Outcome]:
        """Do all that a rule does, or nothing of it, to each ticket of {number: root event}."""
        # Changes of fields alone cannot fail half-way; a savepoint would write out the text index.
        atomic = in_words(self.tx) if rule.only_changes else savepoint(self.tx)
        try:
            with atomic:
                return self._act(rule, roots)
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001  # whatever a rule's action raises is its failure
            self.forget(list(roots))
            if len(roots) == 1:
                return {number: {"failed": _reason(error)} for number in roots}
        return {
            number: outcome
            for one, root in roots.items()
            for number, outcome in self.fire(rule, {one: root}).items()
        }

    def _act(self, rule: Rule, roots: Mapping[int, int]) -> dict[int, Outcome]:
        fresh = trace.claim(self.tx, rule.name, roots, self.now) if rule.leaves else roots.keys()
        outcomes = self.do(rule.do, Actor(By.RULE, rule.name), rule.name, roots, fresh)
        for number in roots.keys() - fresh:
            outcomes[number]["done"] = True
        return outcomes

    def do(
        self,
        actions: Sequence[Action],
        actor: Actor,
        name: str,
        roots: Mapping[int, int],
        leaving: Collection[int] | None = None,
    ) -> dict[int, Outcome]:
        """Do actions in order to each ticket of {number: root event}, in somebody's name.

        `name` is what asks for it, a rule or a macro. From tickets that are not among `leaving`
        nothing leaves the desk; without it, from all. Whatever an action raises is raised.
        """
        outcomes: dict[int, Outcome] = {number: {} for number in roots}
        for action in actions:
            if isinstance(action, Change | Assign | Snooze):
                wanted = self._wanted(name, action, roots, outcomes)
                self._change(actor, wanted, roots, outcomes)
                continue
            if isinstance(action, HandOver):
                done = bots.hand_over(self.tx, self.desk, actor, roots, self.now)
            else:
                kept = leaving is not None and isinstance(action, LEAVING)
                to = {n: root for n, root in roots.items() if not kept or n in (leaving or ())}
                done = effects.perform(self.tx, self.desk, action, actor, to, self.now)
            for number, part in done.items():
                _add(outcomes[number], part)
            self.forget(list(roots))
        return outcomes

    def _wanted(
        self,
        name: str,
        action: Change | Assign | Snooze,
        roots: Mapping[int, int],
        outcomes: Mapping[int, Outcome],
    ) -> dict[int, Change]:
        """The change that an action is to each ticket; to one that nobody gets, none."""
        if isinstance(action, Change):
            return dict.fromkeys(roots, action)
        if isinstance(action, Snooze):
            until = snoozed_until(action, self.now, self.desk.settings.desk.timezone)
            return dict.fromkeys(roots, Change(snoozed_until=until))
        decisions = routing.choose(self.desk, self.tx, action, list(roots), self.now, name)
        for number, decision in decisions.items():
            outcomes[number].setdefault("routes", []).append(decision.as_json())
        return {n: d.change for n, d in decisions.items() if d.change is not None}

    def _change(
        self,
        actor: Actor,
        wanted: Mapping[int, Change],
        roots: Mapping[int, int],
        outcomes: Mapping[int, Outcome],
    ) -> None:
        diffs = edit.apply(
            self.tx,
            wanted,
            actor,
            self.now,
            states=self.states,
            roots=roots,
            rule=actor.rule,
            settings=self.desk.settings,
        )
        for number, diff in diffs.items():
            _add(outcomes[number], {"changes": diff})


def _add(outcome: Outcome, part: Mapping[str, Any]) -> None:
    """Put what one action came to beside the others: lists grow, numbers add up."""
    for name, value in part.items():
        known = outcome.get(name)
        if name == "changes":
            outcome[name] = then(known or {}, value)
        else:
            outcome[name] = value if known is None or isinstance(value, str) else known + value


def _reason(error: Exception) -> str:
    text = str(error) if isinstance(error, KfdeskError) else f"{type(error).__name__}: {error}"
    return shorten(text, 300)
