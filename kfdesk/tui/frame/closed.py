"""What a closed widget had painted last is let go of."""

from __future__ import annotations

from inspect import getfullargspec

from textual._styles_cache import StylesCache

#: What is asked of a class's method, which one of a widget's own would not take so.
_MISTAKEN = ["cls", "base_background", "background"]


def let_go() -> None:
    """Mend Textual's cache of edges, which keeps the lines of 1,024 closed widgets.

    It is written as a class's method and is each widget's own, so its `lru_cache` holds on to
    whoever asked: to a screen's lines, a hundred kilobytes each time that one is opened. A Textual
    that has it otherwise is left alone.
    """
    edges = vars(StylesCache).get("get_inner_outer")
    asked = getattr(edges, "__wrapped__", None)
    if hasattr(edges, "cache_info") and getfullargspec(asked).args == _MISTAKEN:
        StylesCache.get_inner_outer = classmethod(edges)  # type: ignore[arg-type, assignment]
