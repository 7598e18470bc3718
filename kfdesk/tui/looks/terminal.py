"""What the terminal can show: how many colours, and whether more signs than those of ASCII."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from rich.cells import cell_len
from rich.style import Style

Colours = Literal["none", "16", "256", "many"]

#: The one table of what stands for a sign where only ASCII is to be had; each is one cell wide.
ASCII = str.maketrans(
    {
        "●": "*", "○": "o", "◐": "?", "◌": "=", "✓": "+", "✕": "x", "✗": "x", "•": "*", "·": "-",
        "◦": "o", "▫": "#", "▪": "#", "■": "#", "□": "#", "▌": "|", "▎": "|", "▏": "|", "▕": "|",
        "▐": "|", "█": "#", "‖": "=", "…": "~", "┄": "-", "╌": "-", "—": "-", "–": "-", "→": ">",
        "←": "<", "↑": "^", "↓": "v", "↵": "<", "◂": "<", "▸": ">", "▾": "v", "▴": "^", "▶": ">",
        "◀": "<", "▼": "v", "▲": "^", "✎": "%", "⇄": "=", "⚙": "@", "★": "*", "☆": ".", "✉": "@",
        "“": '"', "”": '"', "‘": "'", "’": "'", "„": '"', "«": '"', "»": '"', "×": "x", "≥": ">",
        "≤": "<", "◆": "*", "◇": "o", "⏎": "<", "⚠": "!", "☎": "t", "✆": "t", 
    }
)  # fmt: skip
#: Lines and blocks that widgets draw borders and scroll bars with.
_BOX = re.compile("[\u2500-\u259f\u2800-\u28ff\U0001fb00-\U0001fbff]")
_LEVEL = frozenset("─━┄┅┈┉╌╍═▁▂▔▀▄")
_UPRIGHT = frozenset("│┃┆┇┊┋║▏▎▍▌▐▕")


@dataclass(frozen=True, slots=True)
class Terminal:
    """What can be shown."""

    colours: Colours = "many"
    ascii: bool = False  # only ASCII's signs; letters of any script are shown all the same
    encoding: str = "utf-8"
    light: bool = False  # its own ground is known to be light

    @classmethod
    def of(cls, environ: Mapping[str, str], encoding: str, *, ascii: bool = False) -> Terminal:
        """What the environment says; `ascii` is what the configuration wants."""
        locale = environ.get("LC_ALL") or environ.get("LC_CTYPE") or environ.get("LANG")
        plain = locale in ("C", "POSIX") or encoding.lower().replace("-", "") != "utf8"
        ground = environ.get("COLORFGBG", "").rpartition(";")[2]
        return cls(_colours(environ), ascii or plain, encoding, ground in ("7", "15"))

    def shown(self, text: str) -> str:
        """The text in signs that the terminal has, each as wide as before."""
        if not self.ascii or text.isascii():
            return text
        text = _BOX.sub(_drawn, text.translate(ASCII))
        if self.encoding.lower().replace("-", "") == "utf8":
            return text
        return "".join(letter if self._has(letter) else "?" * cell_len(letter) for letter in text)

    def _has(self, letter: str) -> bool:
        try:
            letter.encode(self.encoding)
        except UnicodeEncodeError:
            return False
        return True


def _drawn(found: re.Match[str]) -> str:
    """A piece of a line, or of a bar."""
    sign = found[0]
    return "-" if sign in _LEVEL else "|" if sign in _UPRIGHT else "+" if sign < "▀" else "#"


def _colours(environ: Mapping[str, str]) -> Colours:
    """As Rich, and so Textual, reads it from the environment."""
    if environ.get("NO_COLOR"):
        return "none"
    if environ.get("COLORTERM", "").strip().lower() in ("truecolor", "24bit"):
        return "many"
    term = environ.get("TERM", "").strip().lower()
    if term in ("", "dumb", "unknown"):
        return "none" if term == "dumb" else "16"
    return "256" if term.rpartition("-")[2] in ("256color", "kitty") else "16"


def colourless(style: Style) -> Style:
    """The style told by weight, line and reversal alone."""
    ground = style.bgcolor is not None and not style.bgcolor.is_default
    return Style(
        bold=style.bold, underline=style.underline, reverse=bool(style.reverse) != ground or None
    )
