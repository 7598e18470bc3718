"""The activity log: what happened at the desk, the newest first, as far back as one goes."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar

from kfdesk import labels
from kfdesk.actions import Scope
from kfdesk.cells import plain_line
from kfdesk.desk.customers.page import difference
from kfdesk.desk.history import log
from kfdesk.desk.history.undo import InTheWay, Undone, undo
from kfdesk.desk.why.paper import Paper
from kfdesk.errors import UserError
from kfdesk.i18n import _, current
from kfdesk.model import Event
from kfdesk.store.history.pages import Wanted
from kfdesk.text import shorten
from kfdesk.tui.lines import when
from kfdesk.tui.lines.content import notify
from kfdesk.tui.lines.page import Line
from kfdesk.tui.lines.table import Column, Row
from kfdesk.tui.screens.split import Split
from kfdesk.tui.verbs.history import sure
from kfdesk.tui.verbs.kind import Work, desk_of

if TYPE_CHECKING:
    from kfdesk.tui.main import Main

#: Nearer to the end of what was read than so many lines, the next page is read.
_AHEAD = 60
_LONGEST = 200
#: From so many cells on a line says also what became of it, and from so many who and what in full.
_ALL, _ROOMY = 64, 76


class Log(Split):
    """A line for each thing that happened; `/` narrows it by who, rule, kind, ticket and time."""

    scope_of_keys = Scope.LOG
    VERBS: ClassVar = {
        "log.undo": lambda self, _argument: self.undo(),
        "log.page": lambda self, _argument: self.zoom(),
    }

    def __init__(self, main: Main, words: str = "") -> None:
        super().__init__(main)
        self._text = words
        self._wanted = Wanted()
        self._found: dict[int, Event] = {}  # those of customers under less than nothing
        self._rows: dict[int, Row] = {}
        self._spoken = current()  # the language that they were written in
        self._before: log.Place | None = None
        self._reading = False
        self._wrong = ""
        self._ways: dict[int, Sequence[str]] = {}  # what stood in the way of an undo
        self.table.empty = lambda: (
            _("Nothing matches")
            if self._text
            else _("Who did what to which ticket stands here; nobody has done anything yet.")
        )

    def title_parts(self) -> list[str | tuple[str, str]]:
        """What is shown of it."""
        parts: list[str | tuple[str, str]] = [(_("Activity log"), "bold")]
        if self._text:
            parts += ["   ", ("/ ", "$primary bold"), (plain_line(self._text), "$warning")]
        if self._wrong:
            parts += ["   ", (plain_line(self._wrong), "$error")]
        elif not self._text:
            hint = _("/ narrows: by:NAME rule:NAME kind:reply #12 since:3h 2026-11-20, or any word")
            parts += ["   ", (hint, "$ink-muted")]
        return parts

    def columns(self) -> Sequence[Column]:
        """When, who, what, which ticket, and what became of it."""
        width = self.table.size.width
        who, what = (24, 21) if width >= _ROOMY else (14, 18) if width >= _ALL else (10, 15)
        return (
            Column(_("When"), 11, snug=True),
            Column(_("Who"), who, snug=True),
            Column(_("What"), what, snug=True),
            Column(_("Ticket"), 7, align="right", snug=True),
            Column(_("Changes"), least=_ALL),
        )

    def rows(self) -> Sequence[Row]:
        """What was read."""
        return list(self._rows.values())

    def _row(self, event: Event) -> Row:
        who = self.main.who
        by = self.words.actor(event.actor.name or str(event.actor), str(event.actor.kind))
        told = log.told(event, self.words)
        return Row(
            _key(event),
            (
                (when.clock(event.at, who.now(), who.zone), "faint"),
                (plain_line(by), "accent" if event.actor.name == who.agent else "text"),
                (_what(event), "strong" if event.operation else "muted"),
                (f"#{event.ticket}" if event.ticket else "–", "primary"),
                (shorten(plain_line(told), _LONGEST), "muted"),
            ),
        )

    def lay_out(self) -> None:
        """The columns are those that there is room for."""
        self.refresh_rows()

    def about(self, key: Hashable, paper: Paper) -> Sequence[Line]:
        """The line whole: who, when, what was there before and after, and whether `u` undoes it."""
        assert isinstance(key, int)
        return list(self._told(self._found[key], paper))

    def _told(self, event: Event, paper: Paper) -> Iterator[Line]:
        words = paper.words
        by = words.actor(event.actor.name or str(event.actor), str(event.actor.kind))
        yield from paper.text((_what(event), "strong"))
        yield from paper.text((f"{words.moment(event.at)}  {plain_line(by)}", "muted"))
        if event.customer is not None:
            yield from self._of_customer(event, paper)
        else:
            number = f"#{event.ticket}"
            yield from paper.text((_("ticket {number}").format(number=number), "primary"))
            yield ()
            if event.text:
                yield from paper.text((plain_line(event.text), "text"))
            yield from paper.changes(dict(event.changes), 0)
        if event.rule:
            yield from paper.text((_("rule: {name}").format(name=event.rule), "muted"))
        yield ()
        if event.operation is not None:
            told = _("Part of operation {id}; u undoes all of it").format(id=event.operation)
            yield from paper.text((told, "muted"))
        for way in self._ways.get(_key(event), ()):
            yield from paper.text((plain_line(way), "error"), hang=2)

    def _of_customer(self, event: Event, paper: Paper) -> Iterator[Line]:
        who = _("customer {id}").format(id=event.customer)
        yield from paper.text((plain_line(f"{event.name}  {who}".strip()), "primary"))
        yield ()
        if event.text:
            yield from paper.text((plain_line(event.text), "text"))
        yield from paper.text((plain_line(difference(event.changes, paper.words)), "text"))

    # --- reading

    async def load(self) -> None:
        """Read the newest page; what was read before stays below it."""
        first = await self._page(None)
        if first is None:
            return
        older = {id: event for id, event in self._found.items() if id not in first}
        self._found = first | older
        if self._spoken != current():
            self._rows, self._spoken = {}, current()
        self._rows = {id: self._rows.get(id) or self._row(e) for id, e in self._found.items()}
        self.refresh_rows()
        await self._more()

    async def _page(self, before: log.Place | None) -> dict[int, Event] | None:
        """The lines of a page; None where something else is wanted meanwhile."""
        wanted = self._wanted
        found = await self.main.threads.read(
            desk_of(self.main).do, lambda desk, _me: log.page(desk, wanted, before)
        )
        if wanted is not self._wanted:
            return None
        if before is not None or not self._found:
            self._before = found.before
        return {_key(event): event for event in found.events}

    def moved(self) -> None:
        """The page follows the cursor; near the end more is read."""
        super().moved()
        self.attempt(self._more())

    async def _more(self) -> None:
        """Read on for as long as the cursor is near the end of what was read."""
        if self._reading:
            return
        self._reading = True
        try:
            while self._before is not None and self.table.rest < _AHEAD:
                found = await self._page(self._before)
                if found is None:
                    continue
                self._found |= found
                self._rows |= {id: self._row(event) for id, event in found.items()}
                if found:
                    self.refresh_rows()
        finally:
            self._reading = False

    def begin(self) -> None:
        """Begin with the words that the log was opened with."""
        if self._text:
            self.filtered(self._text)

    def filtered(self, text: str) -> None:
        """Show what fits; a time or a number that is none is said."""
        self._text = text
        self.attempt(self._narrow(text))

    async def _narrow(self, text: str) -> None:
        try:
            wanted = await self.main.threads.read(
                desk_of(self.main).do, lambda desk, _me: log.wanted(desk, text)
            )
        except UserError as error:
            self._wrong = str(error)
            self.say()
            return
        if text == self._text:
            self._wrong, self._wanted = "", wanted
            self._found, self._rows = {}, {}
            await self.load()

    # --- doing

    def open(self) -> Work:
        """Read the ticket, or the customer's card."""
        if (event := self._here) is None:
            return None
        if event.customer is not None:
            from kfdesk.tui.verbs.customers import show

            return show(self.main, str(event.customer))
        self.open_ticket(event.ticket)
        return None

    @property
    def _here(self) -> Event | None:
        key = self.table.key
        return self._found.get(key) if isinstance(key, int) else None

    async def undo(self) -> None:
        """Take back the operation that the line is a part of; what is in the way is named."""
        if (event := self._here) is None:
            return
        if (id := event.operation) is None:
            notify(self.app, _("No agent did this: there is nothing to undo"), "warning")
            return
        desk = desk_of(self.main)

        def attempted(rest: bool, dry_run: bool) -> Undone:
            return desk.do(lambda it, me: undo(it, me, id=id, rest=rest, dry_run=dry_run))

        rest = False
        try:
            tried = await self.main.threads.read(attempted, False, True)
        except InTheWay as error:
            self._ways[_key(event)] = str(error).splitlines()
            self.refresh_page()
            if any(way.ticket is None for way in error.ways) or not error.ways:
                raise
            rest, tried = True, await self.main.threads.read(attempted, True, True)
        if await sure(self.app, tried, rest=rest):
            await self.main.threads.write(attempted, rest, False)
            notify(self.app, _("Undone: operation {id}").format(id=id))
            await self.load()
            await self.main.refresh_all()


def _key(event: Event) -> int:
    """What tells it from all others: the two journals count by themselves."""
    return event.id if event.customer is None else -event.id


def _what(event: Event) -> str:
    """What happened, in a few words."""
    return labels.event(event.kind) if event.customer is None else labels.profile(event.kind)
