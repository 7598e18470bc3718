"""The panel of somebody who calls: over what one does, and never in the way of what is typed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.widgets import Static

from kfdesk.actions import shown
from kfdesk.cells import plain_line
from kfdesk.i18n import _, ngettext
from kfdesk.tui.lines.content import content
from kfdesk.tui.looks.colors import STATUS_GLYPH

if TYPE_CHECKING:
    from kfdesk.desk.teamwork.calls import Caller

Part = str | tuple[str, str]


class Ring(Static, can_focus=True):
    """Who calls and what of theirs is open; it has the keys only where nothing is being typed."""

    def __init__(self, caller: Caller) -> None:
        super().__init__(markup=False)  # no id: two may ring at once
        self.caller = caller

    def on_mount(self) -> None:
        """Show who it is."""
        self.say()

    def on_focus(self) -> None:
        """The keys are for it now."""
        self.call_after_refresh(self.say)

    def on_blur(self) -> None:
        """The keys go elsewhere again."""
        self.call_after_refresh(self.say)

    def say(self) -> None:
        """Bring its lines up to date."""
        self.update(content(*self._lines()))

    def _lines(self) -> Sequence[Part]:
        one = self.caller
        name = plain_line(one.name or one.email or _("Somebody new"))
        told = _("{name} is calling").format(name=name)
        parts: list[Part] = [(f"☎ {told}", "bold $success"), f"   {one.call.phone}\n"]
        about = [plain_line(one.organisation), *map(plain_line, one.groups)]
        count = ngettext("{open} open of {n} ticket", "{open} open of {n} tickets", one.tickets)
        about.append(count.format(open=one.open, n=one.tickets))
        parts += [(" · ".join(filter(None, about)), "$ink-muted"), "\n"]
        for row in one.newest:
            parts += [
                (f"{STATUS_GLYPH[row.status]} #{row.number} ", "$primary"),
                f"{plain_line(row.subject)}\n",
            ]
        if self.has_focus:
            keys = [("Enter", _("card")), ("C", _("new ticket")), ("Esc", _("away"))]
        else:
            keys = [(shown("f9"), _("answers it; what you type stays where it is"))]
        for key, word in keys:
            parts += [(f"{key} ", "$primary bold"), (f"{word}  ", "$ink-muted")]
        return parts
