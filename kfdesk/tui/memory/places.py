"""Where one is and has been: the tickets that are open in a row, and the way back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

#: So many tickets stand in the row at once, and so many places can be gone back to.
_OPEN, _WAY = 9, 100


@dataclass(frozen=True, slots=True)
class Place:
    """A list with the ticket under the cursor, and the ticket that was read, if one was."""

    view: str
    query: str
    cursor: int | None
    read: int | None = None


@dataclass(slots=True)
class Row:
    """The open tickets, in the order in which they came; the longest unseen makes room."""

    numbers: list[int] = field(default_factory=list)
    _seen: list[int] = field(default_factory=list)  # the one that was seen last is the last

    def visit(self, number: int, instead: int | None = None, keep: Collection[int] = ()) -> None:
        """A ticket is read: `instead` of another, or beside those that are open.

        What is to be `kept` makes room for none.
        """
        if number not in self.numbers:
            if instead in self.numbers and instead not in keep:
                self.numbers[self.numbers.index(instead)] = number
                self._seen.remove(instead)
            else:
                self.numbers.append(number)
        self._seen = [one for one in self._seen if one != number] + [number]
        for one in list(self._seen):
            if len(self.numbers) > _OPEN and one not in keep and one != number:
                self.close(one)

    def restore(self, numbers: Sequence[int]) -> None:
        """These were open before."""
        self.numbers, self._seen = list(numbers[:_OPEN]), list(numbers[:_OPEN])

    def close(self, number: int) -> int | None:
        """A ticket is not open any more; return the one that was seen before it."""
        if number in self.numbers:
            self.numbers.remove(number)
            self._seen.remove(number)
        return self._seen[-1] if self._seen else None

    def beside(self, number: int | None, step: int) -> int | None:
        """The next one in the row, or the one before; from elsewhere the one seen last."""
        if number in self.numbers:
            return self.numbers[(self.numbers.index(number) + step) % len(self.numbers)]
        return self._seen[-1] if self._seen else None


@dataclass(slots=True)
class Way:
    """The places one has left, to go back to, and forward again."""

    _behind: list[Place] = field(default_factory=list)
    _ahead: list[Place] = field(default_factory=list)

    def leave(self, place: Place) -> None:
        """One goes elsewhere."""
        self._ahead.clear()
        if self._behind[-1:] != [place]:
            self._behind = [*self._behind[1 - _WAY :], place]

    def back(self, here: Place) -> Place | None:
        """The place before, None at the first."""
        return _step(self._behind, self._ahead, here)

    def forward(self, here: Place) -> Place | None:
        """The place that one came back from, None at the last."""
        return _step(self._ahead, self._behind, here)


def _step(taken: list[Place], given: list[Place], here: Place) -> Place | None:
    while taken and taken[-1] == here:
        taken.pop()
    if not taken:
        return None
    given.append(here)
    return taken.pop()
