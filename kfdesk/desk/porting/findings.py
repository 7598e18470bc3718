"""What did not come in as it was: each row by file, line and reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

#: A row or value that is not in the desk; one that is there otherwise than it was.
Fate = Literal["left out", "changed"]


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a row stood: a file, and a line of it (from 1; 0 where the file has none)."""

    file: str
    line: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file


@dataclass(frozen=True, slots=True)
class Finding:
    """One row, or one value of it. `key` is its id in the source."""

    fate: Fate
    spot: Spot
    kind: str
    key: str
    field: str
    value: str
    reason: str

    def as_json(self) -> dict[str, Any]:
        """A line of the report."""
        return {
            "fate": self.fate,
            "file": self.spot.file,
            "line": self.spot.line,
            "kind": self.kind,
            "id": self.key,
            "field": self.field,
            "value": self.value,
            "reason": self.reason,
        }


_LONGEST_VALUE = 200


@dataclass(slots=True)
class Findings:
    """Takes findings in: each goes to `told`, and is counted."""

    told: Callable[[Finding], None]
    left_out: int = 0
    changed: int = 0
    _said: set[tuple[str, str]] = field(default_factory=set)

    def add(
        self,
        fate: Fate,
        spot: Spot,
        reason: str,
        *,
        kind: str = "",
        key: str = "",
        field: str = "",
        value: object = "",
        once: bool = False,
    ) -> None:
        """Tell one. With `once`, a field and value are told where they are met first."""
        text = str(value)
        if once:
            if (field, text) in self._said:
                return
            self._said.add((field, text))
        if fate == "left out":
            self.left_out += 1
        else:
            self.changed += 1
        self.told(Finding(fate, spot, kind, key[:100], field, text[:_LONGEST_VALUE], reason))
