"""The tickets that are open, with what is told of them, and the way between the places one was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kfdesk.tui.memory.places import Place, Row, Way
from kfdesk.tui.ticket.tabs import Tab

if TYPE_CHECKING:
    from kfdesk.tui.main import Main

#: What leads elsewhere: the place that was left can be gone back to.
_GOING = frozenset(
    {
        *("ticket.open", "ticket.number", "ticket.next", "ticket.previous", "open.close"),
        *("open.next", "open.previous", "queue.filter", "pane.queue"),
        *("view.show", "view.next", "view.previous"),
    }
)


class Opened:
    """Keeps the row above the conversation right."""

    def __init__(self, main: Main) -> None:
        self.row, self.way = Row(), Way()
        self.gone_on: int | None = None  # the ticket that being done with it led away from
        self._main = main
        self._tabs: dict[int, Tab] = {}

    @property
    def place(self) -> Place:
        """Where one is."""
        main = self._main
        status, read = main.status, main.follow.number if main.reading else None
        return Place(status.views[status.view].name, status.query, main.queue.listing.number, read)

    def going(self, action: str) -> None:
        """An action is done: where it leads elsewhere, one can come back."""
        if action in _GOING and self._main.source is not None:
            self.gone_on = None
            self.way.leave(self.place)

    def visit(self, number: int, instead: int | None = None) -> None:
        """A ticket is read."""
        self.row.visit(number, instead, [n for n, tab in self._tabs.items() if tab.draft])
        self.say()
        if number not in self._tabs and len(self.row.numbers) > 1:
            self._main.attempt(self.refresh())

    async def refresh(self) -> None:
        """Read again what is told of each."""
        main, numbers = self._main, list(self.row.numbers)
        if main.source is None or len(numbers) < 2:
            return
        rows = await main.threads.read(main.source.rows, numbers)
        drafted = await main.threads.read(main.source.drafted, numbers)
        self._tabs = {
            row.number: Tab(row.number, row.subject, row.number in drafted) for row in rows
        }
        self.say()

    def drafted(self, number: int, text: str) -> None:
        """A draft was kept, or is gone."""
        if (tab := self._tabs.get(number)) and tab.draft != bool(text):
            self._tabs[number] = Tab(number, tab.subject, bool(text))
            self.say()

    def say(self) -> None:
        """Show the row."""
        main = self._main
        if main.source is None:
            return
        tabs = [self._tabs.get(number) or Tab(number) for number in self.row.numbers]
        width = main.query_one("#middle").size.width
        main.tabs.show(tabs, main.follow.number, width)
