"""Conditions that nothing can fulfil."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from kfdesk.errors import Place
from kfdesk.i18n import _
from kfdesk.rules.language.tree import Node, Or, Query
from kfdesk.rules.lint.claim import World
from kfdesk.rules.lint.finding import Finding
from kfdesk.rules.lint.logic import ANY, possible, worlds
from kfdesk.rules.lint.space import Space


def never(
    query: Query, place: Place, name: str, timezone: str, start: Sequence[World] = ANY
) -> Iterator[Finding]:
    """A condition, or a branch of it, that cannot be true. `start`: what is known beforehand."""
    space = Space([query], timezone=timezone)
    nodes = query.conjuncts
    if not possible(space, nodes, start):
        yield Finding(
            "error",
            place,
            name,
            _("it can never be true: {why}").format(why=_why(space, query, start)),
            _("join what excludes each other with a comma or with `or`, or take the rule out"),
        )
        return
    for node in nodes:
        if isinstance(node, Or):
            others = [other for other in nodes if other is not node]
            known = worlds(space, others, start)
            for branch in node.nodes:
                if not possible(space, [branch], known):
                    yield Finding(
                        "warning",
                        place,
                        name,
                        _("this part of it can never be true: “{condition}”").format(
                            condition=query.quote(branch)
                        ),
                        _("take it out, or put right what it excludes"),
                    )


def _why(space: Space, query: Query, start: Sequence[World]) -> str:
    """The fewest conditions that show it."""
    for size in (1, 2, 3):
        for some in combinations(query.conjuncts, size):
            if not possible(space, some):
                return _cannot(query, some)
    for node in query.conjuncts:
        if not possible(space, [node], start):
            return _("“{condition}” is not so at the events that it looks at").format(
                condition=query.quote(node)
            )
    return _("its conditions cannot hold together")


def _cannot(query: Query, nodes: Sequence[Node]) -> str:
    *first, last = (query.quote(node) for node in nodes)
    if not first:
        return _("“{condition}” excludes itself").format(condition=last)
    return _("{conditions} and “{condition}” cannot hold together").format(
        conditions=", ".join(f"“{one}”" for one in first), condition=last
    )
