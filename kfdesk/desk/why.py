"""Why a ticket is as it is: each event, each rule, what it found and did; in plain words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from kfdesk import labels
from kfdesk.desk import Desk
from kfdesk.i18n import _
from kfdesk.model import Event
from kfdesk.rules.triggers import Shape, why_not
from kfdesk.store import journal, tickets, trace
from kfdesk.store.trace import Trace
from kfdesk.text import clean_line

Outcome = Literal["fired", "not fired", "failed", "not looked at"]


@dataclass(frozen=True, slots=True)
class RuleWhy:
    """What came of one rule in one pass.

    Not fired: `condition` is the one that did not hold, `actual` what was there instead.
    """

    rule: str
    outcome: Outcome
    when: str = ""
    condition: str = ""
    actual: str = ""
    changes: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    replies: tuple[str, ...] = ()
    outbox: tuple[int, ...] = ()
    notes: int = 0
    reason: str = ""  # why it failed, was held back or not looked at
    stopped: bool = False  # it ended the pass


@dataclass(frozen=True, slots=True)
class EventWhy:
    """One thing that happened, and what the rules made of it, pass by pass."""

    id: int
    at: datetime
    actor: str
    kind: str
    changes: Mapping[str, tuple[Any, Any]]
    text: str
    passes: tuple[tuple[RuleWhy, ...], ...]


@dataclass(frozen=True, slots=True)
class Why:
    """The whole answer for one ticket."""

    number: int
    subject: str
    events: tuple[EventWhy, ...]

    def as_json(self) -> dict[str, Any]:
        """The answer as plain data, times as datetimes."""
        return asdict(self)


def lines(found: Why, timezone: str) -> Iterator[str]:
    """The answer for a person who never saw the configuration."""
    zone = ZoneInfo(timezone)
    yield _("Ticket {number}: {subject}").format(number=found.number, subject=found.subject)
    for event in found.events:
        yield ""
        yield from _event_lines(event, zone)


def why(desk: Desk, number: int) -> Why:
    """Return what happened to a ticket, and what each rule had to do with it."""
    with desk.store.read() as tx:
        ticket = tickets.get(tx, number)
        events = journal.events(tx, number)
        traces = trace.of_ticket(tx, number)
        sent = trace.outbox_of(tx, number)
    return Why(
        number,
        ticket.subject,
        tuple(
            EventWhy(
                event.id,
                event.at,
                str(event.actor),
                event.kind,
                event.changes,
                event.text,
                _passes(event, traces.get(event.id), sent),
            )
            for event in events
            if not event.rule
        ),
    )


Sent = Mapping[tuple[int, str], tuple[int, ...]]


def _passes(event: Event, found: Trace | None, sent: Sent) -> tuple[tuple[RuleWhy, ...], ...]:
    if found is None:
        return ()
    created = event.kind == "created"
    shape = Shape(created, event.message_id is not None, frozenset(event.changes))
    fired: set[int] = set()
    passes: list[tuple[RuleWhy, ...]] = []
    for steps in found.passes:
        read = dict[int, Any](steps)
        passes.append(
            tuple(
                _rule(rule, read.get(index), _absent(index, rule, read, fired, found, shape))
                for index, rule in enumerate(found.rules)
            )
        )
        done = {index: step for index, step in read.items() if isinstance(step, dict)}
        fired |= done.keys()
        changed = frozenset(name for step in done.values() for name in step.get("changes", ()))
        shape = Shape(False, False, changed)
    return tuple(tuple(_with_outbox(rule, event.id, sent) for rule in rules) for rules in passes)


def _with_outbox(rule: RuleWhy, event: int, sent: Sent) -> RuleWhy:
    if not rule.replies:
        return rule
    return replace(rule, outbox=sent.get((event, rule.rule), ()))


def _rule(rule: Mapping[str, Any], step: Any, absent: str) -> RuleWhy:
    name, when = rule["name"], rule["when"]
    if step is None:
        return RuleWhy(name, "not looked at", when, reason=absent)
    if isinstance(step, str):
        index, _blank, actual = step.partition(" ")
        return RuleWhy(name, "not fired", when, rule["conditions"][int(index)], clean_line(actual))
    if "failed" in step:
        return RuleWhy(name, "failed", when, reason=step["failed"])
    held = step.get("held", "")
    if step.get("done"):
        held = _("its mail for this event was written before")
    return RuleWhy(
        name,
        "fired",
        when,
        changes={key: (pair[0], pair[1]) for key, pair in step.get("changes", {}).items()},
        replies=tuple(step.get("replies", ())),
        notes=step.get("notes", 0),
        reason=held,
        stopped=step.get("stop", False),
    )


def _absent(
    index: int,
    rule: Mapping[str, Any],
    steps: Mapping[int, Any],
    fired: set[int],
    found: Trace,
    shape: Shape,
) -> str:
    """Why a rule was not looked at, where it was not."""
    if index in steps:
        return ""
    if index in fired:
        return _("it has fired at this event already")
    reason = why_not(rule["on"], rule["named"], rule["message"], rule["always"], shape)
    if reason == "on":
        return _("it is for other events: {on}").format(on=", ".join(rule["on"]))
    if reason == "unchanged" and rule["named"]:
        named = ", ".join(rule["named"])
        return _("nothing changed that it asks about: {fields}").format(fields=named)
    if reason == "unchanged":
        return _("it asks about nothing that changed")
    for number, step in steps.items():
        if number < index and isinstance(step, dict) and step.get("stop"):
            name = found.rules[number]["name"]
            return _("“{rule}” had ended the pass").format(rule=name)
    return _("the ticket raised no event")


def _event_lines(event: EventWhy, zone: ZoneInfo) -> Iterator[str]:
    at = event.at.astimezone(zone).strftime("%Y-%m-%d %H:%M")
    who = _("{name}: ").format(name=labels.actor(event.actor))
    yield f"{at}  {who}{labels.event(event.kind)}"
    yield from (f"    {line}" for line in _changes(event.changes))
    if event.text:
        yield f"    {event.text}"
    if not event.passes:
        yield "  " + _("no rule had to look at this")
    for number, rules in enumerate(event.passes, 1):
        if number > 1:
            yield "  " + _("Pass {n}, over what the rules had changed:").format(n=number)
        shown = [r for r in rules if number == 1 or r.outcome != "not looked at"]
        for rule in shown:
            yield from (f"  {line}" for line in _rule_lines(rule))


def _rule_lines(rule: RuleWhy) -> Iterator[str]:
    name = f"“{rule.rule}”"
    if rule.outcome == "not looked at":
        yield f"· {name} " + _("was not looked at: {reason}").format(reason=rule.reason)
    elif rule.outcome == "failed":
        yield f"✗ {name} " + _("failed, and did nothing: {reason}").format(reason=rule.reason)
    elif rule.outcome == "not fired":
        if rule.actual:
            text = _("did not fire: “{condition}” does not hold; there is: {actual}")
        else:
            text = _("did not fire: “{condition}” does not hold")
        yield f"· {name} " + text.format(condition=rule.condition, actual=rule.actual)
    else:
        when = clean_line(rule.when)
        because = _("fired, since this holds: {when}") if when else _("fired, as it always does")
        yield f"✓ {name} " + because.format(when=when)
        yield from (f"    {line}" for line in _effects(rule))


def _effects(rule: RuleWhy) -> Iterator[str]:
    yield from _changes(rule.changes)
    for template in rule.replies:
        ids = ", ".join(map(str, rule.outbox))
        yield _("reply “{template}” was queued (outbox {ids})").format(template=template, ids=ids)
    if rule.notes:
        yield _("a note was written")
    if rule.reason:
        yield _("the reply was held back: {reason}").format(reason=rule.reason)
    if not (rule.changes or rule.replies or rule.notes or rule.reason):
        yield _("there was nothing left to change")
    if rule.stopped:
        yield _("the rules after it were not looked at in this pass")


def _changes(changes: Mapping[str, tuple[Any, Any]]) -> Iterator[str]:
    for name, (old, new) in changes.items():
        before, after = (
            clean_line(labels.value(name, value)) or _("nothing") for value in (old, new)
        )
        yield _("{name}: ").format(name=labels.field(name)) + f"{before} → {after}"
