"""What a closed widget had painted last is let go of."""

from __future__ import annotations

from textual._styles_cache import StylesCache


def let_go() -> None:
    """Mend Textual's cache of edges, which keeps the lines of 1,024 closed widgets.

    It is written as a class's method and is each widget's own, so its `lru_cache` holds on to
    whoever asked: to a screen's lines, a hundred kilobytes each time that one is opened.
    """
    if not isinstance(edges := vars(StylesCache)["get_inner_outer"], classmethod):
        StylesCache.get_inner_outer = classmethod(edges)  # type: ignore[assignment]
