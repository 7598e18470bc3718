"""The console's two themes; and the colours of any other that a person chooses."""

from __future__ import annotations

from typing import Any

from textual.theme import Theme

from kfdesk.tui.colors import DARK, LIGHT

#: What our own variable is in a theme that is not ours.
VARIABLES = {"ink-muted": "#858c96"}


def _theme(name: str, colors: dict[str, Any], muted: str, *, dark: bool) -> Theme:
    return Theme(name=name, dark=dark, variables={"ink-muted": muted}, **colors)


THEMES = (
    _theme("kfdesk-dark", DARK, "#8a93a0", dark=True),
    _theme("kfdesk-light", LIGHT, "#69717c", dark=False),
)


def colors_of(theme: Theme) -> dict[str, str]:
    """Return the colours of a theme by our names for them, as `#rrggbb`."""
    made = theme.to_color_system().generate()
    return {name: made[name][:7] for name in DARK}
