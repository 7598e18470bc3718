"""What an agent's console remembers of where one was, before Textual is there to show it.

It is read with care: any version may have written it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from kfdesk.tui.frame.layout import Wish

T = TypeVar("T")


def part(kept: Mapping[str, Any], name: str, kind: type[T]) -> T | None:
    """What is kept under a name, if it is of that kind."""
    found = kept.get(name)
    return found if isinstance(found, kind) else None


def where(kept: Mapping[str, Any]) -> Mapping[str, Any]:
    """The view, the query, the cursor, the tickets in view and those that are open."""
    return part(kept, "where", dict) or {}


def numbers(kept: Mapping[str, Any], name: str) -> list[int]:
    """The tickets that are kept under a name."""
    return [one for one in part(kept, name, list) or () if isinstance(one, int)]


def words(kept: Mapping[str, Any], name: str) -> list[str]:
    """The words that are kept under a name."""
    return [one for one in part(kept, name, list) or () if isinstance(one, str)]


def page(kept: Mapping[str, Any]) -> list[int]:
    """The tickets that were in view."""
    return numbers(where(kept), "page")


def cursor(kept: Mapping[str, Any], shown: Sequence[int]) -> int:
    """The place of the cursor among the tickets that are shown."""
    number = part(where(kept), "cursor", int)
    return shown.index(number) if number in shown else 0


def wish_of(kept: Mapping[str, Any]) -> Wish:
    """The sizes that were chosen for the panes."""
    return Wish.of(part(kept, "panes", dict) or {})
