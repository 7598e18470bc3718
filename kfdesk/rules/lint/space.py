"""The tickets that conditions can tell apart: each field with a few values that stand for all.

Of a status there are six values; of a team those that are named, one that stands for every other,
and none; of an age the points that are named and the stretches between them. So a condition is a
set of values, and whether conditions can hold together is a question about sets. What cannot be
reasoned about, a word in a text, is a field of its own that is true or false. A claim may allow
more than the condition does, never less: what is said to be impossible is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

import re2

from kfdesk.model import KEEP, OPEN_STATUSES, By, Change, Priority, Status
from kfdesk.rules.language.fields import MOMENTS, Field, Type
from kfdesk.rules.language.tree import Query, Term
from kfdesk.rules.language.values import Glob, Part, Pattern, Special, Value
from kfdesk.rules.lint.claim import (
    FALSE,
    TRUE,
    UNCHANGED,
    UNCHANGED_VALUE,
    Claim,
    World,
    opaque,
    variable_of,
)
from kfdesk.rules.lint.points import ORDERED, Points, within
from kfdesk.text import fold

_OTHER = object()
_BELOW = "/\0"  # a category below a named one that itself has no name here

_FINITE: Mapping[str, frozenset[object]] = {
    "status": frozenset(status.value for status in Status),
    "priority": frozenset(range(1, len(Priority) + 1)),
    "by": frozenset(by.value for by in By),
}
_STATUSES: Mapping[str, frozenset[object]] = {
    "open": frozenset(status.value for status in OPEN_STATUSES),
    "closed": frozenset(("solved", "closed")),
    **{name: frozenset((name,)) for name in ("new", "pending", "hold", "solved")},
}
_SEVERAL = ("tag", "customer.email", "customer.group")
_ONE_TEXT = (
    "subject", "channel", "account", "category", "team", "assignee", "status", "sla", "type",
)  # fmt: skip
_WHAT = frozenset(("", *MOMENTS))
_EVENTS = {"created": ("created", TRUE), "updated": ("created", FALSE), "message": ("came", TRUE)}


class Space:
    """The fields and values that some queries, and what some rules set, are about."""

    def __init__(
        self, queries: Iterable[Query], changes: Iterable[Change] = (), timezone: str = "UTC"
    ) -> None:
        self._named: dict[str, set[str]] = defaultdict(set)
        self._points = Points(timezone)
        self._custom: dict[str, Field] = {}
        for query in queries:
            for term in query.terms():
                self._collect(term)
        for change in changes:
            for name, value in self._plain(change).items():
                if isinstance(value, str):
                    self._named[name].add(value)

    def _collect(self, term: Term) -> None:
        name, kind = variable_of(term), term.field.type
        if term.field.key:
            self._custom[term.field.key] = term.field
        for value in term.values:
            if kind in ORDERED:
                self._points.collect(name, value)
            elif isinstance(value, str):
                self._named[name].add(value)
            elif isinstance(value, Glob) and kind is Type.PATH and value.text.endswith("/*"):
                self._named[name].add(value.text[:-2])

    def claims(self, term: Term) -> list[Claim]:
        """What each value of a term comes to; the term holds where one of them does."""
        return [self._claim(term, value) for value in term.values]

    def _claim(self, term: Term, value: Value) -> Claim:
        field, name = term.field, variable_of(term)
        if field.name == "status" and value not in _FINITE["status"]:
            return opaque(term, value)  # one of the team's own: it tells nothing of the others
        if field.name == "is":
            return self._flag(str(value))
        if field.name == "event" and value in _EVENTS:
            variable, truth = _EVENTS[str(value)]
            return Claim({variable: truth}, {variable: frozenset((True, False)) - truth})
        if field.name == "event":
            return self._only("what", frozenset((value,)), _WHAT)
        if field.name == "changed":
            return self._changed(str(value))
        if value is Special.ME:
            return self._flag("mine")
        if term.side:
            return self._side(term, value, name)
        return self._compare(term, value, name)

    def _compare(self, term: Term, value: Value, name: str) -> Claim:
        field = term.field
        if field.type in ORDERED:
            return self._points.claim(term, value, name)
        if field.name in _SEVERAL:
            return self._one_of_several(term, value, name)
        if field.type is Type.RANK:
            return self._ranked(term, value, name)
        if field.type is Type.YESNO and isinstance(value, bool):
            return self._only(name, frozenset((value,)), frozenset((True, False)))
        if field.name in _FINITE or _single(field):
            return self._text(term, value, name)
        return opaque(term, value)

    # fields that have one value

    def _only(
        self, name: str, fits: frozenset[object], among: frozenset[object] | None = None
    ) -> Claim:
        every = self.values(name) if among is None else among
        return Claim({name: fits}, {name: every - fits})

    def values(self, name: str) -> frozenset[object]:
        """Every value that a field with a text can have."""
        of = name.removesuffix(".was").removesuffix(".now")
        found: set[object] = set()
        for one in (of, f"{of}.was", f"{of}.now"):
            found |= self._named[one]
        if of in _FINITE:
            found = set(_FINITE[of])
        else:
            found |= {f"{path}{_BELOW}" for path in found if path}
            found |= {"", _OTHER}
        if of != name:
            found |= {"", UNCHANGED_VALUE}
        return frozenset(found)

    def _text(self, term: Term, value: Value, name: str) -> Claim:
        """Equal, below in the tree, or somehow like it: of what is not named that stays open."""
        exact = value is Special.NONE or (
            isinstance(value, str) and (term.field.type is not Type.TEXT or term.op != ":")
        )
        if exact or value == "":
            return self._only(name, frozenset(("" if value is Special.NONE else value,)))
        if isinstance(value, Glob) and term.field.type is Type.PATH and value.text.endswith("/*"):
            branch = value.text[:-1]
            return self._only(
                name,
                frozenset(
                    one
                    for one in self.values(name)
                    if isinstance(one, str) and f"{one}/".startswith(branch)
                ),
            )
        every = self.values(name)
        known = {one: _fits(value, one) for one in every if isinstance(one, str)}
        never = {one for one, fits in known.items() if fits is False} | UNCHANGED
        always = {one for one, fits in known.items() if fits is True}
        like = opaque(term, value)
        return Claim(like.holds | {name: every - never}, like.fails | {name: every - always})

    def _ranked(self, term: Term, value: Value, name: str) -> Claim:
        if value is Special.NONE:
            return self._only(name, frozenset(("",)))
        rank = Priority(str(value)).rank
        fits = {one for one in _FINITE["priority"] if _compare(one, term.op, rank)}
        return self._only(name, frozenset(fits))

    # fields that have any number of values

    def _one_of_several(self, term: Term, value: Value, name: str) -> Claim:
        """Some value fits. A named one also fits every like that it is like."""
        anything = f"{name} any"
        if value is Special.NONE or value == "":
            each = {f"{name}={one}": FALSE for one in self._named[name]}
            return Claim({anything: FALSE, **each}, {anything: TRUE})
        if isinstance(value, str):
            return Claim({f"{name}={value}": TRUE, anything: TRUE}, {f"{name}={value}": FALSE})
        like = opaque(term, value)
        fitting = {f"{name}={one}": FALSE for one in self._named[name] if _fits(value, one)}
        return Claim(like.holds | {anything: TRUE}, like.fails | fitting)

    # what is true of it, and what happened

    def _flag(self, flag: str) -> Claim:
        if flag in _STATUSES:
            return self._only("status", _STATUSES[flag])
        if flag == "unassigned":
            return self._only("assignee", frozenset(("",)))
        somebody = self.values("assignee") - {""}
        if flag == "assigned":
            return self._only("assignee", somebody)
        if flag == "mine":
            return Claim({"is mine": TRUE, "assignee": somebody}, {"is mine": FALSE})
        if flag == "waiting":
            nothing = self._points.nothing("waiting", unchanged=False)
            return Claim(nothing.fails, nothing.holds)
        return Claim({f"is {flag}": TRUE}, {f"is {flag}": FALSE})

    def _changed(self, field: str) -> Claim:
        """When a ticket comes, everything about it has changed."""
        name = f"changed {field}"
        return Claim({name: TRUE}, {name: FALSE, "created": FALSE})

    def _side(self, term: Term, value: Value, name: str) -> Claim:
        """What a field was or became: it changed. A ticket that came was nothing before."""
        known = term.field.name in _FINITE or _single(term.field)
        ordered = term.field.type in (Type.NUMBER, Type.DATE)
        rank = term.field.type is Type.RANK
        if not (known or ordered or rank):
            claim = opaque(term, value)
        else:
            claim = self._compare(term, value, name)
        more: World = {f"changed {term.field.reads[0]}": TRUE}
        if term.side == "was" and value is not Special.NONE and value != "":
            more["created"] = FALSE
        return Claim(claim.holds | more, claim.fails)

    # what rules set

    def written(self, change: Change) -> World:
        """What is known once a change was made."""
        found: World = {name: frozenset((value,)) for name, value in self._plain(change).items()}
        for tag in change.remove_tags:
            found[f"tag={fold(tag)}"] = FALSE
        for tag in change.add_tags:
            found[f"tag={fold(tag)}"] = found["tag any"] = TRUE
        return found

    def opposite(self, name: str, values: frozenset[object]) -> frozenset[object]:
        """Every other value of a field that a change sets."""
        if all(isinstance(value, bool) for value in values):
            return frozenset((True, False)) - values
        return self.values(name) - values

    def _plain(self, change: Change) -> dict[str, object]:
        """{field: the value it gets}, as conditions compare it; custom fields where one is asked
        about."""
        found: dict[str, object] = {}
        for name in ("status", "category", "team", "assignee", "sla", "type"):
            if (value := getattr(change, name)) is not KEEP:
                found[name] = str(value)
        if change.subject is not KEEP:
            found["subject"] = fold(change.subject)
        if change.priority is not KEEP:
            found["priority"] = change.priority.rank
        for name, value in change.fields.items():
            field = self._custom.get(name)
            if field is not None and _single(field) and isinstance(value, str | None):
                text = value or ""
                found[field.name] = text if field.names else fold(text)
            elif field is not None and field.type is Type.YESNO:
                found[field.name] = bool(value)
        return found


def _single(field: Field) -> bool:
    """A field with one text, or none."""
    of_text = field.type in (Type.WORD, Type.TEXT, Type.PATH)
    return of_text and (bool(field.key) or field.name in _ONE_TEXT)


def _fits(value: Value, text: str) -> bool | None:
    """Whether a text is like it; None where that cannot be said."""
    if text.endswith(_BELOW):
        return None
    match value:
        case Part(part):
            return part in fold(text)
        case Glob():
            return re2.search(value.regex, fold(text)) is not None
        case str():
            return value in fold(text)
        case Pattern():
            return None
    return None


def _compare(one: object, op: str, other: int) -> bool:
    assert isinstance(one, int)
    return within(one, op, other, other + 1)
