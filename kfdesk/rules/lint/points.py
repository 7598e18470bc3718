"""Numbers, times and lengths: the points that are named, and the stretches between them."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime

from kfdesk.rules.language.fields import Type
from kfdesk.rules.language.tree import Term
from kfdesk.rules.language.values import DAY_WORDS, Between, Period, Scope, Special, Value
from kfdesk.rules.lint.claim import FALSE, TRUE, UNCHANGED, Claim, World, opaque

ORDERED = (Type.LENGTH, Type.NUMBER, Type.DATE, Type.TIME)
_NEVER_NULL = ("number", "created", "updated", "age")
_NOTHING: frozenset[object] = frozenset((object(),))


class Points:
    """Every point that some queries name, field by field.

    A day by its date and a day such as `yesterday` are fields of their own: what they have to do
    with each other changes as time goes by.
    """

    def __init__(self, timezone: str) -> None:
        self._scope = Scope(datetime(2020, 1, 1, tzinfo=UTC), timezone=timezone)
        self._points: dict[str, set[object]] = defaultdict(set)

    def collect(self, name: str, value: Value) -> None:
        """Note the points of a value."""
        if isinstance(value, Period):
            if (span := self._span(value)) is not None:
                self._points[f"{name} {span[0]}"].update(span[1:])
        elif isinstance(value, Between):
            self._points[name].update((value.first, value.last))
        elif not isinstance(value, Special):
            self._points[name].add(value)

    def claim(self, term: Term, value: Value, name: str) -> Claim:
        """A point, or a stretch of them."""
        if value is Special.NONE:
            return self.nothing(name, unchanged=bool(term.side))
        variable = name
        first: object = value
        last: object = value
        ends = True
        if isinstance(value, Between):
            first, last = value.first, value.last
        elif isinstance(value, Period):
            span = self._span(value)
            if span is None:
                return opaque(term, value)
            variable, first, last, ends = f"{name} {span[0]}", span[1], span[2], False
        points = sorted(self._points[variable])  # type: ignore[type-var]  # all of one type
        start = 2 * points.index(first) + 1
        behind = 2 * points.index(last) + 1 + ends
        places = self._places(variable)
        fits = frozenset(place for place in places if within(place, term.op, start, behind))
        without = _NOTHING if name not in _NEVER_NULL else frozenset()
        if term.side:
            without |= UNCHANGED
        return Claim(
            {variable: fits, **self._given(name, unchanged=bool(term.side))},
            {variable: frozenset(places) - fits | without},
        )

    def _places(self, variable: str) -> range:
        """The points that are named, odd, with the stretches between them, even."""
        return range(2 * len(self._points[variable]) + 1)

    def _given(self, name: str, *, unchanged: bool) -> World:
        return {} if unchanged or name in _NEVER_NULL else {f"{name} given": TRUE}

    def nothing(self, name: str, *, unchanged: bool) -> Claim:
        """A field without a value, in whatever unit it is asked about."""
        several = [one for one in self._points if one == name or one.startswith(f"{name} ")]
        some = {one: frozenset[object](self._places(one)) for one in several}
        none = dict.fromkeys(several, _NOTHING)
        if unchanged:
            return Claim(none, {one: found | UNCHANGED for one, found in some.items()})
        given = f"{name} given"
        return Claim(none | {given: FALSE}, some | {given: TRUE})

    def _span(self, period: Period) -> tuple[str, object, object] | None:
        """What a period is counted in, with its bounds; None where that changes as time goes by."""
        first, dots, last = period.text.partition("..")
        words = [part for part in (first, last) if part in DAY_WORDS]
        if not words and "now" not in (first, last):
            return ("", *period.bounds(self._scope))
        units = {DAY_WORDS[word][0] for word in words}
        if len(units) > 1 or len(words) != 1 + bool(dots):
            return None
        return units.pop(), -DAY_WORDS[first][1], 1 - DAY_WORDS[last or first][1]


def within(place: int, op: str, first: int, behind: int) -> bool:
    """Whether a place is before, in or behind the places from `first` up to `behind`."""
    match op:
        case "<":
            return place < first
        case "<=":
            return place < behind
        case ">":
            return place >= behind
        case ">=":
            return place >= first
    return first <= place < behind
