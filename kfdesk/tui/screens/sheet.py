"""A screen over the panes: a title, a body, and the keys that work there, from the registry."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

from rich.style import Style
from textual.app import ComposeResult
from textual.widget import Widget

from kfdesk.actions import Scope, find
from kfdesk.errors import KfdeskError
from kfdesk.number import looks_like
from kfdesk.tui import verbs
from kfdesk.tui.acting import Acting
from kfdesk.tui.frame.bars import Bar
from kfdesk.tui.frame.prompt import Line, Prompt
from kfdesk.tui.frame.ring import Ring
from kfdesk.tui.keys.footer import Below, Goings, hints
from kfdesk.tui.lines.content import content, notify
from kfdesk.tui.lines.page import Page
from kfdesk.tui.lines.table import Table
from kfdesk.tui.outside.browser import allow
from kfdesk.tui.verbs import commanding
from kfdesk.tui.verbs.kind import Work

if TYPE_CHECKING:
    from kfdesk.tui.console import Console
    from kfdesk.tui.main import Main

T = TypeVar("T")


class Sheet(Acting[T]):
    """Shows something else than tickets; `q` and Esc lead back to where one was.

    A sheet says its `scope`, its `title_parts`, its body (`parts`) and its `VERBS`; what they do
    not know is done as on the main screen.
    """

    scope_of_keys: ClassVar[Scope] = Scope.SHEET
    #: What stands in the line of `/` when it opens.
    sought = ""
    #: What the actions of the sheet's scope do, by their ids; the second argument is the action's.
    VERBS: ClassVar[Mapping[str, Callable[[Any, str], Work]]] = {}

    def __init__(self, main: Main) -> None:
        super().__init__()
        self.main = main
        self.head = Bar(classes="sheet-head", markup=False)
        self.below = Below(classes="sheet-keys", markup=False)
        self.prompt, self.goings = Prompt(), Goings()

    # --- what a sheet says of itself

    def title_parts(self) -> list[str | tuple[str, str]]:
        """What the line above says."""
        raise NotImplementedError

    def parts(self) -> ComposeResult:
        """The body."""
        raise NotImplementedError

    async def load(self) -> None:
        """Read what is shown: when the sheet opens, and whenever the store has changed."""

    async def changed(self) -> None:
        """The store has changed."""
        await self.load()

    def tick(self) -> None:
        """Half a second has passed."""

    def open(self) -> Work:
        """Open what the cursor is on, where there is something: Enter, or a second click."""
        return None

    def filtered(self, text: str) -> None:
        """A text to look for stands behind the `/`."""

    # --- what every sheet does

    @property
    def scope(self) -> Scope:
        """Where the keys go: to a line that is typed, or to the sheet."""
        if isinstance(self.focused, Ring):
            return Scope.CALL
        return Scope.GLOBAL if isinstance(self.focused, Line) else self.scope_of_keys

    @property
    def body(self) -> Page | Table:
        """What movements are for: what has the focus, else the first that can move."""
        if isinstance(self.focused, Page | Table):
            return self.focused
        return cast("Page | Table", self.query("Page, Table").first(Widget))

    def compose(self) -> ComposeResult:
        """The body between a title and the keys."""
        yield self.head
        yield from self.parts()
        yield self.prompt
        yield self.goings
        yield self.below

    def on_mount(self) -> None:
        """Show what there is."""
        self.set_focus(self.body)
        self.say()
        self.attempt(self.load())
        self.begin()

    def begin(self) -> None:
        """What else is done once the sheet stands."""

    def on_resize(self) -> None:
        """Everything fits its words to the width."""
        self.say()
        self.call_after_refresh(self.lay_out)

    def lay_out(self) -> None:
        """Make the lines of what is shown for the width that there is now."""

    def say(self) -> None:
        """Bring the title and the keys up to date."""
        self.head.say(content(" ", *self.title_parts()))
        self.say_keys()

    def say_keys(self) -> None:
        """Say which keys work here now."""
        self.below.show(hints(self.scope, self.main.keys), self.size.width)

    def work_of(self, action: str, argument: str) -> Work:
        """Begin an action: the sheet's own, one of every sheet, or one of the main screen."""
        allow(self.app, action)
        if verb := self.VERBS.get(action) or _COMMON.get(action):
            return verb(self, argument)
        if action.startswith("move."):
            self.body.move(action.removeprefix("move."))
            return None
        return verbs.perform(self.main, action, argument)

    def restyle(self, palette: Mapping[str, Style]) -> None:
        """Paint with another palette."""
        for page in self.query(Page):
            page.restyle(palette)
        for table in self.query(Table):
            table.restyle(palette)

    def look(self, way: str) -> None:
        """Give the keys to the next part of the body, or to the one before."""
        (self.focus_next if way == "next" else self.focus_previous)("Page, Table")

    def leave(self) -> None:
        """Back to where one was."""
        self.dismiss(None)

    def open_ticket(self, number: int) -> None:
        """Leave all sheets, and read a ticket."""
        app = cast("Console", self.app)
        app.to_main()
        self.main.perform("ticket.open", str(number))

    def on_descendant_focus(self) -> None:
        """The line below says what works where the focus is now."""
        self.say_keys()

    def on_page_widened(self) -> None:
        """The panes of a sheet get their sizes one after another."""
        self.lay_out()

    def on_table_chosen(self) -> None:
        """A second click opens like Enter."""
        self.perform("sheet.open")

    def on_prompt_typed(self, event: Prompt.Typed) -> None:
        """What is looked for is found as it is typed."""
        if event.kind == "find":
            self.filtered(event.text.strip())
        elif event.kind == "command":
            self.attempt(commanding.offer(self.main, self.prompt))

    def on_prompt_entered(self, event: Prompt.Entered) -> None:
        """The line is finished: a command is run."""
        self._close_prompt()
        words = event.text.split(maxsplit=1)
        if event.kind != "command" or not words:
            return
        try:
            if looks_like(words[0]):
                self.open_ticket_named(words[0])
            else:
                self.perform(find(words[0]).id, *words[1:])
        except KfdeskError as error:
            notify(self.app, str(error), "error")

    def open_ticket_named(self, text: str) -> None:
        """Leave all sheets, and read the ticket that was typed."""
        cast("Console", self.app).to_main()
        self.main.perform("ticket.open", text)

    def on_prompt_left(self) -> None:
        """The line is given up: everything is shown again."""
        finding = self.prompt.kind == "find"
        self._close_prompt()
        if finding:
            self.filtered("")

    def _close_prompt(self) -> None:
        self.prompt.close()
        self.set_focus(self.body)


#: What the actions of every sheet do.
_COMMON: Mapping[str, Callable[[Sheet[Any], str], Work]] = {
    "sheet.open": lambda sheet, _argument: sheet.open(),
    "sheet.find": lambda sheet, _argument: sheet.prompt.ask("find", "/ ", sheet.sought),
    "pane.next": lambda sheet, _argument: sheet.look("next"),
    "pane.previous": lambda sheet, _argument: sheet.look("previous"),
    "console.back": lambda sheet, _argument: sheet.leave(),
    "console.close": lambda sheet, _argument: sheet.leave(),
    "console.command": lambda sheet, _argument: sheet.prompt.ask("command", ": ", ""),
}
