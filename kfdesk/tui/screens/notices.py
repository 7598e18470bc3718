"""What this agent was told today: notices, calls, what was called out; the newest first."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING

from kfdesk.actions import Scope
from kfdesk.cells import plain_line
from kfdesk.desk.teamwork.alerts import Told, today
from kfdesk.desk.why.paper import Paper
from kfdesk.i18n import _
from kfdesk.text import fold
from kfdesk.tui.lines import when
from kfdesk.tui.lines.page import Line
from kfdesk.tui.lines.table import Column, Row
from kfdesk.tui.screens.split import Split
from kfdesk.tui.verbs.kind import desk_of

if TYPE_CHECKING:
    from kfdesk.tui.main import Main


class Notices(Split):
    """A line for each; Enter reads the ticket, or the card of who called."""

    scope_of_keys = Scope.SHEET

    def __init__(self, main: Main) -> None:
        super().__init__(main)
        self._found: Sequence[Told] = ()
        self.table.empty = lambda: "\n".join(
            (
                _("You were told nothing today"),
                "",
                _(
                    "A new urgent ticket, a deadline that is near, a caller: what is said for a "
                    "moment in the line above can be read again here."
                ),
            )
        )

    def title_parts(self) -> list[str | tuple[str, str]]:
        """That it is today's."""
        return [(_("Notices of the day"), "bold")]

    def columns(self) -> Sequence[Column]:
        """When, why, about which ticket, what."""
        return (
            Column(_("When"), 6, align="right"),
            Column(_("Why"), 12),
            Column(_("Ticket"), 7, align="right"),
            Column(_("Notice")),
        )

    def rows(self) -> Sequence[Row]:
        """Those in which the words occur that are looked for."""
        who = self.main.who
        return [
            Row(
                n,
                (
                    (when.ago(one.at, who.now(), who.zone), "faint"),
                    (kind(one.kind), "success" if one.kind == "call" else "accent"),
                    (f"#{one.ticket}" if one.ticket is not None else "", "primary"),
                    (plain_line(one.text), "text"),
                ),
            )
            for n, one in enumerate(self._found)
            if self.text in fold(f"{kind(one.kind)} #{one.ticket} {one.text}")
        ]

    def about(self, key: Hashable, paper: Paper) -> Sequence[Line]:
        """The notice whole."""
        assert isinstance(key, int)
        one = self._found[key]
        return [
            *paper.text((kind(one.kind), "strong"), (f"  {paper.words.moment(one.at)}", "muted")),
            (),
            *paper.text((plain_line(one.text), "text")),
        ]

    async def load(self) -> None:
        """Read them."""
        self._found = await self.main.threads.read(desk_of(self.main).do, today)
        self.refresh_rows()

    def open(self) -> None:
        """Read the ticket, or the card of who called."""
        from kfdesk.tui.verbs import customers

        if not isinstance(self.table.key, int):
            return
        one = self._found[self.table.key]
        if one.ticket is not None:
            self.open_ticket(one.ticket)
        elif one.customer is not None:
            self.attempt(customers.show(self.main, str(one.customer)))


def kind(one: str) -> str:
    """Why one was told, in a word."""
    return {
        "call": _("☎ call"),
        "mention": _("mention"),
        "assigned": _("given to you"),
        "breached": _("late"),
        "reply": _("answer"),
        "followed": _("followed"),
        "urgent": _("urgent"),
        "soon": _("late soon"),
    }.get(one, _("notice"))
