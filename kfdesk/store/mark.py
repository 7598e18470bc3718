"""How far time was swept, as `meta` keeps it under "swept"; read without SQLAlchemy too."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

#: Of each schedule: its name, and when it looks as the configuration writes it.
Known = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """All instants up to `at` are done, of the schedules that were known then.

    `amid` is where a run stood when it last wrote: at that instant, all schedules before that
    place are done.
    """

    at: datetime
    schedules: Known
    amid: tuple[datetime, int] | None = None

    @classmethod
    def read(cls, text: str) -> Mark | None:
        """Read a mark; None where time was never swept."""
        if not text:
            return None
        found = json.loads(text)
        amid = found["amid"]
        return cls(
            datetime.fromisoformat(found["at"]),
            tuple((name, every) for name, every in found["schedules"]),
            (datetime.fromisoformat(amid[0]), amid[1]) if amid else None,
        )

    def __str__(self) -> str:
        amid = [self.amid[0].isoformat(), self.amid[1]] if self.amid else None
        found = {"at": self.at.isoformat(), "schedules": self.schedules, "amid": amid}
        return json.dumps(found, ensure_ascii=False)
