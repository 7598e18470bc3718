"""What is to be brought in, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Order:
    """An import. `source` is what it is known by, so that a second run brings only what is new.

    `mapping` gives names of the source a field here, and its statuses, teams and agents
    (`status.等待财务` → `pending`). `account` is the channel that mails are of.
    """

    format: str
    path: Path
    source: str
    zone: ZoneInfo
    mapping: Mapping[str, str] = field(default_factory=dict)
    keep_numbers: bool = False
    number_field: str = ""
    tag: str = ""
    account: str = ""
    default_status: str = ""


@dataclass(slots=True)
class Brought:
    """What an import came to. `known` are tickets that an earlier run had brought."""

    source: str
    dry: bool = False
    tickets: int = 0
    known: int = 0
    messages: int = 0
    customers: int = 0
    organisations: int = 0
    files: int = 0
    links: int = 0
    left_out: int = 0
    changed: int = 0
    seconds: float = 0.0

    def as_json(self) -> dict[str, Any]:
        """The JSON of an import."""
        names = (name for name in self.__slots__ if name != "seconds")
        return {name: getattr(self, name) for name in names} | {"seconds": round(self.seconds, 2)}
