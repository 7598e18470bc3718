"""One thing that somebody should look at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from kfdesk.errors import Place

Severity = Literal["error", "warning", "hint"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "hint")


@dataclass(frozen=True, slots=True)
class Finding:
    """How bad, where, in which rule, what it is and what to do about it."""

    severity: Severity
    place: Place
    rule: str
    message: str
    remedy: str = ""
