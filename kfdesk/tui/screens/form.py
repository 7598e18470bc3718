"""A form to fill in: a ticket's fields, a line each, with what is wrong beside it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from kfdesk.cells import fit, plain_line
from kfdesk.i18n import _
from kfdesk.text import fold
from kfdesk.tui.frame.prompt import Line
from kfdesk.tui.lines.content import content
from kfdesk.tui.pickers.picker import Choice, pick
from kfdesk.tui.screens.once import Once

#: The most lines of it in view; a terminal of fewer than `_SHORT` has none to spare around it.
_LINES, _SHORT = 16, 20
_LABEL = 14

#: {field: what stands there now}
Values = dict[str, str]
#: What of the fields is to be shown, with those values, and why each is wrong that is.
Look = Callable[[Values], tuple[Sequence[str], Mapping[str, str]]]
#: Keep the values; what is wrong with them where that cannot be.
Save = Callable[[Values], Awaitable[Mapping[str, str]]]


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the form; its choices are offered, and it must be filled where it is `needed`."""

    name: str
    title: str
    value: str = ""
    choices: tuple[Choice, ...] = ()
    needed: bool = False
    hint: str = ""

    def shown(self, value: str) -> str:
        """A value in words; nothing for none."""
        return value and next((one.title for one in self.choices if one.value == value), value)

    def meant(self, text: str) -> str:
        """The value that words mean."""
        wanted = fold(text.strip())
        return next((one.value for one in self.choices if fold(one.title) == wanted), text.strip())


class Row(Vertical):
    """One line, and below it what is wrong with it."""

    def __init__(self, entry: Entry) -> None:
        super().__init__(classes="field-row")
        self.entry = entry

    def compose(self) -> ComposeResult:
        """The name, the line, the error."""
        mark = "*" if self.entry.needed else " "
        label = content((fit(self.entry.title, _LABEL), "$ink-muted"), (mark, "$warning"))
        with Horizontal(classes="field-line"):
            yield Static(label, classes="field-label", markup=False)
            yield FieldLine(
                plain_line(self.entry.shown(self.entry.value)),
                compact=True,
                select_on_focus=False,
                placeholder=plain_line(self.entry.hint),
            )
        yield Static(classes="field-wrong", markup=False)

    @property
    def line(self) -> FieldLine:
        return self.query_one(FieldLine)

    @property
    def value(self) -> str:
        return self.entry.meant(self.line.value)

    def say(self, wrong: str) -> None:
        """Say what is wrong with it, or nothing."""
        said = self.query_one(".field-wrong", Static)
        said.display = bool(wrong)
        said.update(content((" " * (_LABEL + 2) + plain_line(wrong), "$error")))


class FieldLine(Line):
    """The line of a field: Tab and the arrows lead to the others."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab,down", "screen.step(1)", show=False),
        Binding("shift+tab,up", "screen.step(-1)", show=False),
        Binding("escape", "screen.leave", show=False),
        Binding("ctrl+s,f2", "screen.save", show=False),
    ]


class Form(Once[bool], ModalScreen[bool]):
    """A form; it is left with True once its values are kept."""

    def __init__(
        self, title: str, text: str, entries: Sequence[Entry], look: Look, save: Save
    ) -> None:
        super().__init__()
        self._title, self._text = title, text
        self._entries, self._look, self._save = entries, look, save

    def compose(self) -> ComposeResult:
        """The title, what to ask, the lines, and which keys there are."""
        with Vertical(id="form"):
            yield Static(content((plain_line(self._title), "bold")), id="form-title", markup=False)
            if self._text:
                yield Static(content((self._text, "$ink-muted")), id="form-text", markup=False)
            with VerticalScroll(id="form-rows", can_focus=False):
                for entry in self._entries:
                    yield Row(entry)
            keys = _("^S save · Enter choose, next · Esc leave")
            yield Static(content((keys, "$ink-muted")), id="form-keys", markup=False)

    def on_mount(self) -> None:
        """Begin at the first line."""
        for row in self.rows:
            row.say("")
        self._arrange()
        if shown := self._shown():
            shown[0].line.focus()

    def on_resize(self) -> None:
        """Its lines scroll where the terminal is short: the keys below them stay in sight."""
        height = self.app.size.height
        self.set_class(height < _SHORT, "-short")
        text = sum(each.size.height for each in self.query("#form-text"))
        around = 4 if height < _SHORT else 6
        room = (height if height < _SHORT else height * 92 // 100) - around - text
        self.query_one("#form-rows").styles.max_height = max(2, min(_LINES, room))

    @property
    def rows(self) -> list[Row]:
        """Every line, shown or not."""
        return list(self.query(Row))

    @property
    def values(self) -> Values:
        """What stands in the lines that are shown."""
        return {row.entry.name: row.value for row in self._shown()}

    def _shown(self) -> list[Row]:
        return [row for row in self.rows if row.display]

    def _arrange(self) -> Mapping[str, str]:
        """Show the lines that the values ask for; return what is wrong with them."""
        every = {row.entry.name: row.value for row in self.rows}
        names, wrong = self._look(every)
        for row in self.rows:
            row.display = row.entry.name in names
        return wrong

    def action_step(self, by: int) -> None:
        """Go to the line before or behind; what is wrong with the one that is left is said."""
        shown = self._shown()
        here = next((n for n, row in enumerate(shown) if row.line.has_focus), 0)
        wrong = self._arrange()
        shown[here].say(wrong.get(shown[here].entry.name, ""))
        after = self._shown()
        at = after.index(shown[here]) if shown[here] in after else 0
        after[(at + by) % len(after)].line.focus()

    @on(Input.Submitted)
    def _enter(self, event: Input.Submitted) -> None:
        """Offer the choices of a line; without any, go on."""
        event.stop()
        row = next(row for row in self.rows if row.line is event.input)
        if row.entry.choices:
            self.run_worker(self._choose(row))
        else:
            self.action_step(1)

    async def _choose(self, row: Row) -> None:
        chosen = await pick(self.app, row.entry.title, row.entry.choices, row.value)
        if chosen is not None:
            row.line.value = plain_line(row.entry.shown(chosen))
            row.line.cursor_position = len(row.line.value)
            self.action_step(1)

    def action_save(self) -> None:
        """Keep the values, or say what is wrong."""
        self.run_worker(self._keep())

    async def _keep(self) -> None:
        wrong: Mapping[str, Any] = self._arrange()
        if not wrong:
            wrong = await self._save(self.values)
        if not wrong:
            self.dismiss(True)
            return
        shown = self._shown()
        for row in shown:
            row.say(wrong.get(row.entry.name, ""))
        known = {row.entry.name: row for row in shown}
        first = next((known[name] for name in wrong if name in known), shown[0])
        if not known.keys() & wrong.keys():  # about none of the lines
            first.say(next(iter(wrong.values())))
        first.line.focus()

    def action_leave(self) -> None:
        """Leave; nothing is changed."""
        self.dismiss(False)
