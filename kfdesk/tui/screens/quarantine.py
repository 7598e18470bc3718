"""Mails that could not be read: why, and their source; let out or called spam by a person."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import TYPE_CHECKING, ClassVar

from kfdesk import labels
from kfdesk.actions import Scope
from kfdesk.cells import plain_line
from kfdesk.desk import Desk
from kfdesk.desk.tickets.listing import find
from kfdesk.desk.tickets.show import source
from kfdesk.desk.tickets.spam import release, spam
from kfdesk.desk.why.paper import Paper
from kfdesk.errors import NotFound
from kfdesk.i18n import _, ngettext
from kfdesk.model import Actor, Ticket
from kfdesk.store import messages
from kfdesk.text import fold
from kfdesk.tui.lines import when
from kfdesk.tui.lines.content import notify
from kfdesk.tui.lines.page import Line
from kfdesk.tui.lines.table import Column, Row
from kfdesk.tui.screens.split import Split
from kfdesk.tui.verbs.kind import desk_of

if TYPE_CHECKING:
    from kfdesk.tui.main import Main

#: So many are shown, and of each so much of its source.
_MOST, _LONGEST = 500, 100_000


class Quarantine(Split):
    """The newest first; the page shows the reason and the source as it came."""

    scope_of_keys = Scope.QUARANTINE
    VERBS: ClassVar = {
        "quarantine.release": lambda self, _argument: self.decide(
            release, _("Released: rules have seen it")
        ),
        "quarantine.spam": lambda self, _argument: self.decide(spam, _("It is spam now")),
        "quarantine.source": lambda self, _argument: self.zoom(),
    }

    def __init__(self, main: Main) -> None:
        super().__init__(main)
        self._found: dict[int, Ticket] = {}
        self._sources: dict[int, Sequence[str]] = {}
        self.table.empty = lambda: "\n".join(
            (
                _("The quarantine is empty: every mail could be read"),
                "",
                _(
                    "A mail that cannot be read waits here, and nobody is answered by itself. "
                    "You look at what came, and release it or call it spam."
                ),
            )
        )

    def title_parts(self) -> list[str | tuple[str, str]]:
        """How many there are."""
        n = len(self._found)
        told = ngettext("{n} mail could not be read", "{n} mails could not be read", n)
        parts: list[str | tuple[str, str]] = [(_("Quarantine"), "bold")]
        return [*parts, "   ", (told.format(n=n), "$warning")] if n else parts

    def columns(self) -> Sequence[Column]:
        """Which ticket, when, why, from whom, what about."""
        return (
            Column(_("Ticket"), 7, align="right", snug=True),
            Column(_("When"), 6, align="right"),
            Column(_("Reason")),
            Column(_("From"), least=70),
            Column(_("Subject"), least=60),
        )

    def rows(self) -> Sequence[Row]:
        """Those in which the words occur that are looked for."""
        who = self.main.who
        return [
            Row(
                one.number,
                (
                    (f"#{one.number}", "primary"),
                    (when.ago(one.created_at, who.now(), who.zone), "faint"),
                    (labels.reason(one.quarantine), "warning"),
                    (plain_line(one.customer.email or one.customer.name or "–"), "text"),
                    (plain_line(one.subject or "–"), "muted"),
                ),
            )
            for one in self._found.values()
            if self.text in _words(one)
        ]

    def about(self, key: Hashable, paper: Paper) -> Sequence[Line]:
        """The reason, what can be done, and the source."""
        assert isinstance(key, int)
        lines = [
            *paper.text((labels.reason(self._found[key].quarantine), "warning")),
            *paper.text((_("r: release it · x: it is spam · Enter: read the ticket"), "muted")),
            *paper.heading(_("As it came")),
        ]
        for text in self._sources.get(key, ()):
            lines += paper.text((plain_line(text) or " ", "text"))
        return lines

    async def load(self) -> None:
        """Read the newest of them."""

        def ask(desk: Desk, me: Actor) -> list[Ticket]:
            return list(find(desk, "is:quarantine sort:-number", me.name, limit=_MOST))

        found = await self.main.threads.read(desk_of(self.main).do, ask)
        self._found = {one.number: one for one in found}
        self.refresh_rows()
        await self._read()

    def moved(self) -> None:
        """The page follows the cursor, and reads the source."""
        super().moved()
        self.attempt(self._read())

    async def _read(self) -> None:
        number = self.table.key
        if isinstance(number, int) and number not in self._sources:
            self._sources[number] = await self.main.threads.read(
                desk_of(self.main).do, lambda desk, _me: _source(desk, number)
            )
            if self.table.key == number:
                self.refresh_page()

    def open(self) -> None:
        """Read the ticket."""
        if isinstance(self.table.key, int):
            self.open_ticket(self.table.key)

    async def decide(self, deed: Callable[[Desk, int, Actor], Ticket], told: str) -> None:
        """A person has looked at it."""
        number = self.table.key
        if not isinstance(number, int):
            return
        await self.main.threads.write(
            desk_of(self.main).do, lambda desk, me: deed(desk, number, me)
        )
        notify(self.app, f"#{number}: {told}")
        await self.load()
        await self.main.refresh_all()


def _source(desk: Desk, number: int) -> list[str]:
    """The lines of a ticket's first message as they came."""
    with desk.store.read() as tx:
        first, _actor = messages.first_of(tx, number)
    if first is None:
        return []
    try:
        raw = source(desk, first)
    except NotFound as error:
        return [str(error)]
    lines = raw[:_LONGEST].decode("utf-8", "replace").splitlines()
    return [*lines, "…"] if len(raw) > _LONGEST else lines


def _words(one: Ticket) -> str:
    """What is looked through."""
    return fold(
        f"#{one.number} {labels.reason(one.quarantine)} {one.customer.email} "
        f"{one.customer.name} {one.subject}"
    )
