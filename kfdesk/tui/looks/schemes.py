"""Schemes: the named colours that a theme consists of; our own, and those that a person makes.

Grounds are what is written on, inks what is written with. Every ink can be read on every ground:
our own were chosen so, those of others are strengthened until they can.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

from kfdesk.settings import Theme
from kfdesk.tui.looks.terminal import Terminal

#: What is written on. The cursor's, marks' and notes' grounds lie under whole lines.
GROUNDS = ("background", "surface", "panel", "cursor", "idle", "marked", "note", "side", "hit")
#: What is written with.
INKS = ("foreground", "muted", "faint", "primary", "accent", "success", "warning", "error")
#: The contrast that text needs, that which is faint on purpose, and that of high contrast.
READABLE, FAINT, HIGH = 4.5, 3.0, 7.0


@dataclass(frozen=True, slots=True)
class Scheme:
    """Colours by name, `#rrggbb`; with `ansi`, the names of a terminal's own sixteen."""

    name: str
    dark: bool
    colors: Mapping[str, str]
    ansi: bool = False
    least: float = READABLE


_DARK = {
    "background": "#14171c", "surface": "#1a1e25", "panel": "#242a33",
    "cursor": "#22374c", "idle": "#232930", "marked": "#2b2839", "note": "#26231f",
    "side": "#231f30", "hit": "#4a3b14",
    "foreground": "#d9dee6", "muted": "#a3abb6", "faint": "#7f8894",
    "primary": "#7cbcf5", "accent": "#c9aef5", "success": "#86d0a4", "warning": "#e6bc74",
    "error": "#f59a91",
}  # fmt: skip
_LIGHT = {
    "background": "#fcfcfa", "surface": "#f4f4f0", "panel": "#e9e9e3",
    "cursor": "#dce9f7", "idle": "#ebebe7", "marked": "#eee7f8", "note": "#f8f1df",
    "side": "#f1ebf9", "hit": "#ffe9a8",
    "foreground": "#1f242b", "muted": "#565d67", "faint": "#747b86",
    "primary": "#0a5aa6", "accent": "#6d3fb0", "success": "#15663d", "warning": "#7d5200",
    "error": "#ad2a20",
}  # fmt: skip
_CONTRAST_DARK = {
    "background": "#000000", "surface": "#000000", "panel": "#262626",
    "cursor": "#0c3157", "idle": "#2b2b2b", "marked": "#2f1c47", "note": "#2b2200",
    "side": "#251638", "hit": "#403000",
    "foreground": "#ffffff", "muted": "#e0e0e0", "faint": "#c8c8c8",
    "primary": "#9fd3ff", "accent": "#e0c4ff", "success": "#9cf0b8", "warning": "#ffd970",
    "error": "#ffb8b0",
}  # fmt: skip
_CONTRAST_LIGHT = {
    "background": "#ffffff", "surface": "#ffffff", "panel": "#e8e8e8",
    "cursor": "#d3e6ff", "idle": "#e6e6e6", "marked": "#eee0ff", "note": "#fff3d0",
    "side": "#f2e8ff", "hit": "#ffe27a",
    "foreground": "#000000", "muted": "#2b2b2b", "faint": "#3d3d3d",
    "primary": "#003c80", "accent": "#521a94", "success": "#004a1c", "warning": "#4f4000",
    "error": "#8a0020",
}  # fmt: skip
#: Sixteen colours, by hand: what a terminal calls blue may be anything, so only those are used
#: that can be read on the usual black, or white. What is written on a colour has its own ink.
_TERMINAL = {
    **dict.fromkeys(GROUNDS, "default"), "cursor": "blue", "on-cursor": "bright_white",
    "hit": "yellow", "on-hit": "black", "on-primary": "bright_white",
    "foreground": "default", "muted": "default", "faint": "default",
    "primary": "bright_cyan", "accent": "bright_magenta", "success": "bright_green",
    "warning": "bright_yellow", "error": "bright_red", "badge": "blue", "alarm": "red",
}  # fmt: skip
_TERMINAL_LIGHT = {
    **_TERMINAL, "primary": "blue", "accent": "blue", "success": "default", "warning": "magenta",
    "error": "red",
}  # fmt: skip

