"""The colours of the console, and the styles that its line views paint with."""

from __future__ import annotations

from collections.abc import Mapping

from rich.style import Style

from kfdesk.model import Priority, Status

DARK = {
    "background": "#14171c",
    "surface": "#191d23",
    "panel": "#232932",
    "foreground": "#d6dbe3",
    "primary": "#6cb2f0",
    "secondary": "#8ba0bd",
    "accent": "#c3a6f2",
    "success": "#7cc79a",
    "warning": "#e3b76b",
    "error": "#f08a80",
}
LIGHT = {
    "background": "#fcfcfa",
    "surface": "#f4f4f0",
    "panel": "#e6e6e0",
    "foreground": "#22272e",
    "primary": "#0b62b4",
    "secondary": "#5b6b80",
    "accent": "#7546b8",
    "success": "#1a7547",
    "warning": "#8f5f00",
    "error": "#bd3126",
}
OWN = {"kfdesk-dark": DARK, "kfdesk-light": LIGHT}

STATUS_GLYPH = {
    Status.NEW: "●",
    Status.OPEN: "○",
    Status.PENDING: "◐",
    Status.HOLD: "◌",
    Status.SOLVED: "✓",
    Status.CLOSED: "✕",
}
PRIORITY_GLYPH = {
    Priority.LOW: "↓",
    Priority.NORMAL: "",
    Priority.HIGH: "!",
    Priority.URGENT: "!!",
}


def palette(colors: Mapping[str, str]) -> dict[str, Style]:
    """Return the named styles for colours in `#rrggbb`."""
    back, fore, primary = colors["background"], colors["foreground"], colors["primary"]
    warning, success = colors["warning"], colors["success"]

    def grey(share: float) -> str:
        return _mix(back, fore, share)

    return {
        "back": Style(bgcolor=back),
        "surface": Style(bgcolor=colors["surface"]),
        "cursor": Style(bgcolor=_mix(back, primary, 0.26)),
        "marked": Style(bgcolor=_mix(back, colors["accent"], 0.16)),
        "cursor-idle": Style(bgcolor=grey(0.12)),
        "note-back": Style(bgcolor=_mix(back, warning, 0.09)),
        "side-back": Style(bgcolor=_mix(back, colors["accent"], 0.08)),
        "text": Style(color=fore),
        "strong": Style(color=fore, bold=True),
        "muted": Style(color=grey(0.62)),
        "faint": Style(color=grey(0.42)),
        "in": Style(color=primary, bold=True),
        "out": Style(color=success, bold=True),
        "note": Style(color=warning, bold=True),
        "auto": Style(color=grey(0.5), bold=True),
        "side": Style(color=colors["accent"], bold=True),
        **{name: Style(color=colors[name]) for name in ("primary", "accent", "error")},
        "success": Style(color=success),
        "warning": Style(color=warning),
        Status.NEW: Style(color=primary, bold=True),
        Status.OPEN: Style(color=primary),
        Status.PENDING: Style(color=warning),
        Status.HOLD: Style(color=grey(0.6)),
        Status.SOLVED: Style(color=success),
        Status.CLOSED: Style(color=grey(0.42)),
        Priority.LOW: Style(color=grey(0.45)),
        Priority.NORMAL: Style(color=fore),
        Priority.HIGH: Style(color=warning, bold=True),
        Priority.URGENT: Style(color=colors["error"], bold=True),
    }


def _mix(under: str, over: str, share: float) -> str:
    """The colour that `over` makes on `under` when it covers so much of it."""
    pairs = ((int(under[at : at + 2], 16), int(over[at : at + 2], 16)) for at in (1, 3, 5))
    return "#" + "".join(f"{round(low + (high - low) * share):02x}" for low, high in pairs)
