"""Which tickets of the queue are marked: by number, so that no mark moves with rows."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Marks:
    """The marks. A range grows from the ticket where it was begun to the one under the cursor."""

    numbers: set[int] = field(default_factory=set)
    _anchor: int | None = None
    _before: frozenset[int] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.numbers)

    @property
    def ranging(self) -> bool:
        """Whether a range was begun and not ended."""
        return self._anchor is not None

    def __len__(self) -> int:
        return len(self.numbers)

    def __contains__(self, number: int) -> bool:
        return number in self.numbers

    def toggle(self, number: int) -> None:
        """Mark a ticket, or take its mark off."""
        self.numbers ^= {number}

    def turn_range(self, number: int) -> None:
        """Begin a range at a ticket, or end the one that was begun: its marks stay."""
        if self._anchor is None:
            self._anchor, self._before = number, frozenset(self.numbers)
            self.numbers.add(number)
        else:
            self._anchor = None

    def moved(self, ids: array[int], index: int) -> bool:
        """The cursor has moved: a range that was begun reaches it now; False if there is none."""
        if self._anchor is None or not ids:
            return False
        try:
            anchor = ids.index(self._anchor)
        except ValueError:
            self._anchor = None  # it has left the list: what it marked stays
            return False
        first, last = sorted((anchor, index))
        self.numbers = {*self._before, *ids[first : last + 1]}
        return True

    def take(self, numbers: Iterable[int]) -> None:
        """Mark all of these; where all of them are, none."""
        wanted = set(numbers)
        self._anchor = None
        if wanted <= self.numbers:
            self.numbers -= wanted
        else:
            self.numbers |= wanted

    def drop(self, numbers: Iterable[int]) -> None:
        """Take the marks of these off."""
        self._anchor = None
        self.numbers.difference_update(numbers)

    def clear(self) -> None:
        """Take all marks off."""
        self.numbers = set()
        self._anchor = None

    def listed(self, ids: array[int]) -> list[int]:
        """The marked tickets in the order of a list; behind them those that it has no more."""
        here = [number for number in ids if number in self.numbers]
        return here if len(here) == len(self.numbers) else [*here, *sorted(self.numbers - {*here})]
