"""The console's two themes, and the styles that its line views paint with."""

from __future__ import annotations

from rich.style import Style
from textual.color import Color
from textual.theme import Theme

from kfdesk.model import Priority, Status

DARK = Theme(
    name="kfdesk-dark",
    primary="#6cb2f0",
    secondary="#8ba0bd",
    accent="#c3a6f2",
    success="#7cc79a",
    warning="#e3b76b",
    error="#f08a80",
    foreground="#d6dbe3",
    background="#14171c",
    surface="#191d23",
    panel="#232932",
    dark=True,
    variables={
        "footer-background": "#191d23",
        "input-selection-background": "#6cb2f0 35%",
        "ink-muted": "#8a93a0",
    },
)
LIGHT = Theme(
    name="kfdesk-light",
    primary="#0b62b4",
    secondary="#5b6b80",
    accent="#7546b8",
    success="#1a7547",
    warning="#8f5f00",
    error="#bd3126",
    foreground="#22272e",
    background="#fcfcfa",
    surface="#f4f4f0",
    panel="#e6e6e0",
    dark=False,
    variables={
        "footer-background": "#f4f4f0",
        "input-selection-background": "#0b62b4 25%",
        "ink-muted": "#69717c",
    },
)

#: What our own variables are in a theme that is not ours.
VARIABLES = {"ink-muted": "#858c96"}

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


def palette(theme: Theme) -> dict[str, Style]:
    """Return the named styles of the line views for any theme."""
    colors = {name: Color.parse(value) for name, value in _colors(theme).items()}
    back, fore, primary = colors["background"], colors["foreground"], colors["primary"]

    def ink(color: Color, *, bold: bool = False) -> Style:
        return Style(color=color.rich_color, bold=bold)

    def mixed(share: float) -> Color:
        return back.blend(fore, share)

    styles = {
        "back": Style(bgcolor=back.rich_color),
        "text": ink(fore),
        "strong": ink(fore, bold=True),
        "muted": ink(mixed(0.62)),
        "faint": ink(mixed(0.38)),
        "rule": ink(mixed(0.16)),
        "cursor": Style(bgcolor=back.blend(primary, 0.26).rich_color),
        "cursor-idle": Style(bgcolor=mixed(0.12).rich_color),
        "note-back": Style(bgcolor=back.blend(colors["warning"], 0.09).rich_color),
        "in": ink(primary, bold=True),
        "out": ink(colors["success"], bold=True),
        "note": ink(colors["warning"], bold=True),
        "auto": ink(mixed(0.5), bold=True),
        **{
            name: ink(colors[name]) for name in ("primary", "accent", "success", "warning", "error")
        },
    }
    styles |= {
        Status.NEW: ink(primary, bold=True),
        Status.OPEN: ink(primary),
        Status.PENDING: ink(colors["warning"]),
        Status.HOLD: ink(mixed(0.6)),
        Status.SOLVED: ink(colors["success"]),
        Status.CLOSED: ink(mixed(0.4)),
        Priority.LOW: ink(mixed(0.45)),
        Priority.NORMAL: ink(fore),
        Priority.HIGH: ink(colors["warning"], bold=True),
        Priority.URGENT: ink(colors["error"], bold=True),
    }
    return styles


def _colors(theme: Theme) -> dict[str, str]:
    made = theme.to_color_system().generate()
    return {
        name: made[name]
        for name in ("background", "foreground", "primary", "accent", "success", "warning", "error")
    }
