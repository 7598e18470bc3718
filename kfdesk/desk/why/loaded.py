"""What is loaded: all that happens by itself, in the order in which it runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from kfdesk.desk import Desk
from kfdesk.errors import Place
from kfdesk.rules.actions import words
from kfdesk.rules.assigning.routes import Route
from kfdesk.rules.timing.sla import Policy
from kfdesk.rules.triggers import BOTS, Rule, Ruleset
from kfdesk.store.history import acted
from kfdesk.store.history.acted import Acted

#: How far back it is counted how often something acted.
LATELY = timedelta(days=30)
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Loaded:
    """One trigger, bot, schedule, SLA policy, route or macro.

    `does` is as in the configuration: its actions; a policy's times, a route's strategies.
    `fired` and `last` are of the last 30 days: the events at which it did something; `week` are
    those of the last seven.
    """

    kind: str
    name: str
    place: Place
    when: str
    does: Sequence[Mapping[str, Any]]
    more: Mapping[str, Any] = field(default_factory=dict)  # on, stop, always, group, every, …
    next_at: datetime | None = None  # of a schedule
    fired: int = 0
    last: datetime | None = None
    week: int = 0

    def as_json(self) -> dict[str, Any]:
        """The object that `kfdesk rules list --json` prints."""
        return {
            "kind": self.kind,
            "name": self.name,
            "file": self.place.file,
            "line": self.place.line,
            "when": self.when,
            "do": list(self.does),
            **self.more,
            "next_at": self.next_at,
            "fired": self.fired,
            "last_fired": self.last,
            "fired_in_a_week": self.week,
        }


def loaded(desk: Desk) -> list[Loaded]:
    """Return everything that is loaded, with how often it did something lately."""
    now = desk.clock()
    with desk.store.read() as tx:
        rules = acted.rules(tx, now - LATELY)
        policies = acted.policies(tx, now - LATELY)
        week = acted.rules(tx, now - WEEK)
        promised = acted.policies(tx, now - WEEK)
    zone = ZoneInfo(desk.settings.desk.timezone)
    return [
        replace(one, week=(promised if one.kind == "sla" else week).get(one.name, Acted()).times)
        for one in _all(desk.rules, rules, policies, now, zone)
    ]


def _all(
    ruleset: Ruleset,
    rules: Mapping[str, Acted],
    policies: Mapping[str, Acted],
    now: datetime,
    zone: ZoneInfo,
) -> Iterator[Loaded]:
    for rule in ruleset.every:
        done = rules.get(rule.name, Acted())
        next_at = rule.every.after(now, zone) if rule.every else None
        does = [words(action) for action in rule.do]
        more = _more(rule)
        yield Loaded(
            rule.kind, rule.name, rule.place, rule.when.text, does, more, next_at, *_both(done)
        )
    for policy in ruleset.policies:
        done = policies.get(policy.name, Acted())
        more = {
            "calendar": policy.calendar,
            "pause_on": sorted(policy.pause_on),
        }
        yield Loaded(
            "sla", policy.name, policy.place, policy.when.text, _promises(policy), more, None,
            *_both(done),
        )  # fmt: skip
    for route in ruleset.routes:
        done = rules.get(route.name, Acted())
        yield Loaded(
            "route", route.name, route.place, route.when.text, [_way(route)], {}, None, *_both(done)
        )
    for macro in ruleset.macros:
        does = [words(action) for action in macro.do]
        more = {"title": macro.shown, "teams": list(macro.teams)}
        yield Loaded("macro", macro.name, macro.place, macro.when.text, does, more)


def _both(done: Acted) -> tuple[int, datetime | None]:
    return done.times, done.last


def _more(rule: Rule) -> dict[str, Any]:
    """What else decides when a rule acts; only what was asked for."""
    if rule.every is not None:
        again = rule.repeat_after
        more: dict[str, Any] = {"every": rule.every.text}
        return more | ({"repeat_after": int(again.total_seconds())} if again else {})
    asked = {
        "on": sorted(rule.on),
        "stop": rule.stop,
        "always": rule.always,
        "group": "" if rule.group == BOTS else rule.group,
        "times": rule.times,
        "handover": rule.handover,
    }
    return {name: value for name, value in asked.items() if value or name == "on"}


def _promises(policy: Policy) -> list[Mapping[str, Any]]:
    """What is promised, in seconds: {target: {priority: seconds}}."""
    return [
        {target: {p.value: int(time.total_seconds()) for p, time in times.items()}}
        for target, times in policy.allowed.items()
        if times
    ]


def _way(route: Route) -> dict[str, Any]:
    way: dict[str, Any] = {"strategies": list(route.strategies)}
    return way | ({"team": route.team} if route.team else {})
