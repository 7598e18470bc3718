"""What stands on each line of the queue: the heading, a group, a ticket, or that there is none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from kfdesk.cells import Part, fit_most
from kfdesk.i18n import _
from kfdesk.model import TicketRow
from kfdesk.tui.queue.listing import Listing, Window
from kfdesk.tui.queue.marks import Marks
from kfdesk.tui.queue.painter import Look, RowPainter, Who

#: Stands before a ticket that is marked.
_MARK = "*"
#: The line that says that there is no ticket.
_EMPTY = 3


@dataclass(slots=True)
class Face:
    """The lines of a list in a pane of a given width, as parts and the ground they stand on."""

    who: Who
    listing: Listing
    window: Window
    marks: Marks
    look: Look = field(default_factory=Look)
    grouped: str = ""  # by what: customer, category
    asked: str | None = None  # the query whose tickets these are
    advice: Callable[[], Sequence[str]] = tuple  # what is said below that there is none
    width: int = 0
    _painter: RowPainter = field(init=False)
    _told: dict[int, Part] = field(default_factory=dict)  # the time left, as it was told last

    def __post_init__(self) -> None:
        self.fit(self.width)

    def fit(self, width: int) -> None:
        """Lay the columns out: for another width, another look, or somebody else."""
        self.width = width
        self._painter = RowPainter(self.who, max(1, width), self.look)

    def line(self, y: int, top: int, *, focused: bool) -> tuple[list[Part], str]:
        """A line of the pane, where the list is scrolled to `top`."""
        if y == 0:
            return self._painter.heading(), "back"
        ids, line = self.listing.ids, top + y - 1
        if line >= self.listing.lines:
            return self._nothing(y) if not ids else [], "back"
        index, above = self.listing.at(line)
        number = ids[index]
        row = self.window.rows.get(number)
        if above:
            return self._group(index, row), "back"
        parts = self._painter.row(row) if row else [(" ", "faint"), ("  ·", "faint")]
        ground = "back"
        if number in self.marks:
            parts, ground = [(_MARK, "accent"), *parts[1:]], "marked"
        if index == self.listing.index:
            ground = "cursor" if focused else "cursor-idle"
        return parts, ground

    def column_at(self, x: int) -> str | None:
        """The column whose heading stands at that cell."""
        return self._painter.column_at(x)

    def retold(self, places: Iterable[int]) -> Iterator[int]:
        """Of these places, those whose time left is told otherwise now."""
        if not self._painter.counts_down:
            return
        now = self.who.now()
        before, self._told = self._told, {}
        for place in places:
            number = self.listing.ids[place]
            if row := self.window.rows.get(number):
                told = self._told[number] = self._painter.due(row, now)
                if before.get(number, told) != told:
                    yield place

    def _nothing(self, y: int) -> list[Part]:
        """A line where there is no ticket: that there is none, and below it what to do next."""
        if y == _EMPTY:
            said = nothing(self.asked) if self.asked is not None else ""
            return [(fit_most("   " + said, self.width), "muted")]
        at, advice = y - _EMPTY - 2, self.advice()
        return [("   " + advice[at], "text")] if 0 <= at < len(advice) else []

    def _group(self, index: int, row: TicketRow | None) -> list[Part]:
        """The line above a group says what its first ticket has in common with the others."""
        groups = self.listing.groups
        if groups is None or row is None:
            return [("──", "faint")]
        named = row.category if self.grouped == "category" else row.customer or row.customer_email
        count = groups.size(index, len(self.listing.ids))
        return self._painter.group(named or "—", count, self.width)


def nothing(query: str) -> str:
    """What an empty queue says."""
    return _("No ticket matches {query}").format(query=query) if query else _("No tickets yet")
