"""Schemes as Textual's themes, and the sieve before what the terminal cannot show."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter
from textual.theme import BUILTIN_THEMES, Theme

from kfdesk import settings
from kfdesk.tui.looks.schemes import OWN, Scheme, made, scheme_of
from kfdesk.tui.looks.terminal import Terminal, colourless

#: Textual's own that would paint with a terminal's sixteen colours: we have our own for that.
_ANSI = frozenset({"textual-ansi", "ansi-dark", "ansi-light"})
#: What Textual's themes have too.
_FROM_TEXTUAL = ("background", "surface", "panel", "foreground", "primary", "accent", "success",
                 "warning", "error")  # fmt: skip

#: Ours, under their own names.
_OWN = ("cursor", "idle", "marked", "hit", "badge", "alarm", "on-cursor", "on-hit", "on-primary")


def names(own: Mapping[str, settings.Theme]) -> list[str]:
    """Every theme there is: ours, the configuration's, Textual's."""
    return [*OWN, *own, *sorted(BUILTIN_THEMES.keys() - _ANSI - OWN.keys() - own.keys())]


def find(name: str, own: Mapping[str, settings.Theme]) -> Scheme | None:
    """The scheme of that name, Textual's with their inks made readable; None for no such one."""
    if (scheme := scheme_of(name, own)) or name not in BUILTIN_THEMES or name in _ANSI:
        return scheme
    theirs = BUILTIN_THEMES[name].to_color_system().generate()
    return made(name, {color: theirs[color][:7] for color in _FROM_TEXTUAL})


def theme_of(scheme: Scheme) -> Theme:
    """A scheme as Textual knows it."""
    colors = {
        name: f"ansi_{value}" if scheme.ansi else value
        for name, value in {
            "on-cursor": scheme.colors["foreground"],
            "on-hit": scheme.colors["foreground"],
            "on-primary": scheme.colors["background"],
            "badge": scheme.colors["primary"],
            "alarm": scheme.colors["error"],
            **scheme.colors,
        }.items()
    }
    fore, muted, faint = colors["foreground"], colors["muted"], colors["faint"]
    return Theme(
        name=scheme.name,
        dark=scheme.dark,
        ansi=scheme.ansi,
        secondary=muted,
        background=colors["background"],
        surface=colors["surface"],
        panel=colors["panel"],
        foreground=fore,
        primary=colors["primary"],
        accent=colors["accent"],
        success=colors["success"],
        warning=colors["warning"],
        error=colors["error"],
        variables={
            "ink-muted": muted,
            "ink-faint": faint,
            **{name: colors[name] for name in _OWN},
            "note-back": colors["note"],
            "side-back": colors["side"],
            "ansi-background": colors["background"],
            "ansi-foreground": fore,
            "text": fore,
            "text-muted": muted,
            "text-disabled": faint,
            "foreground-muted": muted,
            "foreground-disabled": faint,
            "block-cursor-background": colors["cursor"],
            "block-cursor-foreground": colors["on-cursor"],
            "block-cursor-text-style": "none",
            "block-cursor-blurred-background": colors["idle"],
            "block-cursor-blurred-foreground": fore,
            "block-hover-background": colors["idle"],
            "border": colors["primary"],
            "border-blurred": colors["panel"],
            "input-cursor-background": fore,
            "input-cursor-foreground": colors["background"],
            "input-cursor-text-style": "reverse" if scheme.ansi else "none",
            "input-selection-background": colors["cursor"],
            "input-selection-foreground": colors["on-cursor"],
            "screen-selection-background": colors["cursor"],
            "screen-selection-foreground": colors["on-cursor"],
            "thumb": colors["cursor"] if scheme.ansi else faint,
        },
    )


class Sieve(LineFilter):
    """Lets nothing through that the terminal cannot show."""

    def __init__(self, terminal: Terminal) -> None:
        super().__init__()
        self._shown = lru_cache(4096)(terminal.shown)
        self._bare = lru_cache(1024)(colourless) if terminal.colours == "none" else None

    @property
    def idle(self) -> bool:
        """Whether everything would pass."""
        return self._bare is None and self._shown("✓") == "✓"

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002
        """What is left of a line."""
        bare = self._bare
        return [
            segment._replace(
                text=self._shown(segment.text),
                style=bare(segment.style) if bare and segment.style else segment.style,
            )
            for segment in segments
        ]


#: What our variables are before a theme is worn.
VARIABLES = theme_of(OWN["kfdesk-dark"]).variables
