"""The one screen: what connects the panes with the desk, and keys with verbs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from rich.style import Style
from textual import events, on

from kfdesk.desk.conversation.spelling import Checker
from kfdesk.desk.teamwork.mentions import callable_names
from kfdesk.model import Ticket, TicketRow
from kfdesk.settings import Settings
from kfdesk.tui import verbs
from kfdesk.tui.acting import Soon
from kfdesk.tui.background.alerts import Alerts
from kfdesk.tui.background.memory import Memory
from kfdesk.tui.background.alerts import Alerts
from kfdesk.tui.background.poller import Poller
from kfdesk.tui.background.reload import Reload
from kfdesk.tui.background.sync import Sync
from kfdesk.tui.background.together import Together
from kfdesk.tui.browser import ask_server
from kfdesk.tui.kept import wish_of
from kfdesk.tui.keys import Keys
from kfdesk.tui.opened import Opened
from kfdesk.tui.panes import Panes
from kfdesk.tui.prompt import Prompt
from kfdesk.tui.queue.feed import Feed
from kfdesk.tui.queue.painter import Who
from kfdesk.tui.queue.queue import Queue
from kfdesk.tui.source import Source
from kfdesk.tui.status import Status
from kfdesk.tui.threads import Threads
from kfdesk.tui.ticket.composer import Composer
from kfdesk.tui.ticket.conversation import Conversation
from kfdesk.tui.ticket.facts import Head
from kfdesk.tui.ticket.follow import Follow
from kfdesk.tui.ticket.heading import Heading
from kfdesk.tui.ticket.tabs import Tabs
from kfdesk.tui.verbs import composing, listing, ordering, reading, spelling
from kfdesk.tui.verbs.kind import Work
from kfdesk.tui.views.counts import Counts
from kfdesk.tui.views.pane import Views

_POLL = 0.5
_FOLLOW_AFTER = 0.1
#: Keys that come faster than this are one question; a later one ends the question before it.
_SPELL_AFTER = 0.4
_FILTER_AFTER = 0.01


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
        self.checkers: dict[str, Checker] = {}  # of spelling, by language
        self.away = False  # this agent said so
        self.passing: tuple[int, str] | None = None  # the ticket that is passed on, and to whom
        self.early: list[tuple[str, str]] = []  # pressed before there was a desk
        self.opened = Opened(self)
        self.memory = Memory(self, kept)
        self.repeat: Callable[[Main], Work] | None = None  # the last change, for the ticket here
        self._following, self._filtering = Soon(self, _FOLLOW_AFTER), Soon(self, _FILTER_AFTER)
        self._offering, self._spelling = Soon(self, _FILTER_AFTER), Soon(self, _SPELL_AFTER)

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
        await self.poller.begin(source)
        await self.memory.restore()
        for action, argument in self.early:
            if (work := verbs.perform(self, action, argument)) is not None:
                await work

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

    def work_of(self, action: str, argument: str) -> Work:
        """Begin an action; return what is left of it to do."""
        if self.composer.opening:
            return None  # letters of the text that is about to be written are no commands
        self.opened.going(action)
        return verbs.perform(self, action, argument)

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
        self._follow_cursor()

    def sync_now(self) -> None:
        """Ask the child for a sync, where there is one."""
        if self.sync is not None:
            self.sync.now()
        elif self.app.is_web:
            ask_server(self.app)

    # --- what the panes say

    def on_queue_moved(self, event: Queue.Moved) -> None:
        """Follow the cursor once it rests, but never away from what is being read."""
        if not self.reading:
            self._following.ask(self._follow_cursor)
        if self.queue.marks.ranging:
            self.poller.say()  # how many are marked
        del event

    def _follow_cursor(self) -> None:
        if self.source is not None and not self.reading:
            self.attempt(self.follow.show(self.queue.listing.number))

    def on_queue_opened(self, event: Queue.Opened) -> None:
        """A click opens like Enter."""
        self.perform("ticket.open")
        del event

    def on_queue_sorted(self, event: Queue.Sorted) -> None:
        """A click on a heading sorts by its column; another one the other way."""
        self.attempt(ordering.by_column(self, event.column))

    def on_views_chosen(self, event: Views.Chosen) -> None:
        """A click on a view shows it."""
        self.perform("view.show", str(event.place))

    def on_queue_rows_wanted(self, event: Queue.RowsWanted) -> None:
        """Read rows that came into view."""
        if self.source is not None:
            self.attempt(self.feed.rows(event.numbers))

    def on_conversation_refit(self) -> None:
        """Lay the conversation out again."""
        if self.source is not None:
            self.attempt(self.follow.refit())

    def on_conversation_wanted(self, event: Conversation.Wanted) -> None:
        """Read another part of a long conversation."""
        if self.source is not None:
            self.attempt(reading.want(self, event.way))

    def on_conversation_clicked(self, event: Conversation.Clicked) -> None:
        """Show whole what was clicked."""
        if self.source is not None:
            self.attempt(reading.clicked(self, event.what, event.id, event.number))

    def on_composer_typed(self, event: Composer.Typed) -> None:
        """Keep a draft."""
        if self.source is not None:
            put = self.source.put_draft
            self.opened.drafted(event.number, event.text)
            kept = (event.number, event.kind, event.text, event.head)
            self.attempt(self.threads.write(put, *kept))

    def on_composer_checked(self) -> None:
        """Another text stands there: its spelling is looked at once the keys rest."""
        self._spelling.ask(lambda: self.attempt(spelling.look(self)))

    def on_heading_asked(self, event: Heading.Asked) -> None:
        """Say who may be meant, or which file."""
        self._offering.ask(lambda: self.attempt(composing.offer(self, event.name, event.text)))

    def on_heading_attached(self, event: Heading.Attached) -> None:
        """A file shall go with the letter."""
        self.attempt(composing.attach(self, event.path))

    def on_prompt_typed(self, event: Prompt.Typed) -> None:
        """A filter works as it is typed."""
        self._filtering.ask(lambda: self.attempt(listing.typed(self, event.kind, event.text)))

    def on_prompt_entered(self, event: Prompt.Entered) -> None:
        """The line is finished."""
        self._filtering.stop()
        self.attempt(listing.entered(self, event.kind, event.text))

    def on_prompt_left(self) -> None:
        """The line is given up."""
        self._filtering.stop()
        self.attempt(listing.given_up(self, self.prompt.kind))

    def say_keys(self) -> None:
        """Say which keys work here now."""
        self.poller.say_keys()

    @on(events.DescendantFocus)
    @on(events.DescendantBlur)
    def keys_go_elsewhere(self) -> None:
        """The line below says what works where the focus is now."""
        self.place_keys()
        self.say_keys()

    def on_resize(self) -> None:
        """Panes and lines fit the new size."""
        super().on_resize()
        self.poller.say()
        self.call_after_refresh(self.opened.say)

    def on_tabs_chosen(self, event: Tabs.Chosen) -> None:
        """A click on an open ticket goes there."""
        self.perform("ticket.open", str(event.number))
