"""What is about to be done to many tickets, over the whole screen: how many, what, and to which."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.widgets import Static

from kfdesk.actions import Scope
from kfdesk.cells import Part, fit, plain_line
from kfdesk.desk.bulk.many import Plan
from kfdesk.desk.bulk.preview import Foreseen
from kfdesk.desk.bulk.summary import summary, told
from kfdesk.i18n import _
from kfdesk.tui.lines.content import content
from kfdesk.tui.lines.page import Page
from kfdesk.tui.screens.sheet import Sheet

if TYPE_CHECKING:
    from kfdesk.tui.main import Main

#: Of what becomes of how many tickets, so many lines; the list below tells the rest.
_SUMMARY = 8


class Confirm(Sheet[bool]):
    """The exact list with the difference of each ticket; nothing is done before it is agreed to."""

    scope_of_keys = Scope.CONFIRM
    VERBS: ClassVar = {
        "confirm.yes": lambda self, _argument: self.answer(True),
        "confirm.no": lambda self, _argument: self.answer(False),
    }

    def __init__(self, main: Main, plan: Plan) -> None:
        super().__init__(main)
        self._plan = plan
        self._page = Page(main.palette)

    def title_parts(self) -> list[str | tuple[str, str]]:
        """What is asked."""
        return [(_("Do this?"), "bold")]

    def parts(self) -> ComposeResult:
        """The counts and the list."""
        lines = list(summary(self._plan))
        more = [f"  … +{len(lines) - _SUMMARY}"] if len(lines) > _SUMMARY else []
        first, *rest = map(plain_line, [lines[0], *lines[1:_SUMMARY], *more])
        said = content((first, "bold"), *(f"\n{line}" for line in rest))
        yield Static(said, id="bulk-summary", markup=False)
        yield self._page

    def lay_out(self) -> None:
        """Lines are laid out for a width."""
        width = self._page.width
        self._page.show([_line(one, width) for one in self._plan.found])

    def answer(self, agreed: bool) -> None:
        """Do it, or leave it."""
        self.dismiss(agreed and bool(self._plan.acting))

    def leave(self) -> None:
        """Leave it."""
        self.answer(False)


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
