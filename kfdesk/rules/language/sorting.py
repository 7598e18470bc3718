"""The order in the text of a query: read, and put in the place of another."""

from __future__ import annotations

import re

#: An order as it is written, or something in quotation marks, where none can stand.
_ORDER = re.compile(r'"(?:\\.|[^"\\])*"?|“[^”]*”?|(?<![^\s()（）])(sort[:：=](\S+))', re.IGNORECASE)


def order_of(text: str) -> tuple[str, bool] | None:
    """The first key that a query is sorted by, and whether it falls; None where it names none."""
    for found in _ORDER.finditer(text):
        if found[2]:
            key = found[2].partition(",")[0].strip('"')
            return key.removeprefix("-").lower(), key.startswith("-")
    return None


def unordered(text: str) -> str:
    """A query without its order."""
    return " ".join(_ORDER.sub(lambda found: "" if found[1] else found[0], text).split())


def ordered(text: str, key: str, *, falling: bool) -> str:
    """A query in another order."""
    return f"{unordered(text)} sort:{'-' if falling else ''}{key}".strip()


def restricted(text: str, condition: str) -> str:
    """A query's tickets for which a condition holds as well, in its order."""
    bare, order = unordered(text), order_of(text)
    both = f"({bare}) {condition}" if bare else condition
    return ordered(both, order[0], falling=order[1]) if order else both
