"""The styles that line views paint with, and the signs for status and priority."""

from __future__ import annotations

from collections.abc import Mapping

from rich.style import Style

from kfdesk.model import Priority, Status

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
    """Return the named styles for a look's colours.

    A ground with an ink of its own, `on-cursor`, has it for all that stands on it.
    """

    def ground(name: str) -> Style:
        return Style(color=colors.get(f"on-{name}"), bgcolor=colors[name])

    def ink(name: str, *, bold: bool = False) -> Style:
        return Style(color=colors[name], bold=bold or None)

    plain = colors["background"] == "default"
    return {
        "back": ground("background"),
        "surface": ground("surface"),
        "cursor": ground("cursor"),
        "cursor-idle": Style(underline=True) if plain else ground("idle"),
        "marked": Style(bold=True) if plain else ground("marked"),
        "note-back": ground("note"),
        "side-back": ground("side"),
        # With an ink: the terminal's own may be as pale as the ground.
        "hit": Style(color=colors.get("on-hit", colors["foreground"]), bgcolor=colors["hit"]),
        "match": ink("warning", bold=True),
        "link": Style(color=colors["primary"], underline=True),
        "link-number": ink("primary"),
        "text": ink("foreground"),
        "strong": ink("foreground", bold=True),
        "muted": ink("muted"),
        "faint": ink("faint"),
        "in": ink("primary", bold=True),
        "out": ink("success", bold=True),
        "note": ink("warning", bold=True),
        "auto": ink("muted", bold=True),
        "side": ink("accent", bold=True),
        **{name: ink(name) for name in ("primary", "accent", "success", "warning", "error")},
        Status.NEW: ink("primary", bold=True),
        Status.OPEN: ink("primary"),
        Status.PENDING: ink("warning"),
        Status.HOLD: ink("muted"),
        Status.SOLVED: ink("success"),
        Status.CLOSED: ink("faint"),
        Priority.LOW: ink("faint"),
        Priority.NORMAL: ink("foreground"),
        Priority.HIGH: ink("warning", bold=True),
        Priority.URGENT: ink("error", bold=True),
    }


def on(style: Style, ground: Style) -> Style:
    """A style on a ground: the ground's own ink wins, where it has one."""
    return ground + style + Style(color=ground.color) if ground.color else ground + style
