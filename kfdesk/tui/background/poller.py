"""Looks at the store twice a second, and keeps the lines above and below up to date."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from kfdesk.i18n import _
from kfdesk.model import OutboxRow
from kfdesk.tui.background.notices import hear
from kfdesk.tui.background.sync import SyncState
from kfdesk.tui.frame.prompt import Line
from kfdesk.tui.keys.footer import hints, of_a_letter, typing
from kfdesk.tui.lines import when
from kfdesk.tui.screens.sheet import Sheet
from kfdesk.tui.source.source import Source

if TYPE_CHECKING:
    from kfdesk.tui.main import Main


#: So many looks what was done is told.
_TOLD = 10


class Poller:
    """What happens by itself: another process's changes, time that passes, what the child says."""

    def __init__(self, main: Main) -> None:
        self.held: OutboxRow | None = None  # the reply that can still be taken back
        self.working: tuple[int, int] | None = None  # of a change to many tickets, how far it is
        self._told, self._tells = "", 0  # what was done, and for how many looks it is told
        self._main = main
        self._counter: int | None = None
        self._polling = False
        self._ticks = 0

    async def begin(self, source: Source) -> None:
        """Remember where the store stands before anything of it is shown."""
        self._counter = await self._main.threads.read(source.counter)
        await self._hear(source)
        await self._main.together.hear()

    async def _hear(self, source: Source) -> None:
        """Show what this agent was told, with a bell; and whether they are away."""
        main = self._main
        main.away = await main.threads.read(source.away)
        if told := await main.threads.read(source.notices):
            hear(main, told)
            await main.threads.write(source.seen, [notice.id for notice in told])

    def tick(self) -> None:
        """One look."""
        main = self._main
        # Nothing moves while a line is typed: it is about the ticket under the cursor.
        if main.source is not None and not self._polling and not main.prompt.display:
            self._polling = True
            main.attempt(self._poll(main.source))
        if self.held is not None and self.held.not_before <= main.who.now():
            self.held = None
        self._tells = max(0, self._tells - 1)
        self._ticks += 1
        if main.source is not None and self._ticks % 2:
            main.attempt(main.reload.look(main.source))
        main.together.tick()
        main.alerts.tick()
        main.memory.tick()
        main.composer.tick(main.who.now())
        main.queue.tick()
        main.facts.tick()
        if isinstance(screen := main.app.screen, Sheet):
            screen.tick()
        self.say()

    async def _poll(self, source: Source) -> None:
        """Ask again what is shown, if anybody has committed anything."""
        main = self._main
        try:
            before, self._counter = self._counter, await main.threads.read(source.counter)
            if before != self._counter:
                await asyncio.gather(
                    main.feed.refresh(),
                    main.follow.changed(),
                    main.together.hear(),
                    self._hear(source),
                    main.opened.refresh(),
                    self._over(),
                )
                main.counts.overdue = True
            elif main.feed.overdue:
                await main.feed.refresh()
            elif self.held is not None:
                await main.follow.refit()  # its line counts down
            self.say()
        finally:
            self._polling = False
        if main.counts.overdue:
            main.attempt(main.counts.refresh())

    async def _over(self) -> None:
        """A screen over the panes reads again what it shows."""
        if isinstance(screen := self._main.app.screen, Sheet):
            await screen.changed()

    def tell(self, text: str) -> None:
        """Say in the line below, for a while, what was done."""
        self._told, self._tells = text, _TOLD

    def synced(self, state: SyncState) -> None:
        """The child that syncs has said something."""
        self._main.status.sync = state
        self.say()

    def say(self) -> None:
        """Bring both lines up to date."""
        main = self._main
        if main.is_running:
            complete = main.source is not None and main.feed.complete
            now = main.who.now()
            where = main.status.where(
                main.queue.listing,
                now,
                complete=complete,
                away=main.away,
                marks=main.queue.marks,
                tabs=not main.views.display,
            )
            main.views.offer(main.status.catalogue, main.status.shown)
            main.above.show(where, main.size.width, main.alerts.flash)
            main.wrong.show(main.reload.error, main.size.width)
            self.say_keys()

    def say_keys(self) -> None:
        """Say the keys of the pane that has the focus, and what is waiting to leave."""
        main = self._main
        waiting = self._told if self._tells else ""
        if self.held is not None:
            waiting = _("#{number} leaves in {time}, u takes it back").format(
                number=self.held.ticket, time=when.span(self.held.not_before - main.who.now())
            )
        if self.working is not None:
            done, total = self.working
            waiting = _("changing tickets: {done} of {total}").format(done=done, total=total)
        words = of_a_letter(main.composer.kind)
        said = typing() if isinstance(main.focused, Line) else hints(main.scope, main.keys, words)
        main.below.show(said, main.size.width, waiting)
