"""How often each article went into answers, and whether customers say that it helped."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kfdesk.desk import Desk
from kfdesk.desk.knowledge.shelf import refresh
from kfdesk.store.knowledge import article_uses, articles
from kfdesk.store.knowledge.article_uses import Counts


@dataclass(frozen=True, slots=True)
class Usage:
    """What was counted of an article; it may be gone from the folder meanwhile."""

    name: str
    title: str
    there: bool
    counts: Counts

    @property
    def rate(self) -> float | None:
        """Of those who said something, how many it helped, 0 to 1; None where nobody did."""
        said = self.counts.helped + self.counts.not_helped
        return self.counts.helped / said if said else None

    def as_json(self) -> dict[str, Any]:
        """The object that `kfdesk kb stats --json` prints."""
        by = self.counts.by or {}
        return {
            "name": self.name,
            "title": self.title,
            "there": self.there,
            "uses": self.counts.uses,
            "by": {how: by.get(how, 0) for how in ("text", "link", "bot")},
            "helped": self.counts.helped,
            "not_helped": self.counts.not_helped,
            "rate": None if self.rate is None else round(self.rate, 3),
            "last_used": self.counts.last,
        }


def usage(desk: Desk, since: datetime | None = None) -> list[Usage]:
    """Return what was counted of each article, most used first; those never used are at the end."""
    refresh(desk)
    with desk.store.read() as tx:
        counts = article_uses.counts(tx, since=since)
        titles = {one.name: one.title for one in articles.listing(tx)}
    names = dict.fromkeys((*titles, *counts))
    found = [
        Usage(name, titles.get(name, name), name in titles, counts.get(name, Counts()))
        for name in names
    ]
    return sorted(found, key=lambda one: (-one.counts.uses, one.name))
