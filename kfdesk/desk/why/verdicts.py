"""What came of the rules of one pass, told: the ones that fired in full, the others by the line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kfdesk.desk.why.deeds import deeds
from kfdesk.desk.why.facts import RuleWhy
from kfdesk.desk.why.paper import Line, Paper
from kfdesk.i18n import _, ngettext
from kfdesk.text import clean_line

#: So many rules that failed on the same are told together.
_MANY = 3
_NEXT = " · "


def verdicts(
    paper: Paper, rules: Sequence[RuleWhy], *, first: bool, unfolded: bool
) -> Iterator[Line]:
    """The rules of one pass; in a later one than the first only those that had a reason to act."""
    for rule in rules:
        if rule.outcome in ("fired", "failed"):
            yield from _acted(paper, rule)
    yield from _unfulfilled(
        paper, [rule for rule in rules if rule.outcome == "not fired"], unfolded
    )
    rest = [
        rule
        for rule in rules
        if (rule.outcome == "suppressed" and rule.cause != "fired")
        or (rule.outcome in ("suppressed", "not looked at") and (first or unfolded))
    ]
    yield from _left_out(paper, rest, unfolded)


def _acted(paper: Paper, rule: RuleWhy) -> Iterator[Line]:
    name = f"“{clean_line(rule.rule)}” "
    if rule.outcome == "failed":
        why = _("failed, and did nothing: {reason}").format(reason=clean_line(rule.reason))
        yield from paper.text(("✗ ", "error"), (name, "strong"), (why, "error"), indent=2, hang=2)
        return
    when = clean_line(rule.when)
    because = _("fired, since this holds: {when}") if when else _("fired, as it always does")
    yield from paper.text(
        ("✓ ", "success"), (name, "strong"), (because.format(when=when), "text"), indent=2, hang=2
    )
    yield from deeds(paper, rule, 6)


def _unfulfilled(paper: Paper, rules: Sequence[RuleWhy], unfolded: bool) -> Iterator[Line]:
    """Conditions that did not hold, in columns; one that many rules ask for is told once."""
    if not rules:
        return
    head = ngettext(
        "{n} rule did not fire. What it asks for and what was not so:",
        "{n} rules did not fire. The first thing that each asks for and that was not so:",
        len(rules),
    )
    yield from paper.text((head.format(n=len(rules)), "faint"), indent=2, hang=2)
    same: dict[tuple[str, str], list[str]] = {}
    for rule in rules:
        there = paper.words.there_was(rule.condition, rule.actual)
        same.setdefault((rule.condition, there), []).append(clean_line(rule.rule))
    single = [
        ("· " + name, *found)
        for found, names in same.items()
        if unfolded or len(names) < _MANY
        for name in names
    ]
    wide = paper.width - 6
    styles = ("text", "muted", "warning")
    yield from paper.table(single, styles, 2, (max(12, wide * 2 // 5), max(12, wide // 3)))
    for (condition, there), names in same.items():
        if len(names) >= _MANY and not unfolded:
            yield from paper.text(
                ("· ", "text"), (condition, "muted"), ("  ", "text"), (there, "warning"),
                indent=2, hang=2,
            )  # fmt: skip
            yield from paper.text((_NEXT.join(names), "text"), indent=6)


def _left_out(paper: Paper, rules: Sequence[RuleWhy], unfolded: bool) -> Iterator[Line]:
    """What no rule was asked about: by reason, or each by itself."""
    if not rules:
        return
    head = ngettext("{n} rule was not asked", "{n} rules were not asked", len(rules))
    yield from paper.text((head.format(n=len(rules)), "faint"), indent=2)
    if unfolded:
        rows = [("· " + clean_line(r.rule), r.reason) for r in rules]
        yield from paper.table(rows, ("text", "muted"), 2, (max(12, (paper.width - 6) // 3),))
        return
    reasons: dict[str, list[str]] = {}
    for rule in rules:
        reasons.setdefault(_short(rule), []).append(clean_line(rule.rule))
    for reason, names in reasons.items():
        told = _("{name}: ").format(name=reason)
        yield from paper.text(
            ("· ", "text"), (told, "muted"), (_NEXT.join(names), "faint"), indent=2, hang=2
        )


def _short(rule: RuleWhy) -> str:
    """The reason that several rules share."""
    return {
        "unchanged": _("nothing changed that they ask about"),
        "fired": _("had fired at this event already"),
    }.get(rule.cause, rule.reason)