OWN: Mapping[str, Scheme] = {
    scheme.name: scheme
    for scheme in (
        Scheme("kfdesk-dark", True, _DARK),
        Scheme("kfdesk-light", False, _LIGHT),
        Scheme("kfdesk-contrast-dark", True, _CONTRAST_DARK, least=HIGH),
        Scheme("kfdesk-contrast-light", False, _CONTRAST_LIGHT, least=HIGH),
        Scheme("kfdesk-terminal", True, _TERMINAL, ansi=True),
        Scheme("kfdesk-terminal-light", False, _TERMINAL_LIGHT, ansi=True),
    )
}


def scheme_of(name: str, own: Mapping[str, Theme]) -> Scheme | None:
    """The scheme of that name, ours or one of a configuration's `[theme.NAME]`; None for others."""
    if name in OWN:
        return OWN[name]
    if name not in own:
        return None
    chain = [own[name]]
    while (parent := chain[-1].inherits) in own:
        chain.append(own[parent])
    base = OWN[chain[-1].inherits]
    written: dict[str, str] = {}
    for theme in reversed(chain):
        written |= {
            key.name: value
            for key in fields(theme)
            if key.name in (*GROUNDS, *INKS) and (value := getattr(theme, key.name))
        }
    if {"background", "foreground", "primary"} & {*written}:
        return made(name, {**base.colors, **_derived({**base.colors, **written}), **written})
    return made(name, {**base.colors, **written}, base.least)


def fitting(scheme: Scheme, terminal: Terminal) -> Scheme:
    """The scheme itself, or that of sixteen colours where there are no more."""
    if scheme.ansi or terminal.colours not in ("none", "16"):
        return scheme
    return OWN["kfdesk-terminal-light" if terminal.light or not scheme.dark else "kfdesk-terminal"]


def made(name: str, colors: Mapping[str, str], least: float = READABLE) -> Scheme:
    """A scheme of the colours that there are; the others follow, and inks become readable."""
    whole = {**_derived(colors), **colors}
    dark = luminance(whole["background"]) < 0.2
    grounds = [whole[ground] for ground in GROUNDS]
    for ink in INKS:
        wanted = FAINT if ink == "faint" and least < HIGH else least
        whole[ink] = _strengthened(whole[ink], grounds, wanted, "#ffffff" if dark else "#000000")
    return Scheme(name, dark, whole, least=least)


def _derived(colors: Mapping[str, str]) -> dict[str, str]:
    """The grounds and lesser inks that follow from background, foreground and accents."""
    back, fore = colors["background"], colors["foreground"]
    return {
        "cursor": mix(back, colors["primary"], 0.2),
        "idle": mix(back, fore, 0.08),
        "marked": mix(back, colors["accent"], 0.14),
        "note": mix(back, colors["warning"], 0.08),
        "side": mix(back, colors["accent"], 0.08),
        "hit": mix(back, colors["warning"], 0.25),
        "muted": mix(back, fore, 0.72),
        "faint": mix(back, fore, 0.52),
    }


def _strengthened(ink: str, grounds: list[str], least: float, towards: str) -> str:
    """The ink, or the nearest to it that can be read on all grounds."""
    for share in range(0, 101, 5):
        stronger = mix(ink, towards, share / 100)
        if all(contrast(stronger, ground) >= least for ground in grounds):
            return stronger
    return towards


def mix(under: str, over: str, share: float) -> str:
    """The colour that `over` makes on `under` when it covers so much of it."""
    pairs = ((int(under[at : at + 2], 16), int(over[at : at + 2], 16)) for at in (1, 3, 5))
    return "#" + "".join(f"{round(low + (high - low) * share):02x}" for low, high in pairs)


def luminance(color: str) -> float:
    """How bright a colour schemes, from 0 to 1, as WCAG counts it."""
    linear = []
    for at in (1, 3, 5):
        value = int(color[at : at + 2], 16) / 255
        linear.append(value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4)
    red, green, blue = linear
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, from 1 to 21, as WCAG counts it."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)
