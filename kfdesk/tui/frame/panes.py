"""The panes and where the keys go: side by side, one above another, or one at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from rich.style import Style
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from kfdesk.actions import Scope
from kfdesk.tui.acting import Acting
from kfdesk.tui.frame.bars import Above, Wrong
from kfdesk.tui.frame.divider import Divider
from kfdesk.tui.frame.layout import Layout, Pane, Wish, lay_out, share_at
from kfdesk.tui.frame.prompt import Line, Prompt
from kfdesk.tui.frame.ring import Ring
from kfdesk.tui.keys.footer import Below, Goings
from kfdesk.tui.queue.painter import Who
from kfdesk.tui.queue.queue import Queue
from kfdesk.tui.ticket.composer import Composer, Review
from kfdesk.tui.ticket.conversation import Conversation
from kfdesk.tui.ticket.draft import Draft
from kfdesk.tui.ticket.facts import Facts, Head
from kfdesk.tui.ticket.field import Field
from kfdesk.tui.ticket.tabs import Tabs
from kfdesk.tui.views.pane import Views


class Panes(Acting[None]):
    """Queue, conversation with composer, facts; between a line above and two lines below."""

    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012 -- as Screen declares it
        (0, "-narrow"),
        (100, "-medium"),
        (150, "-wide"),
    ]

    def __init__(self, who: Who, palette: Mapping[str, Style], wish: Wish) -> None:
        super().__init__()
        self.who = who
        self.wish = wish
        self.at: Pane = "queue"  # the pane that has the keys, or gets them back from a line
        self.laid_out: Layout | None = None
        self.views = Views(palette)
        self.queue, self.divider = Queue(who, palette), Divider()
        self.tabs = Tabs()
        self.conversation, self.facts = Conversation(palette), Facts()
        self.wrong = Wrong(id="wrong", markup=False)
        self.composer, self.prompt, self.goings = Composer(), Prompt(), Goings()
        self.above, self.below = Above(id="above", markup=False), Below(id="below", markup=False)

    def compose(self) -> ComposeResult:
        """The panes between two lines."""
        yield self.above
        yield self.wrong
        with Horizontal(id="panes"):
            yield self.views
            yield self.queue
            yield self.divider
            with Vertical(id="middle"):
                yield self.tabs
                yield Head(id="head", markup=False)
                yield self.conversation
                yield self.composer
            yield self.facts
        yield self.prompt
        yield self.goings
        yield self.below

    # --- which of them are there

    def fit_panes(self) -> None:
        """Show the panes that there is room for, as large as was wished."""
        room = self.query_one("#panes").size
        writing = self.composer.display
        wanted = lay_out(room.width, room.height, self.wish, self.at, writing=writing)
        if wanted == self.laid_out or not room:
            return
        self.laid_out = wanted
        panes, middle, queue = self.query_one("#panes"), self.query_one("#middle"), self.queue
        panes.styles.layout = "vertical" if wanted.stacked else "horizontal"
        # What is shown comes before what is hidden: the keys are never in a pane that has gone.
        middle.display, queue.display = wanted.middle, bool(wanted.queue)
        queue.styles.width = "100%" if wanted.stacked else wanted.queue
        queue.styles.height = wanted.queue if wanted.stacked else "100%"
        self.divider.display = wanted.divided
        self.divider.set_class(wanted.stacked, "-lying")
        self.views.display, self.views.styles.width = bool(wanted.views), wanted.views
        self.facts.display = bool(wanted.facts)
        self.facts.styles.width = wanted.facts

    def wish_for(self, wish: Wish) -> None:
        """Choose other sizes."""
        self.wish = wish
        self.fit_panes()

    def on_divider_dragged(self, event: Divider.Dragged) -> None:
        """The divider stands where the mouse is."""
        region = self.queue.region.union(self.query_one("#middle").region)
        beside = event.to - region.offset
        lying = self.divider.has_class("-lying")
        place, room = (beside.y, region.height) if lying else (beside.x, region.width)
        self.wish_for(replace(self.wish, share=share_at(place, room)))

    def on_resize(self) -> None:
        """Fit the panes to another size."""
        self.call_after_refresh(self.fit_panes)

    # --- where the keys go

    @property
    def scope(self) -> Scope:
        """Where the keys go."""
        match self.focused:
            case Conversation() | Facts():
                return Scope.CONVERSATION
            case Draft() | Field():
                return Scope.COMPOSER
            case Review():
                return Scope.REVIEW
            case Line():
                return Scope.GLOBAL
            case Ring():
                return Scope.CALL
            case Views():
                return Scope.VIEWS
            case _:
                return Scope.QUEUE

    @property
    def pane(self) -> Views | Queue | Conversation | Facts:
        """The pane that movements are for."""
        if self.focused is self.views:
            return self.views
        if self.focused is self.facts:
            return self.facts
        return self.conversation if self.scope is Scope.CONVERSATION else self.queue

    @property
    def reading(self) -> bool:
        """Whether a ticket is read; else the queue is looked through."""
        return self.has_class("-reading")

    def place_keys(self) -> None:
        """The focus has moved, by key or mouse: it says what is read, and what is shown."""
        if self.focused is self.queue:
            self.remove_class("-reading")
            self.at = "queue"
        elif self.focused is self.views:
            self.remove_class("-reading")
            self.at = "views"
        elif self.scope not in (Scope.QUEUE, Scope.GLOBAL):
            self.add_class("-reading")
            self.at = "facts" if self.focused is self.facts else "middle"
        self.fit_panes()

    def refocus(self) -> None:
        """Give the keys back to the pane that had them."""
        if self.at == "views":
            self.set_focus(self.views)
        elif self.at == "facts":
            self.set_focus(self.facts)
        elif self.composer.display:
            self.composer.edit()
        else:
            self.set_focus(self.conversation if self.reading else self.queue)
