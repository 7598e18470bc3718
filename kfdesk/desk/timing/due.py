"""Whether time has brought anything: asked each minute, before the store is imported."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from kfdesk.desk import people_hash
from kfdesk.rules.timing.schedules import Every
from kfdesk.settings import Settings

if TYPE_CHECKING:
    from kfdesk.store.peek import Peek


@dataclass(frozen=True, slots=True)
class Swept:
    """What a run of what time brings came to.

    `due` counts each schedule at each of its instants, `fired` the tickets that they acted on.
    """

    due: int = 0
    fired: int = 0

    def __add__(self, other: Swept) -> Swept:
        return Swept(self.due + other.due, self.fired + other.fired)


def written(settings: Settings) -> tuple[tuple[str, str], ...]:
    """The schedules of a configuration, as the mark of a sweep remembers them."""
    return tuple((schedule.name, schedule.every) for schedule in settings.schedules)


def is_due(settings: Settings, seen: Peek | None, now: datetime) -> bool:
    """True where a sweep would find something to do in a desk that was looked into."""
    if seen is not None and seen.people not in ("", people_hash(settings)):
        return True  # whoever came may take what waits: opening the desk brings it up
    if seen is None or seen.mark is None:
        return bool(settings.schedules) or (seen is not None and _reached(seen.pending, now))
    mark = seen.mark
    if now < mark.at:
        return False
    if mark.schedules != written(settings) or _reached(seen.pending, now):
        return True
    zone = ZoneInfo(settings.desk.timezone)
    return any(Every(every).after(mark.at, zone) <= now for _name, every in mark.schedules)


def _reached(at: datetime | None, now: datetime) -> bool:
    return at is not None and at <= now
