"""Where the console is: its views, the filter, and how the last sync went."""

from __future__ import annotations

from datetime import datetime

from kfdesk.settings import Settings, View
from kfdesk.tui.background.sync import SyncState
from kfdesk.tui.frame.bars import Where
from kfdesk.tui.queue.listing import Listing
from kfdesk.tui.queue.marks import Marks
from kfdesk.tui.views.catalogue import catalogue


class Status:
    """What the line above says, put together."""

    def __init__(self, settings: Settings) -> None:
        self.catalogue = catalogue(settings)
        self.view = 0
        self.query = self.views[0].query
        self.sync: SyncState | None = None
        self._desk = settings.desk.name

    @property
    def views(self) -> tuple[View, ...]:
        """The views; those that a digit shows come first."""
        return self.catalogue.views

    @property
    def shown(self) -> int | None:
        """The view that the queue shows; None where it shows another query."""
        return self.view if self.query == self.views[self.view].query else None

    def take(self, settings: Settings) -> bool:
        """Go on under another configuration; True where another list is to be shown."""
        before, filtered = self.views[self.view], self.query != self.views[self.view].query
        self._desk = settings.desk.name
        self.catalogue = catalogue(settings)
        names = [view.name for view in self.views]
        self.view = names.index(before.name) if before.name in names else 0
        if filtered or self.views[self.view] == before:
            return False
        self.query = self.views[self.view].query
        return True

    def where(
        self,
        listing: Listing,
        now: datetime,
        *,
        complete: bool,
        away: bool,
        marks: Marks,
        tabs: bool,
    ) -> Where:
        """The words for this moment; without `tabs` only the view that is shown is named."""
        return Where(
            desk=self._desk,
            views=self.views,
            view=self.view,
            query=self.query,
            count=len(listing.ids),
            more=not complete,
            arrived=len(listing.arrived),
            away=away,
            marked=len(marks),
            ranging=marks.ranging,
            tabs=self.catalogue.tabs if tabs else 0,
            sync=self.sync.words(now) if self.sync else "",
            trouble=bool(self.sync and self.sync.trouble),
        )
