"""Keeps conversation and facts on the ticket that the cursor is on."""

from __future__ import annotations

from kfdesk.errors import NotFound
from kfdesk.tui.queue.painter import Who
from kfdesk.tui.source import Reading, Source
from kfdesk.tui.threads import Threads
from kfdesk.tui.ticket.conversation import Conversation
from kfdesk.tui.ticket.facts import Facts, Head
from kfdesk.tui.ticket.letters import Line, lay_out


class Follow:
    """Reads a ticket, lays its conversation out in the reading thread, and shows both."""

    def __init__(
        self, panes: tuple[Head, Conversation, Facts], who: Who, source: Source, threads: Threads
    ) -> None:
        self._head, self._conversation, self._facts = panes
        self.who = who
        self._source = source
        self._threads = threads
        self.number: int | None = None  # the ticket that was last asked for

    @property
    def reading(self) -> Reading | None:
        """What is shown, if it is what was last asked for."""
        reading = self._conversation.reading
        return reading if reading and reading.ticket.number == self.number else None

    async def show(self, number: int | None) -> None:
        """Show a ticket, read afresh; None, or a ticket that has gone, empties the panes."""
        self.number = number
        if number is None:
            self._fill(None, [])
            return
        view = self._conversation
        shown = view.reading
        unfolded = view.unfolded if shown and shown.ticket.number == number else set()
        try:
            reading, lines = await self._threads.read(self._read, number, view.width, unfolded)
        except NotFound:
            self._fill(None, [])
            return
        if number == self.number:
            self._fill(reading, lines)

    async def refresh(self) -> None:
        """Read the same ticket again."""
        await self.show(self.number)

    async def refit(self) -> None:
        """Lay out again what is shown: for another width, or to unfold."""
        view = self._conversation
        if (reading := view.reading) is not None:
            width, unfolded = view.width, frozenset(view.unfolded)
            lines = await self._threads.read(lay_out, reading, self.who, width, unfolded)
            if view.reading is reading and view.width == width:
                view.show(reading, lines)

    def _read(self, number: int, width: int, unfolded: set[int]) -> tuple[Reading, list[Line]]:
        reading = self._source.reading(number)
        return reading, lay_out(reading, self.who, width, unfolded)

    def _fill(self, reading: Reading | None, lines: list[Line]) -> None:
        self._head.show(reading, self.who)
        self._facts.show(reading, self.who)
        self._conversation.show(reading, lines)
