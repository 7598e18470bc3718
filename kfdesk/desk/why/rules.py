"""What came of each rule at an event: a trace, read with the rules of its time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from kfdesk import labels
from kfdesk.desk.triggers import BY_ROUTE
from kfdesk.desk.why.facts import Cause, RuleWhy
from kfdesk.i18n import _
from kfdesk.model import Event
from kfdesk.rules.triggers import Shape, why_not
from kfdesk.store.trace import Trace
from kfdesk.text import clean_line

#: {(root event, rule): its rows in the outbox}
Sent = Mapping[tuple[int, str], tuple[int, ...]]


def passes(event: Event, found: Trace, sent: Sent) -> tuple[tuple[RuleWhy, ...], ...]:
    """Return what came of each rule, pass by pass."""
    kind = "created" if event.kind == "created" else "updated"
    shape = Shape(kind == "created", event.message_id is not None, frozenset(event.changes))
    fired: set[int] = set()
    told: list[tuple[RuleWhy, ...]] = []
    for steps in found.passes:
        read = dict[int, Any](steps)
        told.append(tuple(_pass(event, found.rules, read, fired, shape, sent)))
        done = {index: step for index, step in read.items() if isinstance(step, dict)}
        fired |= done.keys()
        changed = frozenset(name for step in done.values() for name in step.get("changes", ()))
        shape = Shape(False, False, changed)
    return tuple(told)


def _pass(
    event: Event,
    rules: Sequence[Mapping[str, Any]],
    steps: Mapping[int, Any],
    fired: set[int],
    shape: Shape,
    sent: Sent,
) -> Iterable[RuleWhy]:
    """One pass; where a schedule or a route began it, no trigger was asked."""
    if BY_ROUTE in steps:
        yield RuleWhy("", "fired", "route", changes=_changes(steps[BY_ROUTE]))
        return
    scheduled = any(rules[index]["kind"] == "schedule" for index in steps)
    for index, rule in enumerate(rules):
        if (rule["kind"] == "schedule") is scheduled and (index in steps or not scheduled):
            if (step := steps.get(index)) is not None:
                yield _looked_at(rule, step, sent.get((event.id, rule["name"]), ()))
            else:
                yield _absent(index, rules, steps, fired, shape)


def _looked_at(rule: Mapping[str, Any], step: Any, outbox: tuple[int, ...]) -> RuleWhy:
    name, when, kind, line = rule["name"], rule["when"], rule["kind"], rule["line"]
    if isinstance(step, str):
        index, _blank, actual = step.partition(" ")
        condition = rule["conditions"][int(index)]
        return RuleWhy(
            name, "not fired", kind, line, when, clean_line(condition), clean_line(actual)
        )
    if "failed" in step:
        return RuleWhy(name, "failed", kind, line, when, reason=step["failed"])
    held = step.get("held", "")
    if step.get("done"):
        held = _("its mail for this event was written before")
    return RuleWhy(
        name,
        "fired",
        kind,
        line,
        when,
        changes=_changes(step),
        replies=tuple(step.get("replies", ())),
        notes=step.get("notes", 0),
        did=step,
        outbox=outbox,
        reason=held,
        stopped=step.get("stop", False),
    )


def _changes(step: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    return {name: (pair[0], pair[1]) for name, pair in step.get("changes", {}).items()}


def _absent(
    index: int,
    rules: Sequence[Mapping[str, Any]],
    steps: Mapping[int, Any],
    fired: set[int],
    shape: Shape,
) -> RuleWhy:
    """A rule that the pass left out, and why."""
    rule = rules[index]
    cause, by = _cause(index, rules, steps, fired, shape)
    suppressed = cause in ("stop", "group", "fired", "times", "handover")
    return RuleWhy(
        rule["name"],
        "suppressed" if suppressed else "not looked at",
        rule["kind"],
        rule["line"],
        rule["when"],
        cause=cause,
        by=by,
        reason=_reason(cause, by, rule),
    )


def _cause(
    index: int,
    rules: Sequence[Mapping[str, Any]],
    steps: Mapping[int, Any],
    fired: set[int],
    shape: Shape,
) -> tuple[Cause, str]:
    rule = rules[index]
    if index in fired:
        return "fired", rule["name"]
    reason = why_not(rule["on"], rule["named"], rule["message"], rule["always"], shape)
    if reason == "on":
        return "on", ""
    if reason == "unchanged":
        return "unchanged", ""
    for number, step in steps.items():
        if number < index and isinstance(step, dict) and step.get("stop"):
            return "stop", rules[number]["name"]
    for number in sorted({*fired, *(n for n, step in steps.items() if isinstance(step, dict))}):
        if rule["group"] and 0 <= number < index and rules[number]["group"] == rule["group"]:
            return "group", rules[number]["name"]
    return "silent", ""


def _reason(cause: Cause, by: str, rule: Mapping[str, Any]) -> str:
    match cause:
        case "fired":
            return _("it has fired at this event already")
        case "stop":
            return _("“{rule}” had ended the pass").format(rule=by)
        case "group":
            return _("“{rule}” of the same group “{group}” had fired").format(
                rule=by, group=rule["group"]
            )
        case "on":
            kinds = _(", ").join(map(labels.happening, rule["on"]))
            return _("only for: {kinds}").format(kinds=kinds)
        case "unchanged" if rule["named"]:
            return _("nothing changed that it asks about: {fields}").format(
                fields=", ".join(rule["named"])
            )
        case "unchanged":
            return _("it asks about nothing that changed")
    return _("the ticket raised no event")
