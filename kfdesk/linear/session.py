"""One person's session: what they heard last, where they are, what they are told of."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Callable

from kfdesk import number as numbers
from kfdesk import output
from kfdesk.desk import Desk
from kfdesk.desk.sending import notices
from kfdesk.desk.teamwork import lease
from kfdesk.desk.tickets import listing, show
from kfdesk.desk.tickets.change import opened
from kfdesk.errors import NotFound, UserError
from kfdesk.i18n import _, ngettext
from kfdesk.linear.telling import Teller
from kfdesk.model import Actor, Ticket

#: A list says so many tickets at a time.
PAGE = 10
#: No list that is heard is longer.
MOST = 500
_URGENT = "is:open priority:urgent"
_URGENT_SEEN = 200


class Session:
    """One person's talk with the desk: the list they heard last, and the ticket they are at."""

    def __init__(self, desk: Desk, actor: Actor) -> None:
        self.desk, self.actor = desk, actor
        self.id = secrets.token_hex(8)
        self.listed: list[int] = []  # the numbers of the last list, in its order
        self.said = 0  # how many of them were said
        self.at: int | None = None
        self.ended = False
        self._urgent = {ticket.number for ticket in self._find_urgent()}
        self._counter = desk.store.counter()

    @property
    def teller(self) -> Teller:
        """Who says things, as of now."""
        return Teller(self.desk.settings, self.desk.clock())

    def ask(self, prompt: str) -> str | None:
        """Ask for a line; None where there are no more. A pipe is not asked aloud."""
        if not sys.stdin.isatty():
            line = sys.stdin.readline()
            return line.rstrip("\n") if line else None
        try:
            return input(prompt)
        except (EOFError, KeyboardInterrupt):
            output.line("")
            return None

    def announce(self) -> None:
        """Say what has become urgent since the last time, and what this agent was told."""
        counter, before = self.desk.store.counter(), self._counter
        if counter == before:
            return
        self._counter = counter
        found = self._find_urgent()
        for ticket in found:
            if ticket.number not in self._urgent:
                output.line(_("New and urgent: {ticket}").format(ticket=self.teller.row(ticket)))
        self._urgent |= {ticket.number for ticket in found}
        self._hear()

    def _hear(self) -> None:
        with self.desk.store.read() as tx:
            told = notices.waiting(tx, self.actor.name)
        for notice in told:
            output.line(_("Ticket {number}: {said}").format(number=notice.ticket, said=notice.text))
        if told:
            notices.seen(self.desk, [notice.id for notice in told])

    def _find_urgent(self) -> list[Ticket]:
        return list(listing.find(self.desk, _URGENT, self.actor.name, limit=_URGENT_SEEN))

    # --- lists and tickets

    def listen(self, query: str, view: str | None = None) -> None:
        """Say the first tickets of a query, each with the number of its line."""
        found = listing.find(self.desk, query, self.actor.name, limit=MOST, view=view)
        self.listed = [ticket.number for ticket in found]
        self.said = 0
        count = len(self.listed)
        more = "+" if count == MOST else ""
        output.line(ngettext("{n} ticket", "{n} tickets", count).format(n=f"{count}{more}"))
        self.more()

    def more(self) -> None:
        """Say the next tickets of the list."""
        page = self.listed[self.said : self.said + PAGE]
        for line, number in enumerate(page, self.said + 1):
            output.line(f"{line}. {self.teller.row(self._ticket(number))}")
        self.said += len(page)
        if rest := len(self.listed) - self.said:
            told = ngettext("{n} more; “more” reads on.", "{n} more; “more” reads on.", rest)
            output.line(told.format(n=rest))

    def named(self, text: str) -> int:
        """The ticket that is meant: a line of the list, `#1042`, or the one that one is at."""
        if not text:
            return self.here()
        if text.isdigit() and 1 <= int(text) <= len(self.listed):
            return self.listed[int(text) - 1]
        return numbers.read(text.removeprefix("#"))

    def here(self) -> int:
        """The ticket that one is at."""
        if self.at is None:
            raise UserError(_("open a ticket first: open 1"))
        return self.at

    def open(self, number: int) -> None:
        """Go to a ticket and read it out."""
        found = show.show(self.desk, number, follow=True)
        self.at = found.ticket.number
        opened(self.desk, self.at)
        lease.attend(self.desk, self.actor, self.id, self.at, writing=False)
        others = [one for one in found.company if one.agent != self.actor.name]
        for line in self.teller.ticket(found.ticket, found.messages, others):
            output.line(line)

    def beside(self, step: int) -> None:
        """Go to the next ticket of the list, or to the one before."""
        place = self.listed.index(self.at) + step if self.at in self.listed else 0
        if not 0 <= place < len(self.listed):
            raise NotFound(_("the list ends here"))
        self.open(self.listed[place])

    def _ticket(self, number: int) -> Ticket:
        return show.show(self.desk, number).ticket

    def changing(self, change: Callable[[Desk, int], object]) -> None:
        """Change the ticket that one is at, and say what is other now."""
        number = self.here()
        before = self._ticket(number)
        change(self.desk, number)
        output.line(self.teller.changed(before, self._ticket(number)))
