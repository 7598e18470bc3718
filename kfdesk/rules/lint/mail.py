"""Rules that write to customers, and may do so when nobody would want it."""

from __future__ import annotations

from collections.abc import Iterator

from kfdesk.i18n import _
from kfdesk.rules.actions import Mail, Progress, Reply, Survey
from kfdesk.rules.lint.claim import TRUE, World
from kfdesk.rules.lint.finding import Finding
from kfdesk.rules.lint.logic import both, worlds
from kfdesk.rules.lint.space import Space
from kfdesk.rules.triggers import Rule, Ruleset

_AGENT: World = {"by": frozenset(("agent",))}
_CUSTOMER: World = {"by": frozenset(("customer",))}
_ROBOT: World = {"auto": frozenset((True,)), "came": TRUE}
_DONE: World = {"status": frozenset(("closed",))}


def unguarded(rules: Ruleset, timezone: str) -> Iterator[Finding]:
    """Automatic mail without a guard."""
    for rule in rules.rules:
        if rule.kind == "trigger" and _writes_to_customers(rule):
            yield from _trigger(rule, timezone)
    for rule in rules.schedules:
        if _writes_to_customers(rule):
            yield from _schedule(rule, timezone)


def _writes_to_customers(rule: Rule) -> bool:
    return any(
        isinstance(action, Reply | Survey | Progress)
        or (isinstance(action, Mail) and action.to == "customer")
        for action in rule.do
    )


def _trigger(rule: Rule, timezone: str) -> Iterator[Finding]:
    space = Space([rule.when], timezone=timezone)
    known = worlds(space, rule.when.conjuncts)
    change = any(
        term.side or term.field.name == "changed" or term.field.name == "event"
        for term in rule.when.terms()
    )
    if not change and both(known, [_AGENT]):
        yield Finding(
            "warning",
            rule.place,
            rule.name,
            _("it writes to customers whoever did what: also when an agent made the ticket"),
            _("add by:customer and auto:no to `when`, or what must have changed"),
        )
    elif not change and both(both(known, [_CUSTOMER]), [_ROBOT]):
        yield Finding(
            "hint",
            rule.place,
            rule.name,
            _("robots set it off too; the desk holds such an answer back, and says so each time"),
            _("add auto:no to `when`"),
        )


def _schedule(rule: Rule, timezone: str) -> Iterator[Finding]:
    space = Space([rule.when], timezone=timezone)
    bounded = any(
        term.field.name in ("age", "idle", "waiting", "due", "created", "updated")
        and term.op in ("<", "<=", ":", "=")
        for term in rule.when.terms()
    )
    if not bounded and both(worlds(space, rule.when.conjuncts), [_DONE]):
        yield Finding(
            "warning",
            rule.place,
            rule.name,
            _("it writes to the customers of all tickets that ever were, closed ones too"),
            _("add a status, such as status:pending, or a bound, such as age<7d"),
        )
