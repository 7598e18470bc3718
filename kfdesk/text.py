"""The only door for outside text: what a stranger wrote becomes harmless text here, or nowhere."""

from __future__ import annotations

import re
import unicodedata

#: C0 and C1 controls but tab and newline, DEL, bidi embeddings, overrides and isolates, line and
#: paragraph separators, zero-width and invisible operators, tags, interlinear marks, surrogates.
_HARMFUL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f"
    "\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
#: More than this many combining marks in a row overprint the lines around them.
_MARK = "[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]"
_FLOOD = re.compile(f"({_MARK}{{4}}){_MARK}+")
_SPACES = re.compile(r"\s+")
_ASCII_HARMFUL = bytes({*range(0x20), 0x7F} - {0x09, 0x0A})


def clean(text: str) -> str:
    """Return `text` without anything a terminal would interpret; tabs and newlines stay.

    ESC and the other controls vanish, so what is left of an escape sequence is plain letters.
    CR LF and lone CR become newlines. Idempotent.
    """
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.isascii():  # a quarter of the time, and most mail
        return text.encode("ascii").translate(None, _ASCII_HARMFUL).decode("ascii")
    return _FLOOD.sub(r"\1", _HARMFUL.sub("", text))


def clean_line(text: str) -> str:
    """Return `text` as one harmless line: a subject, a name, a file name."""
    return " ".join(clean(text).split())


def fold(text: str) -> str:
    """Return `text` as comparisons see it: NFKC-normalised and case-folded."""
    return unicodedata.normalize("NFKC", text).casefold()


def shorten(text: str, limit: int) -> str:
    """Return one line of at most `limit` characters, an ellipsis where something was left out."""
    line = clean_line(text[: limit * 4])
    return line if len(line) <= limit else line[: limit - 1] + "…"


#: The address that stands behind a link's words, where a mail was HTML.
_ASIDE = re.compile(r" ?<(?:https?|ftp|mailto|tel):[^<>\s]+>", re.I)


def without_addresses(text: str) -> str:
    """Return `text` as a conversation shows it: no address stands behind a link's words."""
    return _ASIDE.sub("", text)


def finding(text: str) -> re.Pattern[str]:
    """Return the pattern that finds a text whatever its case, and however it is spaced."""
    return re.compile(r"\s+".join(map(re.escape, text.split())), re.I)
