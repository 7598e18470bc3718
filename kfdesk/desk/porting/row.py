"""One object of an export, read by name: what is not as it should be is told, and left empty."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from kfdesk.desk.porting.findings import Findings, Spot
from kfdesk.i18n import _
from kfdesk.mail.address import parse as addresses
from kfdesk.model import Address
from kfdesk.text import clean, shorten

LONGEST_TEXT = 1_000_000  # characters, as of a mail
_LONGEST_LINE = 1000
_FIRST, _LAST = 1970, 2500
_PARTS = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?"
    r"(?:[\sT]+(\d{1,2})\s*[:时]\s*(\d{1,2})\s*(?:[:分]\s*(\d{1,2})(?:\.(\d+))?\s*秒?|分)?)?\s*(Z|[+-]\d\d:?\d\d)?\Z"
)


@dataclass(frozen=True, slots=True)
class Row:
    """An object of an export. `zone` is that of times without one."""

    value: Mapping[str, Any]
    spot: Spot
    kind: str
    key: str
    zone: ZoneInfo
    findings: Findings
    rest: list[tuple[str, str]] = field(default_factory=list)  # what was odd, raw

    def odd(self, field: str, value: object, reason: str) -> None:
        """Tell of a value that is left empty."""
        self.rest.append((field, clean(str(value)[:10_000])))
        self.findings.add(
            "changed", self.spot, reason, kind=self.kind, key=self.key, field=field, value=value
        )

    def text(self, *names: str) -> str:
        """The first of these that has a text, cleaned; its lines stay."""
        for name in names:
            value = self.value.get(name)
            if isinstance(value, str) and value:
                if len(value) > LONGEST_TEXT:
                    self.odd(name, f"{len(value)}", _("longer than a text may be; it was cut"))
                    value = value[:LONGEST_TEXT] + "\n[…]"
                return clean(value)
            if isinstance(value, int | float) and not isinstance(value, bool):
                return str(value)
        return ""

    def line(self, *names: str) -> str:
        """The first of these that has a text, as one line."""
        return shorten(self.text(*names), _LONGEST_LINE)

    def id(self, *names: str) -> str:
        """The first of these that names something; empty where none does."""
        for name in names:
            value = self.value.get(name)
            if isinstance(value, Mapping):
                value = value.get("id")
            if (
                isinstance(value, str | int)
                and not isinstance(value, bool)
                and value not in ("", 0)
            ):
                return shorten(str(value), 100)
        return ""

    def ids(self, name: str) -> tuple[str, ...]:
        """A list of ids."""
        value = self.value.get(name)
        if not isinstance(value, list):
            return ()
        return tuple(
            shorten(str(one), 100)
            for one in value
            if isinstance(one, str | int) and not isinstance(one, bool)
        )

    def words(self, name: str) -> tuple[str, ...]:
        """A list of words: a real one, or one text with commas."""
        value = self.value.get(name)
        if isinstance(value, str):
            value = re.split(r"[,，;；|]", value)
        if not isinstance(value, list):
            return ()
        found = (shorten(str(one), 100) for one in value if isinstance(one, str | int))
        return tuple(dict.fromkeys(one for one in found if one))

    def inner(self, name: str) -> list[Mapping[str, Any]]:
        """The objects of a list."""
        value = self.value.get(name)
        return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []

    def object(self, name: str) -> Mapping[str, Any]:
        """An object inside; an empty one where there is none."""
        value = self.value.get(name)
        return value if isinstance(value, Mapping) else {}

    def flag(self, name: str, default: bool) -> bool:
        """Yes or no."""
        value = self.value.get(name)
        if isinstance(value, bool):
            return value
        if isinstance(value, int):
            return value != 0
        if isinstance(value, str) and value.lower() in ("true", "yes", "1", "false", "no", "0"):
            return value.lower() in ("true", "yes", "1")
        return default

    def time(self, *names: str) -> datetime | None:
        """The first of these that is a time; what cannot be one is told."""
        for name in names:
            value = self.value.get(name)
            if value in (None, "", 0):
                continue
            found = read_time(value, self.zone)
            if found is not None:
                return found
            self.odd(name, value, _("no time; expected one such as 2026-11-21 09:30:00"))
        return None

    def mailboxes(self, name: str) -> tuple[Address, ...]:
        """The addresses of a header line, or of a list of them."""
        value = self.value.get(name)
        if isinstance(value, list):
            value = ", ".join(str(one) for one in value)
        return tuple(addresses(value[:10_000])) if isinstance(value, str) else ()


def read_time(value: object, zone: ZoneInfo) -> datetime | None:
    """Read ISO 8601, `2026-11-21 09:30`, `2026/11/21`, `2026年11月21日`, or seconds since 1970.

    None where it is none, or of no year that a desk was open in.
    """
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            at = datetime.fromtimestamp(value / 1000 if abs(value) > 1e11 else value, UTC)
        elif isinstance(value, str):
            at = _of_text(value.strip(), zone)
        else:
            return None
        at = at.astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return at if _FIRST <= at.year < _LAST else None


def _of_text(text: str, zone: ZoneInfo) -> datetime:
    if text.isascii() and text.isdecimal() and len(text) in (10, 13):
        return datetime.fromtimestamp(int(text) / (1000 if len(text) == 13 else 1), UTC)
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        found = _PARTS.match(text)
        if found is None:
            raise
        year, month, day, hour, minute, second, part, offset = found.groups()
        at = datetime.fromisoformat(
            f"{year}-{int(month):02}-{int(day):02}T{int(hour or 0):02}:{int(minute or 0):02}"
            f":{int(second or 0):02}.{(part or '0')[:6]:0<6}{offset or ''}"
        )
    return at if at.tzinfo else at.replace(tzinfo=zone)
