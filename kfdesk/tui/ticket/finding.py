"""What is looked for in a conversation: where it stands, and which of these places is shown."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from itertools import accumulate

from kfdesk.text import finding


@dataclass(frozen=True, slots=True)
class Finding:
    """A text, and how often each message has it, oldest first; `at` is the hit that is shown."""

    text: str
    hits: tuple[tuple[int, int], ...]
    at: int = 0

    @property
    def pattern(self) -> re.Pattern[str]:
        """What the text is found by."""
        return finding(self.text)

    @property
    def count(self) -> int:
        """How many hits there are."""
        return sum(count for _id, count in self.hits)

    @property
    def place(self) -> tuple[int, int]:
        """The message of the hit that is shown, and which of its hits that is."""
        before = 0
        for id, count in self.hits:
            if self.at < before + count:
                return id, self.at - before
            before += count
        raise IndexError(self.at)

    @property
    def messages(self) -> Collection[int]:
        """The messages that have it."""
        return {id for id, _count in self.hits}

    def step(self, by: int) -> Finding:
        """At the next hit, or the one before; behind the last comes the first."""
        return replace(self, at=(self.at + by) % self.count) if self.count else self

    def nearest(self, first: int) -> Finding:
        """At the first hit in the message `first` or behind it; else at the last hit."""
        sums = accumulate((count for _id, count in self.hits), initial=0)
        starts: Iterable[tuple[tuple[int, int], int]] = zip(self.hits, sums, strict=False)
        at = next((start for (id, _count), start in starts if id >= first), self.count - 1)
        return replace(self, at=max(0, at))
