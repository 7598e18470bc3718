"""Rules that set each other off: what one writes is what the next one reads, and back to the first.

A rule fires once an event at most, so such a round ends; but every event goes through it again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from kfdesk.i18n import _
from kfdesk.model import KEEP
from kfdesk.rules.lint.aftermath import after, changes, does_something, writes
from kfdesk.rules.lint.claim import World
from kfdesk.rules.lint.finding import Finding
from kfdesk.rules.lint.logic import both, worlds
from kfdesk.rules.lint.space import Space
from kfdesk.rules.triggers import Rule, Ruleset

#: Rounds of more rules than this are not looked for.
LONGEST = 4
#: After so many chains the search is given up; the short ones come first.
CHAINS = 10_000


def rounds(rules: Ruleset, timezone: str) -> Iterator[Finding]:
    """Rules that go round."""
    every = [rule for rule in rules.every if writes(rule)]
    wakes = {
        index: {n for n, then in enumerate(every) if n != index and _wakes(rule, then)}
        for index, rule in enumerate(every)
    }
    paths: list[tuple[int, ...]] = [(index,) for index in range(len(every))]
    left = CHAINS
    for _length in range(LONGEST - 1):
        longer = [(*path, n) for path in paths for n in wakes[path[-1]] if n > path[0]]
        longer = [path for path in longer if path[-1] not in path[:-1]]
        paths = []
        for path in longer[:left]:
            chain = [every[index] for index in path]
            if not _runs(chain, timezone):
                continue
            if path[0] in wakes[path[-1]] and _runs([*chain, chain[0]], timezone):
                yield _finding([every[index] for index in sorted(path)], chain)
            else:
                paths.append(path)
        left = max(0, left - len(longer))


def _wakes(rule: Rule, then: Rule) -> bool:
    """Whether what a rule writes can make another one look."""
    if then.kind == "schedule":
        return bool(writes(rule) & then.named)
    return "updated" in then.on and (then.always or bool(writes(rule) & then.named))


def _runs(chain: Sequence[Rule], timezone: str) -> bool:
    """Whether there can be a ticket on which these fire one after another, each changing it."""
    first = chain[0]
    every = [change for rule in chain for change in changes(rule)]
    space = Space([rule.when for rule in chain], every, timezone)
    named = {name for rule in chain for name in rule.named}
    found: Sequence[World] = both(worlds(space, first.when.conjuncts), does_something(space, first))
    for rule, then in pairwise(chain):
        found = worlds(space, then.when.conjuncts, after(space, rule, found, named))
        found = both(found, does_something(space, then))
    return bool(found)


def _finding(ordered: Sequence[Rule], chain: Sequence[Rule]) -> Finding:
    """What goes round, at the last of its rules in the file."""
    *others, last = ordered
    if len(others) == 1 and (field := _undone(others[0], last)):
        message = _("it undoes what “{rule}” does to {field}, which then does it again").format(
            rule=others[0].name, field=field
        )
    else:
        names = " → ".join(f"“{rule.name}”" for rule in (*chain, chain[0]))
        message = _("rules go round: {chain}, each sets what the next one waits for").format(
            chain=names
        )
    if any(rule.kind == "schedule" for rule in chain):
        message += _("; it goes on each time that the schedule looks")
    else:
        message += _("; an event goes round once, since a rule fires once an event")
    remedy = _("let one of them ask who did it: by:customer, by:agent")
    return Finding("warning", last.place, last.name, message, remedy)


def _undone(one: Rule, other: Rule) -> str:
    """A field that the two set to different values."""
    for name in ("status", "priority", "team", "assignee", "category"):
        ones = {getattr(c, name) for c in changes(one)} - {KEEP}
        others = {getattr(c, name) for c in changes(other)} - {KEEP}
        if ones and others and ones != others:
            return name
    for first, second in ((one, other), (other, one)):
        added = {tag for c in changes(first) for tag in c.add_tags}
        if added & {tag for c in changes(second) for tag in c.remove_tags}:
            return "tag"
    return ""


def unending(rules: Ruleset, timezone: str) -> Iterator[Finding]:
    """Schedules that send something for a ticket and leave it as it was."""
    for rule in rules.schedules:
        if not rule.leaves:
            continue
        space = Space([rule.when], changes(rule), timezone)
        before = worlds(space, rule.when.conjuncts)
        if not worlds(space, rule.when.conjuncts, after(space, rule, before, ())):
            continue
        if rule.repeat_after is not None:
            yield Finding(
                "warning",
                rule.place,
                rule.name,
                _("it goes on without end: nothing that it does makes its condition false"),
                _("set or tag something that `when` asks for, such as -tag:reminded"),
            )
        else:
            yield Finding(
                "hint",
                rule.place,
                rule.name,
                _(
                    "it fires once a ticket, for as long as its condition stays true: nothing that "
                    "it does makes it false"
                ),
                _("if that is meant, leave it; else set or tag something that `when` asks for"),
            )
