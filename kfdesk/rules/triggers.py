"""What a rule is once it is read: typed conditions and actions, and when it is looked at."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import Any, Literal

from kfdesk.errors import Place
from kfdesk.model import Change
from kfdesk.rules.actions import LEAVING, Action, words
from kfdesk.rules.assigning.routes import Route
from kfdesk.rules.language.tree import Query
from kfdesk.rules.macros import Macro
from kfdesk.rules.timing.calendar import Calendar
from kfdesk.rules.timing.schedules import Every
from kfdesk.rules.timing.sla import Policy
from kfdesk.settings import NOWHERE

On = Literal["created", "updated", "message"]
Kind = Literal["trigger", "bot", "schedule"]
#: The group that all bots are of: one of them answers a message.
BOTS = "bots"


@dataclass(frozen=True, slots=True)
class Shape:
    """What decides which rules look at an event: its kind, whether a message came, what changed.

    `what` is what time brought, where it was time: sla.warning, sla.breached, woke.
    """

    created: bool
    message: bool
    changed: frozenset[str]
    what: str = ""


@dataclass(frozen=True)
class Rule:
    """One trigger, bot or schedule. Changes that stand side by side in the file are one action.

    Of the rules of a `group` only the first that fires does anything at an event. `times` bounds
    how often it fires in one ticket; 0 does not. `every` and `repeat_after` are a schedule's.
    """

    name: str
    on: frozenset[On]
    when: Query
    do: tuple[Action, ...]
    stop: bool = False
    always: bool = False
    place: Place = NOWHERE
    kind: Kind = "trigger"
    group: str = ""
    times: int = 0
    handover: str = ""  # words with which a customer asks a bot for a person
    every: Every | None = None
    repeat_after: timedelta | None = None

    @cached_property
    def named(self) -> frozenset[str]:
        """The fields whose change makes the rule worth a look."""
        return self.when.named

    @cached_property
    def about_message(self) -> bool:
        """True where the coming of a message makes the rule worth a look."""
        return "message" in self.on or self.when.about_message

    @cached_property
    def moments(self) -> frozenset[str]:
        """What time brings that makes the rule worth a look."""
        return self.when.moments

    @cached_property
    def leaves(self) -> bool:
        """True where something that it does leaves the desk."""
        return any(isinstance(action, LEAVING) for action in self.do)

    @cached_property
    def only_changes(self) -> bool:
        """True where it does nothing but set fields."""
        return all(isinstance(action, Change) for action in self.do)

    def why_not(self, shape: Shape) -> str:
        """Return why the rule does not look at such an event, or nothing if it does.

        `on`: it is for other events. `unchanged`: nothing that it names changed, and no message
        came that it asks about.
        """
        return why_not(self.on, self.named, self.about_message, self.always, shape, self.moments)


def why_not(
    on: Collection[str],
    named: Collection[str],
    about_message: bool,
    always: bool,
    shape: Shape,
    moments: Collection[str] = (),
) -> str:
    """The same for a rule of which only these facts are left."""
    kind = "created" if shape.created else "updated"
    if kind not in on and not (shape.message and "message" in on):
        return "on"
    if shape.created or always or (shape.message and about_message) or shape.what in moments:
        return ""
    changed = shape.changed
    if "substatus" in changed:  # the team's own name of a status
        changed |= {"status"}
    return "unchanged" if changed.isdisjoint(named) else ""


@dataclass(frozen=True, eq=False)
class Ruleset:
    """All that happens by itself, in the order of the file.

    `rules` are the triggers and, behind them, the bots.
    """

    rules: tuple[Rule, ...] = ()
    schedules: tuple[Rule, ...] = ()
    policies: tuple[Policy, ...] = ()
    routes: tuple[Route, ...] = ()
    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    macros: tuple[Macro, ...] = ()  # what agents do with one key: nothing of it by itself

    @cached_property
    def every(self) -> tuple[Rule, ...]:
        """Every rule; a trace names one by its place here."""
        return (*self.rules, *self.schedules)

    @cached_property
    def texts(self) -> list[dict[str, Any]]:
        """The rules as a trace needs them later, whatever the configuration says by then."""
        return [
            {
                "name": rule.name,
                "kind": rule.kind,
                "on": sorted(rule.on),
                "when": rule.when.text,
                "conditions": [rule.when.quote(node) for node in rule.when.conjuncts],
                "do": [words(action) for action in rule.do],
                "stop": rule.stop,
                "always": rule.always,
                "group": rule.group,
                "named": sorted(rule.named),
                "message": rule.about_message,
                "moments": sorted(rule.moments),
                "times": rule.times,
                "line": rule.place.line,
            }
            for rule in self.every
        ]

    @cached_property
    def hash(self) -> str:
        """The same for the same rules, on any machine and in any process."""
        text = json.dumps(self.texts, ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]
