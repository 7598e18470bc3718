"""Whether conditions can hold together, and whether one follows from another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from kfdesk.rules.language.tree import And, Node, Not, Or, Term
from kfdesk.rules.lint.claim import World
from kfdesk.rules.lint.space import Space

#: So many different ways for a condition to be true are looked at; of more, some of it is left out.
MOST = 256

#: Nothing is known.
ANY: Sequence[World] = ({},)


def meet(one: World, other: World) -> World | None:
    """Both at once; None where that cannot be."""
    found = dict(one)
    for name, values in other.items():
        left = found[name] & values if name in found else values
        if not left:
            return None
        found[name] = left
    return found


def both(ones: Sequence[World], others: Sequence[World]) -> Sequence[World]:
    """One of the first and one of the second at once."""
    if len(ones) * len(others) > MOST:
        return min(ones, others, key=len)
    return [met for one in ones for other in others if (met := meet(one, other)) is not None]


def either(parts: Iterable[Sequence[World]]) -> Sequence[World]:
    """One of any of them."""
    found = [world for part in parts for world in part]
    return found if len(found) <= MOST else ANY


def worlds(space: Space, nodes: Iterable[Node], start: Sequence[World] = ANY) -> Sequence[World]:
    """The ways in which all of these conditions can hold; none where they cannot."""
    found = start
    for node in nodes:
        found = both(found, _ways(space, node, holds=True))
    return found


def _ways(space: Space, node: Node, *, holds: bool) -> Sequence[World]:
    if isinstance(node, Not):
        return _ways(space, node.node, holds=not holds)
    if isinstance(node, Term):
        return _term(space, node, holds=holds)
    parts = [_ways(space, part, holds=holds) for part in node.nodes]
    if isinstance(node, Or) is holds:
        return either(parts)
    return _all(parts)


def _term(space: Space, term: Term, *, holds: bool) -> Sequence[World]:
    if term.op == "!=":
        return _term(space, replace(term, op="="), holds=not holds)
    claims = space.claims(term)
    if not holds:
        return _all([[claim.fails] for claim in claims])
    names = {tuple(claim.holds) for claim in claims}
    if len(names) == 1 and len(only := names.pop()) == 1:
        return [{only[0]: frozenset().union(*(claim.holds[only[0]] for claim in claims))}]
    return either([claim.holds] for claim in claims)


def _all(parts: Iterable[Sequence[World]]) -> Sequence[World]:
    found: Sequence[World] = ANY
    for part in parts:
        found = both(found, part)
    return found


def possible(space: Space, nodes: Iterable[Node], start: Sequence[World] = ANY) -> bool:
    """Whether all of these conditions can hold together, as far as can be told."""
    return bool(worlds(space, nodes, start))


def follows(space: Space, node: Node, known: Sequence[World]) -> bool:
    """Whether a condition certainly holds in each of these."""
    return not both(known, _ways(space, node, holds=False))


def denied(node: Node) -> Node:
    """The opposite of a condition."""
    return Not(node, node.span)


def together(nodes: Sequence[Node]) -> Node:
    """Conditions as one."""
    return nodes[0] if len(nodes) == 1 else And(tuple(nodes), nodes[0].span)
