"""What came of the rules of one pass, told: the ones that fired in full, the others by the line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kfdesk.desk.why.deeds import deeds
from kfdesk.desk.why.facts import RuleWhy
from kfdesk.desk.why.paper import Line, Paper
from kfdesk.i18n import _, ngettext
from kfdesk.text import clean_line


def verdicts(
    paper: Paper, rules: Sequence[RuleWhy], *, first: bool, unfolded: bool
) -> Iterator[Line]:
    """The rules of one pass. `first`: those that were not looked at are named too."""
    for rule in rules:
        if rule.outcome in ("fired", "failed"):
            yield from _acted(paper, rule)
    yield from _unfulfilled(paper, [rule for rule in rules if rule.outcome == "not fired"])
    rest = [rule for rule in rules if rule.outcome == "suppressed"]
    if first or unfolded:
        rest += [rule for rule in rules if rule.outcome == "not looked at"]
    yield from _left_out(paper, rest, unfolded)


def _acted(paper: Paper, rule: RuleWhy) -> Iterator[Line]:
    name = f"“{clean_line(rule.rule)}” "
    if rule.kind == "route":
        yield from paper.text(("✓ ", "success"), (_("given out by a route"), "text"), indent=2)
        yield from paper.changes(rule.changes, 6)
        return
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


def _unfulfilled(paper: Paper, rules: Sequence[RuleWhy]) -> Iterator[Line]:
    """Conditions that did not hold, in columns."""
    if not rules:
        return
    head = ngettext(
        "{n} rule did not fire: what it asks for first that is not so, and what is",
        "{n} rules did not fire: what each asks for first that is not so, and what is",
        len(rules),
    )
    yield from paper.text((head.format(n=len(rules)), "faint"), indent=2, hang=2)
    rows = [
        ("· " + clean_line(r.rule), r.condition, paper.words.there_was(r.condition, r.actual))
        for r in rules
    ]
    third = max(12, (paper.width - 6) // 3)
    yield from paper.table(rows, ("text", "muted", "warning"), 2, (third, third))


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
            ("· ", "text"), (told, "muted"), (_(", ").join(names), "faint"), indent=2, hang=2
        )


def _short(rule: RuleWhy) -> str:
    """The reason that several rules share."""
    if rule.cause == "unchanged":
        return _("nothing changed that they ask about")
    return _("they had fired at this event already") if rule.cause == "fired" else rule.reason
