"""One thing out of a few, found by typing: agents, statuses, actions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from rich.cells import cell_len
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from kfdesk.cells import fit, fit_most
from kfdesk.i18n import _
from kfdesk.tui.frame.prompt import Line
from kfdesk.tui.lines.content import content
from kfdesk.tui.pickers.fuzzy import score
from kfdesk.tui.screens.once import Once

#: The cells beside a line: the box, its edges, the bar of a long list.
_AROUND = 8
#: A terminal of fewer lines has none to spare around a picker.
_SHORT = 20
#: The most lines that are shown below a list.
_BELOW = 16


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to pick: its value, its words, a word more at the right; `words` find it too."""

    value: str
    title: str
    more: str = ""
    style: str = ""
    words: str = ""


def _keys() -> Content:
    """The keys that work in any of them."""
    return content((_("↑↓ choose · Enter take · Esc back"), "$ink-muted"))


def _looked_in(one: Choice) -> str:
    return f"{one.title} {one.more} {one.value} {one.words}"


class Picker(Once[str | None], ModalScreen[str | None]):
    """A list that narrows as one types; Enter takes, Esc leaves."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", show=False),
        Binding("down,ctrl+n", "move(1)", show=False, priority=True),
        Binding("up,ctrl+p", "move(-1)", show=False, priority=True),
        Binding("pagedown", "move(8)", show=False, priority=True),
        Binding("pageup", "move(-8)", show=False, priority=True),
    ]

    #: The cells of a line and the lines of the list, where the terminal has them.
    room, lines = 44, 16

    def __init__(self, title: str, choices: Sequence[Choice], current: str | None = "") -> None:
        super().__init__()
        self._title = title
        self._choices = choices
        self._shown = list(choices)
        self._current = current

    def compose(self) -> ComposeResult:
        """A title, the line, the list."""
        with Vertical(id="picker") as box:
            box.border_subtitle = _keys()
            yield from self.parts()

    def parts(self) -> ComposeResult:
        """What stands in it, from the top."""
        yield Static(content((self._title, "bold")), id="picker-title", markup=False)
        yield Line(id="picker-input", compact=True, placeholder=_("type to find"))
        yield OptionList(id="picker-list", compact=True, markup=False)

    def on_mount(self) -> None:
        """Offer everything, beginning at what is set now."""
        self._fill()
        values = [choice.value for choice in self._shown]
        if self._current is None:
            self.query_one(OptionList).highlighted = None
        elif self._current in values:
            self.query_one(OptionList).highlighted = values.index(self._current)

    def on_resize(self) -> None:
        """Fit the lines again; the cursor stays where it is."""
        self.fit_lines()
        listed = self.query_one(OptionList)
        here = listed.highlighted
        self._fill()
        listed.highlighted = here

    @property
    def free(self) -> int:
        """The lines that the terminal has for a list and what stands below it."""
        height = self.app.size.height
        return height - 4 if height < _SHORT else height * 8 // 10 - 6

    def fit_lines(self) -> None:
        """Give the list the lines that there are: the cursor is never out of sight."""
        self.set_class(self.app.size.height < _SHORT, "-short")
        self.query_one(OptionList).styles.max_height = min(self.lines, self.free)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrow the list."""
        event.stop()
        self.typed(event.value)

    def typed(self, text: str) -> None:
        """Another text stands in the line."""
        self._shown = self.narrowed(text)
        self._fill()

    def narrowed(self, text: str) -> list[Choice]:
        """What is left of the list where that is typed, the nearest first."""
        if not text.strip():
            return list(self._choices)
        scored = [(one, score(text, _looked_in(one))) for one in self._choices]
        found = [(one, points) for one, points in scored if points is not None]
        return [one for one, _points in sorted(found, key=lambda each: -each[1])]

    @property
    def chosen(self) -> Choice | None:
        """The one under the cursor."""
        at = self.query_one(OptionList).highlighted
        return self._shown[at] if at is not None and at < len(self._shown) else None

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take the one under the cursor."""
        event.stop()
        if (choice := self.chosen) is not None:
            self.take(choice)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Take the one that was clicked, if the list has not been narrowed since."""
        event.stop()
        if event.option in event.option_list.options:
            self.take(self._shown[event.option_index])

    def take(self, choice: Choice) -> None:
        """One was chosen."""
        self.dismiss(choice.value)

    def on_prompt_left(self) -> None:
        """Leave without taking any."""
        self.dismiss(None)

    def action_leave(self) -> None:
        """Leave without taking any."""
        self.dismiss(None)

    def check_action(self, action: str, _parameters: tuple[object, ...]) -> bool:
        """The list is moved in from when it is there until it has gone; leaving is always."""
        return action == "leave" or bool(self.query(OptionList))

    def action_move(self, by: int) -> None:
        """Move the cursor of the list while the line keeps the keys."""
        listed = self.query_one(OptionList)
        if self._shown:
            here = listed.highlighted
            if here is None:
                here, by = 0, 0
            listed.highlighted = max(0, min(here + by, len(self._shown) - 1))

    def _fill(self) -> None:
        listed = self.query_one(OptionList)
        listed.clear_options()
        room = min(self.room, self.app.size.width * 96 // 100 - _AROUND)
        for choice in self._shown:
            # A word more never takes more than half of the line from what it is of.
            more = fit_most(choice.more, room // 2 if cell_len(choice.title) > room // 2 else room)
            mark = "• " if choice.value == self._current else "  "
            title = fit(choice.title, room - cell_len(more) - 3)
            listed.add_option(
                Option(
                    content((mark, "$primary"), (title, choice.style), (f" {more}", "$ink-muted"))
                )
            )
        listed.highlighted = 0 if self._shown else None


class Previewed(Picker):
    """A picker that shows below its list what the one under the cursor is."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("shift+down", "read(1)", show=False, priority=True),
        Binding("shift+up", "read(-1)", show=False, priority=True),
    ]

    room, lines = 68, 7

    def fit_lines(self) -> None:
        """Half of it for the list; what is below goes where too little is left for it."""
        super().fit_lines()
        below = self.query_one("#picker-preview")
        listed = min(self.lines, max(self.free // 2, 3))
        left = self.free - listed - (0 if self.has_class("-short") else 1)
        below.display = left >= 2
        below.styles.max_height = max(2, min(_BELOW, left))
        self.query_one(OptionList).styles.max_height = listed if below.display else self.free

    def parts(self) -> ComposeResult:
        """A title, the line, the list, and the one under the cursor."""
        yield from super().parts()
        with VerticalScroll(id="picker-preview", can_focus=False):
            yield Static(markup=False)

    def previewed(self, choice: Choice | None) -> Content:
        """What to show of a choice, or of none at all."""
        raise NotImplementedError

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Show the one under the cursor."""
        event.stop()
        self.preview()

    def preview(self) -> None:
        """Show the one under the cursor."""
        self.query_one("#picker-preview Static", Static).update(self.previewed(self.chosen))
        below = self.query_one("#picker-preview")
        below.scroll_to(y=0, animate=False)

    def on_mount(self) -> None:
        """Say how one reads on for as long as not all of it can be seen."""
        self.watch(self.query_one("#picker-preview"), "show_vertical_scrollbar", self._say_keys)

    def _say_keys(self, more: bool) -> None:
        on = _("Shift+↑↓ reads on") + " · " if more else ""
        self.query_one("#picker").border_subtitle = content((on, "$primary")) + _keys()

    def action_read(self, way: int) -> None:
        """Scroll what is shown below the list."""
        below = self.query_one("#picker-preview")
        below.scroll_relative(y=way * max(1, below.size.height - 1), animate=False)

    def _fill(self) -> None:
        super()._fill()
        self.preview()


async def pick(
    app: App[Any], title: str, choices: Sequence[Choice], current: str | None = ""
) -> str | None:
    """Let a person pick one; None if they leave. To be called from a worker.

    The cursor begins at `current`, or at the first; with None it is nowhere, and Enter takes
    nothing that was not chosen.
    """
    chosen: str | None = await app.push_screen_wait(Picker(title, choices, current))
    return chosen
