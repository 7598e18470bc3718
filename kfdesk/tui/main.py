"""The one screen: what connects the panes with the desk, and keys with verbs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, cast

from rich.style import Style

from kfdesk.desk.conversation.spelling import Checkers
from kfdesk.desk.teamwork.mentions import callable_names
from kfdesk.model import Ticket, TicketRow
from kfdesk.settings import Settings
from kfdesk.tui import verbs
from kfdesk.tui.background.alerts import Alerts
from kfdesk.tui.background.poller import Poller
from kfdesk.tui.background.reload import Reload
from kfdesk.tui.background.sync import Sync
from kfdesk.tui.background.together import Together
from kfdesk.tui.frame.panes import Panes
from kfdesk.tui.frame.status import Status
from kfdesk.tui.keys.keymap import Keys
from kfdesk.tui.memory.kept import wish_of
from kfdesk.tui.memory.memory import Memory
from kfdesk.tui.memory.opened import Opened
from kfdesk.tui.outside.browser import ask_server
from kfdesk.tui.queue.feed import Feed
from kfdesk.tui.queue.painter import Who
from kfdesk.tui.source.source import Source
from kfdesk.tui.source.threads import Threads
from kfdesk.tui.ticket.facts import Head
from kfdesk.tui.ticket.follow import Follow
from kfdesk.tui.verbs.kind import Work
from kfdesk.tui.views.counts import Counts

if TYPE_CHECKING:
    from kfdesk.tui.console import Console

_POLL = 0.5


class Main(Panes):
    """Holds the panes together: passes keys to verbs, and what is read to the panes."""

    def __init__(
        self,
        settings: Settings,
        who: Who,
        keys: Keys,
        palette: Mapping[str, Style],
        threads: Threads,
        kept: Mapping[str, Any],
    ) -> None:
        super().__init__(who, palette, wish_of(kept))
        self.settings: Settings = settings
        self.keys, self.threads = keys, threads
        self.composer.names = callable_names(settings)
        self.palette = palette
        self.source: Source | None = None
        self.sync: Sync | None = None
        self.status: Status = Status(settings)
        self.queue.choose(settings.ui.columns)
        self.reload = Reload(self)
        self.counts = Counts(self)
        self.poller = Poller(self)
        self.together = Together(self)
        self.alerts = Alerts(self)
        self.checkers = Checkers()  # of spelling
        self.away = False  # this agent said so
        self.passing: tuple[int, str] | None = None  # the ticket that is passed on, and to whom
        self.beginning = True  # the desk is not shown yet
        self.opened = Opened(self)
        self.memory = Memory(self, kept)
        self.repeat: Callable[[Main], Work] | None = None  # the last change, for the ticket here

    def on_mount(self) -> None:
        """Begin in the queue."""
        self.set_focus(self.queue)
        self.set_interval(_POLL, self.poller.tick)
        self.poller.say()

    # --- the desk

    def attach(self, source: Source) -> None:
        """The desk is open: show it, and follow its changes."""
        self.source = source
        panes = (self.query_one(Head), self.conversation, self.facts)
        self.feed = Feed(self.queue, source, self.threads)
        self.follow = Follow(panes, self.who, source, self.threads)
        self.attempt(self._begin(source))

    async def _begin(self, source: Source) -> None:
        try:
            await self.poller.begin(source)
            await self.memory.restore()
        finally:
            self.beginning = False
            self.take_held()

    async def show(self, query: str, *, typing: bool = False, top: bool = True) -> bool:
        """List a query's tickets; False if it is wrong."""
        shown = await self.feed.show(query, typing=typing, top=top)
        self.status.query, self.follow.hits = self.feed.query, self.queue.looked.hits
        self.poller.say()
        return shown

    def look(self, who: Who) -> None:
        """Show everything as somebody sees it who goes by another configuration."""
        self.who = who
        self.queue.look(who)
        self.follow.who = who

    async def say_anew(self) -> None:
        """Say everything again: another language is spoken."""
        self.status.take(self.settings)
        self.look(self.who)
        await self.refresh_all()

    async def refresh_all(self) -> None:
        """Something was changed here: show it at once."""
        await asyncio.gather(
            self.feed.refresh(now=True), self.follow.refresh(), self.opened.refresh()
        )
        self.poller.say()
        self.attempt(self.counts.refresh(now=True))

    # --- keys

    @property
    def waiting(self) -> bool:
        """Whether what is typed has to wait: there is no desk yet, or no composer."""
        return self.source is None or self.beginning or self.composer.opening

    def take_held(self) -> None:
        """Take what was typed meanwhile."""
        self.app.call_later(cast("Console", self.app).held.release)

    def work_of(self, action: str, argument: str) -> Work:
        """Begin an action; return what is left of it to do."""
        if self.composer.opening:
            return None  # a click, for keys wait
        self.opened.going(action)
        return verbs.perform(self, action, argument)

    def take_file(self, path: str, number: int) -> None:
        """A file has come from the page, for the letter on a ticket."""
        self.attempt(verbs.composing.attach_sent(self, path, number))

    @property
    def number(self) -> int | None:
        """The ticket that keys are for: the one that is read, else the one under the cursor."""
        if not self.reading or self.source is None:
            return self.queue.listing.number
        return self.follow.number

    @property
    def ticket(self) -> TicketRow | Ticket | None:
        """What is known of that ticket."""
        if not self.reading or self.source is None:
            return self.queue.row
        return self.follow.reading.ticket if self.follow.reading else None

    def leave(self) -> None:
        """Back to the queue."""
        self.remove_class("-reading")
        self.set_focus(self.queue)
        self.follow_cursor()

    async def keep_draft(self) -> None:
        """Keep what is being written, however the console ends."""
        if self.source is not None and (left := self.composer.left()) is not None:
            await self.threads.write(self.source.put_draft, *left)

    def sync_now(self) -> None:
        """Ask the child for a sync, where there is one."""
        if self.sync is not None:
            self.sync.now()
        elif self.app.is_web:
            ask_server(self.app, "sync")

    def follow_cursor(self) -> None:
        """Show the ticket under the cursor, unless one is read."""
        if self.source is not None and not self.reading:
            self.attempt(self.follow.show(self.queue.listing.number))

    def say_keys(self) -> None:
        """Say which keys work here now."""
        self.poller.say_keys()
