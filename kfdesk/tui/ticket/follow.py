"""Keeps conversation and facts on the ticket that the cursor is on."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from kfdesk.errors import NotFound
from kfdesk.model import Stretch
from kfdesk.tui.queue.painter import Who
from kfdesk.tui.source.source import Reading, Source
from kfdesk.tui.source.threads import Threads
from kfdesk.tui.ticket.body import Marks
from kfdesk.tui.ticket.conversation import Conversation
from kfdesk.tui.ticket.facts import Facts, Head
from kfdesk.tui.ticket.finding import Finding
from kfdesk.tui.ticket.letters import lay_out
from kfdesk.tui.ticket.line import Line, Look
from kfdesk.tui.ticket.thumbnails import Thumbnails

if TYPE_CHECKING:
    from kfdesk.desk.conversation.stretches import Way


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
        self.steps = False  # the whole journal is told
        self.finding: Finding | None = None
        self.hits: re.Pattern[str] | None = None  # what the queue is filtered by
        self.thumbnails = Thumbnails(source, threads)
        self._turn = asyncio.Lock()  # one thing is read and laid out after the other

    @property
    def reading(self) -> Reading | None:
        """What is shown, if it is what was last asked for."""
        reading = self._conversation.reading
        return reading if reading and reading.ticket.number == self.number else None

    async def show(self, number: int | None) -> None:
        """Show a ticket, read afresh; None, or a ticket that has gone, empties the panes."""
        if number != self.number:
            self.finding = None
        self.number = number
        async with self._turn:
            if number == self.number:  # no other was asked for while this one waited
                await self._show(number)
        self._picture()

    async def _show(self, number: int | None) -> None:
        view = self._conversation
        if number is None:
            self._fill(None, [])
            return
        before = view.reading
        same = before is not None and before.ticket.number == number
        shown = before.shown if same and before else None
        try:
            found = await self._threads.read(self._again, number, shown)
        except NotFound:
            self._fill(None, [])
            return
        # How wide the pane has become is known by now, where reading has changed that.
        width, look = view.width, self._look(same=same)
        reading, lines = await self._threads.read(self._laid, found, width, look)
        if number == self.number:
            self._fill(reading, lines)

    async def refresh(self) -> None:
        """Read the same ticket again."""
        await self.show(self.number)

    async def changed(self) -> None:
        """Somebody has committed: nothing is painted unless it was about this ticket."""
        if (before := self.reading) is None or self.steps:
            await self.refresh()
            return
        try:
            latest = await self._threads.read(self._again, before.ticket.number, before.shown)
        except NotFound:
            latest = None
        if latest is None or _lasting(latest) != _lasting(before):
            await self.refresh()

    async def refit(self) -> None:
        """Lay out again what is shown: for another width, or to unfold."""
        async with self._turn:
            await self._refit()
        self._picture()

    async def _refit(self, *, end: str = "") -> None:
        view = self._conversation
        if (before := view.reading) is not None:
            width = view.width
            reading, lines = await self._threads.read(self._laid, before, width, self._look())
            view.show(reading, lines, end=end)

    # --- long conversations

    async def part(self, way: Way, id: int = 0, *, end: str = "") -> None:
        """Show another part of the conversation: more of it, or the part around a message."""
        async with self._turn:
            view, before = self._conversation, self.reading
            if before is None or not (before.stretch.before or before.stretch.after):
                return
            number, shown, width, look = self.number, before.stretch, view.width, self._look()
            assert number is not None

            def read() -> tuple[Reading, list[Line]]:
                from kfdesk.desk.conversation import stretches

                found = self._source.do(
                    lambda desk, _me: stretches.read(desk, number, way, shown, id)
                )
                return self._laid(replace(before, shown=found), width, look)

            reading, lines = await self._threads.read(read)
            if number == self.number:
                view.show(reading, lines, end=end)
        self._picture()

    async def newest(self) -> None:
        """Back to the end of the conversation."""
        async with self._turn:
            if (reading := self.reading) is not None:
                self._conversation.reading = replace(reading, shown=None)
                await self._refit(end="last")

    # --- what is looked for

    async def find(self, text: str) -> None:
        """Find a text in the whole conversation; nothing is marked for an empty one."""
        reading = self.reading
        if reading is None or not text.strip():
            self.finding = None
        else:
            hits = await self._threads.read(self._found, reading, text)
            first = next((line.owner for line in self._conversation.in_view() if line.owner > 0), 0)
            self.finding = Finding(text, tuple(hits.items())).nearest(first)
        async with self._turn:
            await self._refit()
        await self.step(0)
        self._head.show(self.reading, self.who, self.finding)

    async def step(self, by: int) -> None:
        """Show the next hit, or the one before, wherever in the conversation it is."""
        if self.finding is None or not self.finding.count:
            return
        self.finding = self.finding.step(by)
        id, hit = self.finding.place
        if id not in self._conversation.messages:
            await self.part("around", id)
        self._conversation.go_to(id, hit)
        self._head.show(self.reading, self.who, self.finding)

    def _found(self, reading: Reading, text: str) -> dict[int, int]:
        if not reading.stretch.before and not reading.stretch.after:
            from kfdesk.text import finding, without_addresses

            wanted = finding(text)
            counts = {
                message.id: len(wanted.findall(without_addresses(message.text)))
                for message in reading.stretch.messages
            }
            return {id: count for id, count in counts.items() if count}
        from kfdesk.desk.conversation import stretches

        number = reading.ticket.number
        return self._source.do(lambda desk, _me: stretches.find(desk, number, text))

    # --- in the reading thread

    def _again(self, number: int, shown: Stretch | None) -> Reading:
        """A ticket as it is now, with that part of its conversation."""
        reading = self._source.reading(number)
        if shown is None:
            return reading
        from kfdesk.desk.conversation import stretches

        found = self._source.do(lambda desk, _me: stretches.read(desk, number, "again", shown))
        return replace(reading, shown=found)

    def _laid(self, reading: Reading, width: int, look: Look) -> tuple[Reading, list[Line]]:
        if look.steps:
            from kfdesk.desk.conversation import stretches

            number, shown = reading.ticket.number, reading.stretch
            decided = self._source.do(lambda desk, _me: stretches.decided(desk, number, shown))
            reading = replace(reading, decided=decided)
        return reading, lay_out(reading, self.who, width, look)

    # --- on the screen

    def _look(self, *, same: bool = True) -> Look:
        view, found = self._conversation, self.finding
        unfolded = frozenset(view.unfolded) if same else frozenset[int]()
        marks = Marks(found.pattern if found else None, self.hits)
        return Look(
            unfolded | frozenset(found.messages if found else ()),
            view.everything and same,
            self.steps,
            marks,
            self.thumbnails.made,
        )

    def _picture(self) -> None:
        """Ask for the pictures that there are and are not shown yet; nobody waits for them."""
        if (reading := self.reading) is not None and self.thumbnails.missing(reading.stretch):
            work = self._pictured(reading)
            self._conversation.run_worker(work, group="pictures", exclusive=True)

    async def _pictured(self, reading: Reading) -> None:
        if await self.thumbnails.make(reading.stretch):
            async with self._turn:
                await self._refit()

    def _fill(self, reading: Reading | None, lines: list[Line]) -> None:
        self._head.show(reading, self.who, self.finding)
        self._facts.show(reading, self.who)
        self._conversation.show(reading, lines)


def _lasting(reading: Reading) -> Reading:
    """What is read, without what only time has changed: the panes count down by themselves."""
    clocks = (
        replace(clock, intervals=(), used=timedelta(), left=timedelta(), over=timedelta())
        if clock.runs
        else clock
        for clock in reading.clocks
    )
    return replace(reading, clocks=tuple(clocks))
