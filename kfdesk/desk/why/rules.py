"""What came of each rule at an event: a trace, read with the rules of its time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from kfdesk import labels
from kfdesk.desk.reacting.triggers import BY_ROUTE
from kfdesk.desk.why.facts import Cause, RuleWhy
from kfdesk.i18n import _, ngettext
from kfdesk.model import Event
from kfdesk.rules.triggers import BOTS, Shape, why_not
from kfdesk.store.conditions.actual import LONGEST
from kfdesk.store.history.trace import Trace
from kfdesk.text import clean_line, shorten

#: Events that `event:` names: what time brought, and an answer of somebody asked aside.
_MOMENTS = ("sla.warning", "sla.breached", "woke", "side.answered")
_SUPPRESSED = ("stop", "group", "fired", "times", "handover")
#: {(root event, rule): its rows in the outbox}
Sent = Mapping[tuple[int, str], tuple[int, ...]]


def passes(event: Event, found: Trace, sent: Sent) -> tuple[tuple[RuleWhy, ...], ...]:
    """Return what came of each rule, pass by pass."""
    created = event.kind == "created"
    what = event.kind if event.kind in _MOMENTS else ""
    shape = Shape(created, event.message_id is not None, frozenset(event.changes), what)
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
            step = steps.get(index)
            if isinstance(step, dict):
                yield _done(rule, step, sent.get((event.id, rule["name"]), ()))
            elif step is not None and step[0].isdigit():
                yield _unfulfilled(rule, step)
            else:
                yield _kept(rule, *_cause(index, rules, steps, fired, shape))


def _unfulfilled(rule: Mapping[str, Any], step: str) -> RuleWhy:
    """A rule of which a condition did not hold."""
    index, _blank, actual = step.partition(" ")
    return RuleWhy(
        rule["name"],
        "not fired",
        rule["kind"],
        rule["line"],
        rule["when"],
        clean_line(rule["conditions"][int(index)]),
        shorten(actual, LONGEST),
    )


def _done(rule: Mapping[str, Any], step: Mapping[str, Any], sent: tuple[int, ...]) -> RuleWhy:
    """A rule that fired, and what came of it."""
    name, when, kind, line = rule["name"], rule["when"], rule["kind"], rule["line"]
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
        outbox=tuple(sorted({*sent, *step.get("outbox", ())})),
        reason=held,
        stopped=step.get("stop", False),
    )


def _changes(step: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    return {name: (pair[0], pair[1]) for name, pair in step.get("changes", {}).items()}


def _kept(rule: Mapping[str, Any], cause: Cause, by: str) -> RuleWhy:
    """A rule that did not get to act, whatever it asks for."""
    return RuleWhy(
        rule["name"],
        "suppressed" if cause in _SUPPRESSED else "not looked at",
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
    rule, step = rules[index], steps.get(index)
    if index in fired:
        return "fired", rule["name"]
    if isinstance(step, str) and step.startswith("group "):
        return "group", rules[int(step.removeprefix("group "))]["name"]
    if step == "times":
        return "times", ""
    if step == "handover":
        return "handover", ""
    facts = rule["on"], rule["named"], rule["message"], rule["always"]
    if reason := why_not(*facts, shape, rule["moments"]):
        return ("on" if reason == "on" else "unchanged"), ""
    for number, other in steps.items():
        if number < index and isinstance(other, dict) and other.get("stop"):
            return "stop", rules[number]["name"]
    return "silent", ""


def _reason(cause: Cause, by: str, rule: Mapping[str, Any]) -> str:
    match cause:
        case "fired":
            return _("it has fired at this event already")
        case "stop":
            return _("“{rule}” had ended the pass").format(rule=by)
        case "group":
            if rule["group"] == BOTS:
                return _("the bot “{rule}” has answered").format(rule=by)
            return _("“{rule}” of the same group “{group}” had fired").format(
                rule=by, group=rule["group"]
            )
        case "times":
            n = rule["times"]
            return ngettext(
                "it has answered here already", "it has answered here {n} times already", n
            ).format(n=n)
        case "handover":
            return _("a person has taken over from the bots")
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
