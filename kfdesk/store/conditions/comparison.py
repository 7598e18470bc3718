"""One stored value compared with the values of a term, by the field's type."""

from __future__ import annotations

import operator
import unicodedata
from collections.abc import Callable
from datetime import timedelta
from functools import lru_cache, partial
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, func, literal, or_

from kfdesk.model import Priority
from kfdesk.rules.language.fields import Type
from kfdesk.rules.language.tree import Term
from kfdesk.rules.language.values import Between, Glob, Part, Pattern, Period, Scope, Special, Value
from kfdesk.store.tables import to_ms
from kfdesk.text import fold

Bool = ColumnElement[bool]


@lru_cache(maxsize=1000)
def _compiled(regex: str) -> Any:
    import re2

    return re2.compile(regex)


def _matches(regex: str, text: str | None) -> bool:
    if not text:
        text = ""
    elif not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return _compiled(regex).search(text) is not None


def _fold(text: object) -> str:
    if not isinstance(text, str):
        return "" if text is None else str(text)
    return text.lower() if text.isascii() else fold(text)


def register(connection: Any) -> None:
    """Teach a SQLite connection the functions that conditions call: `fold` and `re2_search`."""
    connection.create_function("fold", 1, _fold, deterministic=True)
    connection.create_function("re2_search", 2, _matches, deterministic=True)


class Comparison:
    """Compares; what a query is relative to is known, or a parameter of a statement that is kept.

    With a scope, its values stand in the statement. Without one they are parameters whose values
    `later` gives for any scope.
    """

    def __init__(self, scope: Scope | None) -> None:
        self.scope = scope
        self.later: dict[str, Callable[[Scope], Any]] = {}

    def param(self, value: Callable[[Scope], Any]) -> ColumnElement[Any]:
        """A value that depends on the scope."""
        if self.scope is not None:
            return literal(value(self.scope))
        name = f"scope_{len(self.later)}"
        self.later[name] = value
        return bindparam(name)

    def me(self) -> ColumnElement[Any]:
        """The person who asks; somebody who is nobody has no tickets."""
        return self.param(lambda scope: scope.me or "\0")

    def compare(self, left: ColumnElement[Any], term: Term) -> Bool:
        """A comparison of one stored value with a term's values, by the field's type."""
        return or_(*(self.compare_one(left, term, value) for value in term.values))

    def compare_one(self, left: ColumnElement[Any], term: Term, value: Value) -> Bool:
        field = term.field
        match value:
            case Special.NONE:
                return left.is_(None) if field.type is Type.NUMBER else is_empty(left)
            case Special.ME:
                return left == self.me()
            case Pattern(regex):
                return func.re2_search(regex, left) == 1
            case Part(text):
                return func.instr(func.fold(left), text) > 0
            case Glob(text) if field.type is Type.PATH and text.endswith("/*"):
                branch = text[:-1]
                if not field.names:
                    left = func.fold(left)
                return or_(left == branch[:-1], func.substr(left, 1, len(branch)) == branch)
            case Glob():
                return func.re2_search(value.regex, func.fold(left)) == 1
            case Between(first, last):
                return and_(left.is_not(None), left >= first, left <= last)
            case Period() if field.type is Type.DATE:
                return and_(left != "", self._in(left, term.op, value.days))
        if field.type is Type.RANK:
            return by_operator(term.op, left, Priority(str(value)).rank)
        if field.type is Type.NUMBER:
            return and_(left.is_not(None), by_operator(term.op, left, value))
        if field.type is Type.YESNO:
            return left == "yes" if value else left != "yes"
        if field.names:
            return left == value
        if field.type is Type.TEXT and term.op == ":" and value:
            return func.instr(func.fold(left), value) > 0
        return func.fold(left) == value

    def time(self, left: ColumnElement[int], term: Term) -> Bool:
        periods = (value for value in term.values if isinstance(value, Period))
        return or_(*(self._in(left, term.op, partial(_instants, value)) for value in periods))

    def _in(
        self, left: ColumnElement[Any], op: str, bounds: Callable[[Scope], tuple[Any, Any]]
    ) -> Bool:
        """A comparison with a stretch from the first up to the second of two bounds."""

        def start() -> ColumnElement[Any]:
            return self.param(lambda scope: bounds(scope)[0])

        def end() -> ColumnElement[Any]:
            return self.param(lambda scope: bounds(scope)[1])

        match op:
            case "<":
                return left < start()
            case "<=":
                return left < end()
            case ">":
                return left >= end()
            case ">=":
                return left >= start()
        return and_(left >= start(), left < end())

    def since(self, left: ColumnElement[int], term: Term) -> Bool:
        (length,) = term.values
        assert isinstance(length, timedelta)
        then = self.param(lambda scope: to_ms(scope.now) - milliseconds(length))
        back = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}[term.op]
        return and_(left.is_not(None), by_operator(back, left, then))


def _instants(period: Period, scope: Scope) -> tuple[int, int]:
    first, after = period.bounds(scope)
    return to_ms(first), to_ms(after)


def is_empty(text: ColumnElement[Any]) -> Bool:
    """True of an empty text. Not as `= ''`: empty is common, and its index would be walked whole
    and sorted where the newest tickets give a page at once."""
    return func.length(text) == 0


def milliseconds(length: timedelta) -> int:
    """A length of time as the store counts it."""
    return length // timedelta(milliseconds=1)


def by_operator(op: str, left: ColumnElement[Any], right: Any) -> Bool:
    """Hold a column against a value by an operator of the query language."""
    compare: Callable[[Any, Any], Any] = _OPERATORS.get(op, operator.eq)
    found: Bool = compare(left, right)
    return found


_OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
