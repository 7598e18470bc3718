"""What a query means: a tree of typed conditions, each with its place in the text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from kfdesk.rules.language.fields import FLAGS, MOMENTS, Field
from kfdesk.rules.language.values import Glob, Value

Side = Literal["", "was", "now"]
#: Fields that are looked through for words.
_WORDED = ("text", "message", "subject")


@dataclass(frozen=True, slots=True)
class Span:
    """Where in the text something stands: from `start` up to `end`."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Term:
    """One comparison; true if any value fits. `side` asks about a change, not the ticket."""

    field: Field
    op: str
    values: tuple[Value, ...]
    span: Span
    side: Side = ""


@dataclass(frozen=True, slots=True)
class Not:
    """What must not hold."""

    node: Node
    span: Span


@dataclass(frozen=True, slots=True)
class And:
    """What must hold, all of it."""

    nodes: tuple[Node, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Or:
    """Of which one must hold."""

    nodes: tuple[Node, ...]
    span: Span


Node = Term | Not | And | Or


@dataclass(frozen=True, slots=True)
class Sort:
    """One key of a list's order."""

    name: str
    descending: bool


@dataclass(frozen=True, slots=True)
class Query:
    """A whole query: what must hold (None: nothing), and in which order."""

    text: str
    where: Node | None
    sort: tuple[Sort, ...] = ()

    @property
    def conjuncts(self) -> tuple[Node, ...]:
        """The conditions that must all hold, as a person wrote them side by side."""
        if self.where is None:
            return ()
        return self.where.nodes if isinstance(self.where, And) else (self.where,)

    def within(self, other: Query) -> Query:
        """Both at once; the other's order, if it has one."""
        nodes = (*self.conjuncts, *other.conjuncts)
        where = And(nodes, _around(list(nodes))) if nodes else None
        return Query(f"{self.text} {other.text}".strip(), where, other.sort or self.sort)

    def quote(self, node: Node) -> str:
        """The text of a condition, as it was written."""
        return self.text[node.span.start : node.span.end]

    def terms(self) -> Iterator[Term]:
        """Every comparison in it."""
        waiting = list(self.conjuncts)
        while waiting:
            node = waiting.pop()
            if isinstance(node, Term):
                yield node
            elif isinstance(node, Not):
                waiting.append(node.node)
            else:
                waiting.extend(node.nodes)

    def split_text(self) -> tuple[list[Term], Query]:
        """Part the full-text terms that must all hold from the rest."""
        texts, rest = [], []
        for node in self.conjuncts:
            if isinstance(node, Term) and node.field.name == "text" and node.op == ":":
                texts.append(node)
            else:
                rest.append(node)
        where = None if not rest else rest[0] if len(rest) == 1 else And(tuple(rest), _around(rest))
        return texts, replace(self, where=where)

    @property
    def words(self) -> tuple[str, ...]:
        """The words that its tickets hold; one with a `*` at its end stands for what begins so."""
        found: list[str] = []
        waiting = list(self.conjuncts)
        while waiting:
            node = waiting.pop(0)
            if isinstance(node, And | Or):
                waiting.extend(node.nodes)
            elif isinstance(node, Term) and node.op == ":" and node.field.name in _WORDED:
                found += [v.text if isinstance(v, Glob) else str(v) for v in node.values]
        return tuple(found)

    @property
    def named(self) -> frozenset[str]:
        """The fields of a change set that it names: their change can change its answer."""
        found: set[str] = set()
        for term in self.terms():
            found.update(_reads(term))
        return frozenset(found)

    @property
    def about_message(self) -> bool:
        """True where the coming of a message can change its answer."""
        return any(
            term.field.of == "message"
            or term.field.name in ("by", "has")
            or (term.field.name == "event" and not MOMENTS.issuperset(term.values))
            for term in self.terms()
        )

    @property
    def moments(self) -> frozenset[str]:
        """What time brings that it asks about."""
        found: set[str] = set()
        for term in self.terms():
            if term.field.name == "event":
                found.update(MOMENTS.intersection(term.values))
            elif term.field.name == "sla.target":
                found.update(name for name in MOMENTS if name.startswith("sla."))
        return frozenset(found)


def _around(nodes: list[Node]) -> Span:
    return Span(nodes[0].span.start, nodes[-1].span.end)


def _reads(term: Term) -> tuple[str, ...]:
    if term.field.name == "is":
        return tuple(name for flag in FLAGS if flag.name in term.values for name in flag.reads)
    if term.field.name == "changed":
        return tuple(str(value) for value in term.values)
    return term.field.reads
