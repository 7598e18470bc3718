"""What the panes say, led to the verbs that do something about it."""

from __future__ import annotations

from typing import Any

from textual import events, on

from kfdesk.tui.acting import Soon
from kfdesk.tui.frame.prompt import Prompt
from kfdesk.tui.main import Main
from kfdesk.tui.queue.queue import Queue
from kfdesk.tui.source.source import Source
from kfdesk.tui.ticket.composer import Composer
from kfdesk.tui.ticket.conversation import Conversation
from kfdesk.tui.ticket.heading import Heading
from kfdesk.tui.ticket.tabs import Tabs
from kfdesk.tui.verbs import composing, listing, ordering, reading, spelling
from kfdesk.tui.views.pane import Views

_FOLLOW_AFTER = 0.1
#: Keys that come faster than this are one question; a later one ends the question before it.
_SPELL_AFTER = 0.4
_FILTER_AFTER = 0.01


class Hearing(Main):
    """The one screen as it is shown: each message of a pane has one answer."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._following, self._filtering = Soon(self, _FOLLOW_AFTER), Soon(self, _FILTER_AFTER)
        self._offering, self._spelling = Soon(self, _FILTER_AFTER), Soon(self, _SPELL_AFTER)

    def on_queue_moved(self, event: Queue.Moved) -> None:
        """Follow the cursor once it rests, but never away from what is being read."""
        if not self.reading:
            self._following.ask(self.follow_cursor)
        if self.queue.marks.ranging:
            self.poller.say()  # how many are marked
        del event

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
            self.opened.drafted(event.number, event.text)
            self.attempt(self._keep(self.source, event))

    async def _keep(self, source: Source, event: Composer.Typed) -> None:
        """Keep a draft; it is said to be kept once it is."""
        number, kind = event.number, event.kind
        await self.threads.write(source.put_draft, number, kind, event.text, event.head)
        self.composer.kept(number, kind)

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

    @on(events.DescendantFocus)
    @on(events.DescendantBlur)
    def keys_go_elsewhere(self) -> None:
        """The line below says what works where the focus is now."""
        self.place_keys()
        self.say_keys()

    def on_resize(self) -> None:
        """Lines fit the new size, as the panes do."""
        self.poller.say()
        self.call_after_refresh(self.opened.say)

    def on_tabs_chosen(self, event: Tabs.Chosen) -> None:
        """A click on an open ticket goes there."""
        self.perform("ticket.open", str(event.number))
