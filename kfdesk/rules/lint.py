"""What is wrong, or probably not meant, in the rules of a configuration."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from kfdesk.errors import ConfigError, Place
from kfdesk.i18n import _
from kfdesk.model import KEEP, Change
from kfdesk.rules import load, template
from kfdesk.rules.actions import Reply
from kfdesk.rules.fields import Type
from kfdesk.rules.read_actions import variable_error
from kfdesk.rules.tree import Term
from kfdesk.rules.triggers import Rule
from kfdesk.settings import Settings

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at: how bad, where, in which rule, what it is and what to do about it."""

    severity: Severity
    place: Place
    rule: str
    message: str
    remedy: str = ""


def check(settings: Settings) -> list[Finding]:
    """Look through triggers, views, groups and templates; errors first."""
    ruleset, errors = load.read(settings)
    found = [Finding("error", error.place, "", error.message) for error in errors]
    known_places = {error.place for error in errors}
    found += [_wrong(e) for e in _variables(settings) if e.place not in known_places]
    for rule in ruleset.rules:
        found += _one(rule)
    found += _unreachable(ruleset.rules)
    found += _undoing(ruleset.rules)
    return sorted(found, key=lambda finding: finding.severity != "error")


def _wrong(error: ConfigError) -> Finding:
    return Finding("error", error.place, "", error.message)


def _variables(settings: Settings) -> Iterator[ConfigError]:
    for one in settings.templates:
        for key, text in (("subject", one.subject), ("text", one.text)):
            for name in dict.fromkeys(template.unknown(text)):
                yield variable_error(name, one.place.at(key))


def _one(rule: Rule) -> Iterator[Finding]:
    """What a rule shows by itself."""
    when = rule.place.at("when")
    terms = [node for node in rule.when.conjuncts if isinstance(node, Term)]
    if any(isinstance(action, Reply) for action in rule.do) and not _guarded(terms):
        yield Finding(
            "warning",
            rule.place,
            rule.name,
            _("it writes to customers whoever did what: also when an agent made the ticket"),
            _("add by:customer and auto:no to `when`, or what must have changed"),
        )
    if "created" not in rule.on and not (rule.always or rule.named or rule.about_message):
        yield Finding(
            "warning",
            rule.place,
            rule.name,
            _("it is never looked at: it names no field, and asks about no message"),
            _("add always = true, or what must have changed"),
        )
    for one, other in combinations(terms, 2):
        if _exclude(one, other):
            yield Finding(
                "error",
                when,
                rule.name,
                _("it can never fire: “{one}” and “{other}” cannot hold together").format(
                    one=rule.when.quote(one), other=rule.when.quote(other)
                ),
                _("join them with a comma or with `or`"),
            )


def _guarded(terms: Sequence[Term]) -> bool:
    return any(
        term.field.name in ("by", "changed")
        or term.side
        or (term.field.name == "auto" and False in term.values)
        for term in terms
    )


def _exclude(one: Term, other: Term) -> bool:
    """True for two lists of values of one field that a ticket has one of, with none in common."""
    single = one.field.type in (Type.WORD, Type.RANK) and one.field.of == "ticket"
    return (
        single
        and one.field.name != "tag"
        and (one.field, one.side) == (other.field, other.side)
        and all(term.op in (":", "=") for term in (one, other))
        and all(isinstance(value, str) for term in (one, other) for value in term.values)
        and not set(one.values) & set(other.values)
    )


def _unreachable(rules: Sequence[Rule]) -> Iterator[Finding]:
    """Rules that stand behind one that always ends the pass."""
    for n, last in enumerate(rules):
        if not last.stop or last.when.where is not None:
            continue
        for rule in rules[n + 1 :]:
            if rule.on <= last.on and (last.always or rule.on <= {"created"}):
                yield Finding(
                    "warning",
                    rule.place,
                    rule.name,
                    _("it is not reached: “{rule}” before it always stops").format(rule=last.name),
                    _("move it up, or give “{rule}” a condition").format(rule=last.name),
                )


def _undoing(rules: Sequence[Rule]) -> Iterator[Finding]:
    """Pairs of rules each of which sets what the other one waits for."""
    moves = [(rule, _moves(rule)) for rule in rules]
    for (one, there), (other, back) in combinations(moves, 2):
        for name in there.keys() & back.keys():
            (before, after), (again, undone) = there[name], back[name]
            if before == undone and after == again:
                yield Finding(
                    "warning",
                    other.place,
                    other.name,
                    _("it undoes what “{rule}” does to {field}").format(rule=one.name, field=name),
                    _("let one of them ask who did it: by:customer, by:agent"),
                )


def _moves(rule: Rule) -> Mapping[str, tuple[str, str]]:
    """{field: (the one value that it waits for, the one that it sets)}."""
    waits = {
        node.field.name: str(node.values[0])
        for node in rule.when.conjuncts
        if isinstance(node, Term)
        and len(node.values) == 1
        and node.op in (":", "=")
        and not node.side
    }
    sets = {
        name: str(value)
        for action in rule.do
        if isinstance(action, Change)
        for name in ("status", "priority", "team", "assignee", "category")
        if (value := getattr(action, name)) is not KEEP
    }
    if any(isinstance(node, Term) and node.field.name == "by" for node in rule.when.conjuncts):
        return {}
    return {name: (waits[name], sets[name]) for name in waits.keys() & sets.keys()}
