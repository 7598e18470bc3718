"""Names of attachments, made harmless for file systems, shells and spreadsheets."""

from __future__ import annotations

import re

from kfdesk.text import clean_line

_FORBIDDEN = re.compile(r'[<>:"|?*`$;&!\x00-\x1f]')
_DEVICE = re.compile(r"(?i)(con|prn|aux|nul|com[\d¹²³]|lpt[\d¹²³]) *(\.|$)")
_LONGEST = 180  # bytes in UTF-8: file systems end at 255, and a prefix may be added


def safe_name(name: str, fallback: str = "attachment") -> str:
    """Return a name that is a plain file name everywhere: `../../etc/passwd` becomes `passwd`."""
    line = clean_line(name).replace("\\", "/").rstrip("/").rpartition("/")[2]
    line = _FORBIDDEN.sub("_", line).strip(" .")
    # A formula in a spreadsheet, an option on a command line, a home folder; what they hide.
    line = line.lstrip("=+-@|~%. ")
    if not line.strip("_. "):
        return fallback
    if _DEVICE.match(line):
        line = f"_{line}"
    return _shorten(line)


def _shorten(line: str) -> str:
    if len(line.encode()) <= _LONGEST:
        return line
    stem, dot, extension = line.rpartition(".")
    if not dot or len(extension.encode()) > 20:
        stem, dot, extension = line, "", ""
    room = _LONGEST - len((dot + extension).encode())
    return stem.encode()[:room].decode("utf-8", "ignore").rstrip(" .") + dot + extension
