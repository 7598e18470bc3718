"""Where the console is: its views, the filter, and how the last sync went."""

from __future__ import annotations

from datetime import datetime

from kfdesk.i18n import _
from kfdesk.settings import Settings, View
from kfdesk.tui.background.sync import SyncState
from kfdesk.tui.bars import Where
from kfdesk.tui.queue.listing import Listing


def views(settings: Settings) -> tuple[View, ...]:
    """What is open first, on 0; then the configuration's views, or a few that everybody needs."""
    own = settings.views or (
        View("mine", _("Mine"), "is:open assignee:me"),
        View("unassigned", _("Unassigned"), "is:open is:unassigned"),
        View("all", _("All"), ""),
    )
    return (View("open", _("Open"), "is:open"), *own[:9])


class Status:
    """What the line above says, put together."""

    def __init__(self, settings: Settings) -> None:
        self.views = views(settings)
        self.view = 0
        self.query = self.views[0].query
        self.sync: SyncState | None = None
        self._desk = settings.desk.name

    def take(self, settings: Settings) -> bool:
        """Go on under another configuration; True where another list is to be shown."""
        before, filtered = self.views[self.view], self.query != self.views[self.view].query
        self._desk = settings.desk.name
        self.views = views(settings)
        names = [view.name for view in self.views]
        self.view = names.index(before.name) if before.name in names else 0
        if filtered or self.views[self.view] == before:
            return False
        self.query = self.views[self.view].query
        return True

    def where(
        self, listing: Listing, now: datetime, *, complete: bool, away: bool, marked: int
    ) -> Where:
        """The words for this moment."""
        return Where(
            desk=self._desk,
            views=self.views,
            view=self.view,
            query=self.query,
            count=len(listing.ids),
            more=not complete,
            arrived=len(listing.arrived),
            away=away,
            marked=marked,
            sync=self.sync.words(now) if self.sync else "",
            trouble=bool(self.sync and self.sync.trouble),
        )
