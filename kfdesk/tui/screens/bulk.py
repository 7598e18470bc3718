"""What is about to be done to many tickets, over the whole screen: how many, what, and to which."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from rich.style import Style
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen
from textual.widgets import Static

from kfdesk.cells import Part, fit, plain_line
from kfdesk.desk.bulk.many import Plan
from kfdesk.desk.bulk.preview import Foreseen
from kfdesk.desk.bulk.summary import summary, told
from kfdesk.i18n import _
from kfdesk.tui.content import content
from kfdesk.tui.screens.explanation import _MOVES, Page

#: Of what becomes of how many tickets, so many lines; the list below tells the rest.
_SUMMARY = 8


class Confirm(ModalScreen[bool]):
    """The exact list with the difference of each ticket; nothing is done before it is agreed to."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y,enter", "answer(True)", show=False),
        Binding("n,escape,q", "answer(False)", show=False),
        *(Binding(keys, f"move({way!r})", show=False) for way, keys in _MOVES.items() if way in
          ("down", "up", "page_down", "page_up", "half_down", "half_up", "first", "last")),
    ]  # fmt: skip

    def __init__(self, plan: Plan, palette: Mapping[str, Style]) -> None:
        super().__init__()
        self._plan = plan
        self._page = Page(palette)

    def compose(self) -> ComposeResult:
        """The counts, the list, and the keys."""
        lines = list(summary(self._plan))
        more = [f"  … +{len(lines) - _SUMMARY}"] if len(lines) > _SUMMARY else []
        said = "\n".join(map(plain_line, [lines[0], *lines[1:_SUMMARY], *more]))
        yield Static(content((said, "bold")), id="bulk-summary", markup=False)
        yield self._page
        keys = [("y", _("do it")), ("n", _("leave it")), ("j k", _("read"))]
        parts = [part for key, word in keys for part in ((f" {key}", "$primary bold"), f" {word} ")]
        yield Static(content(*parts), id="why-keys", markup=False)

    def on_resize(self, event: events.Resize) -> None:
        """Lines are laid out for a width."""
        del event
        self.call_after_refresh(self._lay_out)

    def _lay_out(self) -> None:
        width = self._page.width
        self._page.show([_line(one, width) for one in self._plan.found])

    def action_answer(self, agreed: bool) -> None:
        """Do it, or leave it."""
        self.dismiss(agreed and bool(self._plan.acting))

    def action_move(self, way: str) -> None:
        """Read on."""
        self._page.move(way)


def _line(one: Foreseen, width: int) -> tuple[Part, ...]:
    """A ticket, and what becomes of it."""
    subject = max(8, (width - 9) * 2 // 5)
    style = "warning" if one.refused else "text" if one.acts else "faint"
    return (
        (f"{one.number:>7} ", "faint"),
        (fit(one.subject or "—", subject), "muted"),
        (" ", "text"),
        (fit(told(one), max(8, width - subject - 9)).rstrip(), style),
    )
