"""What a replay came to, for a person and for a program."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from kfdesk.desk.replay.compare import Effect
from kfdesk.desk.replay.final import Fields, differing
from kfdesk.desk.replay.run import Run
from kfdesk.model import LeftOut
from kfdesk.store.history.past import Past
from kfdesk.store.tables import from_ms


@dataclass(frozen=True, slots=True)
class RuleCount:
    """How often a rule fired: then, by the rules of then, and in the replay; None: not there."""

    rule: str
    kind: str
    happened: int
    replayed: int | None


@dataclass(frozen=True, slots=True)
class Done:
    """One thing that a rule did, at an event of the ticket (0: time brought it)."""

    at: datetime
    event: int
    what: str
    name: str
    value: Any
    rule: str


@dataclass(frozen=True, slots=True)
class Difference:
    """How one ticket came out otherwise.

    `fields` is {name: (as it happened, as replayed)} at the end, `more` what rules do now and did
    not then, `fewer` the other way round, in order of time.
    """

    ticket: int
    subject: str
    fields: Fields
    more: tuple[Done, ...]
    fewer: tuple[Done, ...]

    @property
    def first(self) -> Done | None:
        """Where the two part."""
        return min((*self.more, *self.fewer), key=lambda done: done.at, default=None)


@dataclass(frozen=True, slots=True)
class Replay:
    """What came of trying rules on the past."""

    since: datetime
    until: datetime
    events: int
    tickets: int
    seconds: float
    rules: tuple[RuleCount, ...]
    loops: tuple[tuple[int, Done], ...]  # ticket, the alarm
    totals: Mapping[str, tuple[int, int]]  # mail, note, …: (happened, replayed)
    differences: tuple[Difference, ...]
    left_out: Mapping[LeftOut, int]  # why: how many tickets

    @property
    def never(self) -> tuple[str, ...]:
        """The rules that fired at nothing."""
        return tuple(rule.rule for rule in self.rules if rule.replayed == 0)

    def as_json(self) -> dict[str, Any]:
        """The whole of it as plain data, times as datetimes."""
        return {
            "since": self.since,
            "until": self.until,
            "events": self.events,
            "tickets": self.tickets,
            "seconds": round(self.seconds, 3),
            "differing": len(self.differences),
            "rules": [asdict(rule) for rule in self.rules],
            "never": list(self.never),
            "loops": [{"ticket": ticket, **asdict(done)} for ticket, done in self.loops],
            "totals": {
                what: {"happened": then, "replayed": now}
                for what, (then, now) in self.totals.items()
            },
            "left_out": dict(self.left_out),
            "differences": [_json(one) for one in self.differences],
        }


def _json(one: Difference) -> dict[str, Any]:
    def listed(effects: tuple[Done, ...], *what: str) -> list[dict[str, Any]]:
        return [asdict(done) for done in effects if done.what in what]

    first = one.first
    return {
        "ticket": one.ticket,
        "subject": one.subject,
        "fields": {
            name: {"happened": then, "replayed": now} for name, (then, now) in one.fields.items()
        },
        "mails_more": listed(one.more, "mail"),
        "mails_fewer": listed(one.fewer, "mail"),
        "more": [asdict(done) for done in one.more],
        "fewer": [asdict(done) for done in one.fewer],
        "first_event": None if first is None else {"id": first.event, "at": first.at},
    }


def report(
    run: Run, copy: Past, since: datetime, until: datetime, seconds: float, ticket: int | None
) -> Replay:
    """Put together what a replay found."""
    open_ = run.balance.open
    fields = differing(run.past, copy, run.window, run.tickets)
    numbers = sorted(n for n in open_.keys() | fields.keys() if ticket in (None, n))
    subjects = {n: row["subject"] for n, row in run.past.tickets(numbers).items()}
    differences = tuple(
        Difference(
            number,
            subjects.get(number, ""),
            fields.get(number, {}),
            _done(open_.get(number, Counter()), -1),
            _done(open_.get(number, Counter()), 1),
        )
        for number in numbers
    )
    happened, replayed = run.balance.happened, run.balance.replayed
    return Replay(
        since,
        until,
        run.events,
        len(run.tickets),
        seconds,
        _rules(run, copy),
        tuple((number, _told(effect)) for number, effect in run.balance.loops),
        {what: (happened[what], replayed[what]) for what in sorted(happened.keys() | replayed)},
        differences,
        Counter(run.left_out.values()),
    )


def _done(balance: Counter[Effect], sign: int) -> tuple[Done, ...]:
    found = [
        _told(effect) for effect, n in balance.items() for _ in range(n * sign) if n * sign > 0
    ]
    return tuple(sorted(found, key=lambda done: (done.at, done.event)))


def _told(effect: Effect) -> Done:
    value = json.loads(effect.value) if effect.what == "change" else effect.value
    return Done(from_ms(effect.at), effect.root, effect.what, effect.name, value, effect.rule)


def _rules(run: Run, copy: Past) -> tuple[RuleCount, ...]:
    """Every rule in order; then those of the past that are no more."""
    then = run.past.fired(run.window.start, run.window.end)
    now = copy.fired(run.window.start, 2**63 - 1)
    rules = run.desk.rules.every
    known = {rule.name for rule in rules}
    return (
        *(RuleCount(rule.name, rule.kind, then[rule.name], now[rule.name]) for rule in rules),
        *(RuleCount(name, "", n, None) for name, n in then.items() if name not in known),
    )
