"""What is never reached, because something before it always comes first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from kfdesk.errors import Place
from kfdesk.i18n import _
from kfdesk.rules.assigning.routes import Route
from kfdesk.rules.language.tree import Query
from kfdesk.rules.lint.aftermath import writes
from kfdesk.rules.lint.finding import Finding
from kfdesk.rules.lint.logic import ANY, follows, together, worlds
from kfdesk.rules.lint.space import Space
from kfdesk.rules.triggers import BOTS, Rule, Ruleset


class Conditional(Protocol):
    """A route, a policy, a schedule: what has a condition."""

    @property
    def name(self) -> str: ...
    @property
    def when(self) -> Query: ...
    @property
    def place(self) -> Place: ...


def shadowed(rules: Ruleset, timezone: str) -> Iterator[Finding]:
    """Triggers behind one that stops, or first of their group; routes and policies behind one."""
    for n, later in enumerate(rules.rules):
        for m, first in enumerate(rules.rules[:n]):
            same_group = first.group and first.group == later.group != BOTS
            if not (first.stop or same_group) or not _implies(later.when, first.when, timezone):
                continue
            between = rules.rules[m + 1 : n]
            if _always_before(first, later, between, rules):
                yield _finding(later, first, stops=first.stop)
                break
    for several in (rules.policies, rules.routes):
        yield from _first_holds(several, timezone)
    for route in rules.routes:
        yield from _sources(route, timezone)


def _finding(later: Rule, first: Rule, *, stops: bool) -> Finding:
    message = _("it is not reached: wherever its condition holds, “{rule}” before it stops")
    if not stops:
        message = _("it is not reached: wherever its condition holds, “{rule}” of its group fires")
    return Finding(
        "warning",
        later.place,
        later.name,
        message.format(rule=first.name),
        _("move it up, or narrow the condition of “{rule}”").format(rule=first.name),
    )


def _implies(one: Query, other: Query, timezone: str) -> bool:
    if other.where is None:
        return True
    space = Space([one, other], timezone=timezone)
    return follows(space, together(other.conjuncts), worlds(space, one.conjuncts))


def _always_before(first: Rule, later: Rule, between: Sequence[Rule], rules: Ruleset) -> bool:
    """Whether the first rule looks at every event that the later one looks at.

    It does not help where a rule between them makes the first one's condition true only then, or
    where what the rules up to it change lets the later one look again: the first fires once.
    """
    if any(writes(rule) & first.named for rule in between) or first.times:
        return False
    if not later.on <= first.on:
        return False
    if later.on == {"created"}:
        return True
    looks = first.always or (
        not later.always
        and later.named <= first.named
        and later.moments <= first.moments
        and (first.about_message or not later.about_message)
    )
    if not looks:
        return False
    if first.group and not first.stop:
        return True
    until = rules.rules[: rules.rules.index(first) + 1]
    changed = {name for rule in until for name in writes(rule)}
    if rules.routes:
        changed |= {"assignee", "team"}
    return "updated" not in later.on or not (later.always or changed & later.named)


def _first_holds(several: Sequence[Conditional], timezone: str) -> Iterator[Finding]:
    """The first whose condition holds decides: those behind a wider one never do."""
    for n, later in enumerate(several):
        for first in several[:n]:
            if _implies(later.when, first.when, timezone):
                yield Finding(
                    "warning",
                    later.place,
                    later.name,
                    _("it is never the first to hold: “{rule}” before it holds too").format(
                        rule=first.name
                    ),
                    _("move it up, or narrow the condition of “{rule}”").format(rule=first.name),
                )
                break


def _sources(route: Route, timezone: str) -> Iterator[Finding]:
    for n, later in enumerate(route.source):
        space = Space([route.when, later.when], timezone=timezone)
        place = route.place.at(f"source[{n}].when")
        if not worlds(space, (*route.when.conjuncts, *later.when.conjuncts), ANY):
            yield Finding(
                "error",
                place,
                route.name,
                _("“{condition}” is never so of a ticket of this route").format(
                    condition=later.when.text
                ),
                _("take it out, or widen the route's own condition"),
            )
        elif any(_implies(later.when, first.when, timezone) for first in route.source[:n]):
            yield Finding(
                "warning",
                place,
                route.name,
                _("“{condition}” is never reached: a line before it holds too").format(
                    condition=later.when.text
                ),
                _("move it up, or narrow the line before it"),
            )
