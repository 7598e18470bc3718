"""The customer whole: one time line over all channels, and beside it who they are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, cast

from rich.style import Style
from textual.app import ComposeResult
from textual.containers import Container

from kfdesk.actions import Scope
from kfdesk.cells import plain_line
from kfdesk.desk import Desk
from kfdesk.desk.customers import card as cards
from kfdesk.desk.customers import merge as merging
from kfdesk.desk.customers.card import Card
from kfdesk.desk.customers.page import head, words_of
from kfdesk.desk.customers.suggest import Suggestion, dismiss
from kfdesk.desk.why.paper import Line, Paper
from kfdesk.i18n import _
from kfdesk.model import Actor, Address
from kfdesk.text import clean_line
from kfdesk.tui.lines.content import notify
from kfdesk.tui.lines.page import Page
from kfdesk.tui.lines.table import Table
from kfdesk.tui.looks.colors import STATUS_GLYPH
from kfdesk.tui.pickers.picker import Choice, pick
from kfdesk.tui.screens.past import PART, Past
from kfdesk.tui.screens.sheet import Sheet
from kfdesk.tui.verbs.customers import edit
from kfdesk.tui.verbs.filling import open_for
from kfdesk.tui.verbs.kind import desk_of

if TYPE_CHECKING:
    from kfdesk.tui.main import Main


class CustomerCard(Sheet[None]):
    """Enter opens the ticket of a line; the keys below change, merge and part customers."""

    scope_of_keys = Scope.CARD
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012 -- as Screen declares it
        (0, "-narrow"),
        (100, "-medium"),
    ]
    VERBS: ClassVar = {
        "card.edit": lambda self, _argument: self.edit(),
        "card.ticket": lambda self, _argument: self.new_ticket(),
        "card.merge": lambda self, argument: self.merge(argument),
        "card.unmerge": lambda self, _argument: self.unmerge(),
        "card.dismiss": lambda self, _argument: self.dismiss_one(),
    }

    def __init__(self, main: Main, found: Card) -> None:
        super().__init__(main)
        self.card = found
        self._words = words_of(main.settings)
        self.past, self.page = Past(self._words, main.palette), Page(main.palette)
        self.past.wanted = self._want
        self._asked: set[int] = set()

    def title_parts(self) -> list[str | tuple[str, str]]:
        """Who it is."""
        return [(plain_line(self.name_of()), "bold"), ("  " + _("customer"), "$ink-muted")]

    def name_of(self) -> str:
        """How they are called."""
        return self.card.profile.name or self.card.profile.email or _("without a name")

    def parts(self) -> ComposeResult:
        """The time line and who they are."""
        with Container(classes="split"):
            yield self.past
            yield self.page

    @property
    def body(self) -> Page | Table:
        """What movements are for."""
        here = self.page if self.focused is self.page else self.past
        return cast("Page | Table", here)

    def look(self, way: str) -> None:
        """From the time line to the page, and back."""
        del way
        self.set_focus(self.past if self.focused is self.page else self.page)

    def restyle(self, palette: Mapping[str, Style]) -> None:
        """Paint with another palette."""
        super().restyle(palette)
        self.past.restyle(palette)

    async def load(self) -> None:
        """Read the customer again; one who was merged leads to the other."""
        who = str(self.card.profile.id)
        self.card = await self._read(lambda desk, _me: cards.card(desk, who, PART))
        self._asked = {0}
        self.past.show(self.card.points, self.card.moments)
        self.say()
        self.lay_out()

    def lay_out(self) -> None:
        """Lines are laid out for a width."""
        self.page.show(list(self._lines(self.page.width)))

    def _lines(self, width: int) -> Iterator[Line]:
        yield from head(self.card, self.main.settings, width)
        paper = Paper(self._words, max(40, width))
        if self.card.tickets:
            yield from paper.heading(_("Open tickets"))
        for row in self.card.tickets:
            glyph = STATUS_GLYPH[row.status]
            yield from paper.text((f"{glyph} #{row.number} ", "primary"),
                                  (clean_line(row.subject), "text"), indent=2, hang=2)  # fmt: skip

    def _want(self, index: int) -> None:
        """A line came into view that was not read yet."""
        start = index // PART * PART
        if start not in self._asked:
            self._asked.add(start)
            self.attempt(self._more(start))

    async def _more(self, start: int) -> None:
        points = self.past.part(start)
        self.past.put(start, await self._read(lambda desk, _me: cards.more(desk, points)))

    def open(self) -> None:
        """Read the ticket of the line under the cursor, where it is about one."""
        if self.past.ticket is not None:
            self.open_ticket(self.past.ticket)

    async def _read(self, ask: Callable[[Desk, Actor], Any]) -> Any:
        return await self.main.threads.read(desk_of(self.main).do, ask)

    async def _write(self, do: Callable[[Desk, Actor], Any], told: str) -> None:
        await self.main.threads.write(desk_of(self.main).do, do)
        notify(self.app, told)
        await self.load()
        await self.main.refresh_all()

    # --- doing

    async def edit(self) -> None:
        """Change their name, addresses, company, groups and the team's own fields."""
        await edit(self.main, self.card)
        await self.load()

    async def new_ticket(self) -> None:
        """Open a ticket for them."""
        from kfdesk.desk.tickets.opening import BY_HAND

        row = self.card.profile
        await open_for(self.main, row.id, Address(row.name, row.email), BY_HAND)
        await self.load()

    async def merge(self, argument: str) -> None:
        """Make somebody who is the same person a part of them: one suggested, or one named."""
        other = argument.strip()
        if not other:
            found = await self._suggested(_("Merge which customer? All that is theirs comes here."))
            if found is None:
                return
            other = str(found.other)
        id = str(self.card.profile.id)
        tried = await self._read(lambda desk, me: merging.merge(desk, other, id, me, dry_run=True))
        title = _("Merge customer {other} into {name}? {n} tickets come with them.").format(
            other=other, name=plain_line(self.name_of()), n=len(tried.tickets)
        )
        choices = [Choice("no", _("Leave them apart")), Choice("yes", _("They are one person"))]
        if await pick(self.app, title, choices) == "yes":
            await self._write(
                lambda desk, me: merging.merge(desk, other, id, me), _("Merged; u takes it back")
            )

    async def unmerge(self) -> None:
        """Let one who was merged into them be somebody of their own again."""
        if not self.card.merged:
            notify(self.app, _("No customer was merged into this one"))
            return
        choices = [Choice(str(id), _("Customer {id}").format(id=id)) for id in self.card.merged]
        chosen = await pick(self.app, _("Unmerge which customer?"), choices)
        if chosen is not None:
            await self._write(lambda desk, me: merging.unmerge(desk, chosen, me), _("Unmerged"))

    async def dismiss_one(self) -> None:
        """Say that one who is suggested is somebody else."""
        found = await self._suggested(
            _("Who is not the same person? They will not be suggested again.")
        )
        if found is not None:
            one, other = str(found.customer), str(found.other)
            await self._write(
                lambda desk, me: dismiss(desk, one, other, me),
                _("They will not be suggested again"),
            )

    async def _suggested(self, title: str) -> Suggestion | None:
        """One of those who may be the same person, chosen; a word where there is none."""
        if not self.card.suggestions:
            notify(self.app, _("Nobody looks like the same person; :merge ID names one"))
            return None
        choices: Sequence[Choice] = [
            Choice(
                str(one.other),
                f"{one.other} {plain_line(self.card.names[one.other])}",
                str(one.evidence[0]) if one.evidence else "",
            )
            for one in self.card.suggestions
        ]
        chosen = await pick(self.app, title, choices)
        return next((one for one in self.card.suggestions if str(one.other) == chosen), None)
