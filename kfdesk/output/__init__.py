"""The only writer to stdout: text for people, JSON lines for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import Any

from kfdesk.desk.tickets import plain
from kfdesk.text import clean


def line(text: str) -> None:
    """Print one line of text, cleaned."""
    sys.stdout.write(clean(text) + "\n")
    sys.stdout.flush()


def raw(content: bytes) -> None:
    """Write bytes as they are: a file that somebody asked for."""
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()


def record(value: Mapping[str, Any]) -> None:
    """Print one JSON object on one line."""
    utf8 = (sys.stdout.encoding or "").lower() in ("utf-8", "utf8")
    sys.stdout.write(json.dumps(value, ensure_ascii=not utf8, default=plain.moment) + "\n")
    sys.stdout.flush()


def done(text: str, value: Mapping[str, Any], *, as_json: bool) -> None:
    """Print what a command did: a sentence, or an object."""
    if as_json:
        record(value)
    else:
        line(text)
