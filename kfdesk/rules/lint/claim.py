"""What is known of a ticket where a comparison holds, and where it does not."""

from __future__ import annotations

from dataclasses import dataclass

from kfdesk.rules.language.tree import Term
from kfdesk.rules.language.values import Value

#: What may be true: {field: values that it may have}; of other fields nothing is known.
World = dict[str, frozenset[object]]

TRUE: frozenset[object] = frozenset((True,))
FALSE: frozenset[object] = frozenset((False,))
UNCHANGED_VALUE = object()
#: What a field was or became at an event that did not change it.
UNCHANGED: frozenset[object] = frozenset((UNCHANGED_VALUE,))


@dataclass(frozen=True, slots=True)
class Claim:
    """What is known where a comparison holds, and where it does not."""

    holds: World
    fails: World


def variable_of(term: Term) -> str:
    """The field that a comparison is about; what it was or became is a field of its own."""
    return f"{term.field.name}.{term.side}" if term.side else term.field.name


def opaque(term: Term, value: Value) -> Claim:
    """A comparison that is true or false, and nothing more is known of it."""
    name = f"{variable_of(term)} {term.op} {value!r}"
    return Claim({name: TRUE}, {name: FALSE})
