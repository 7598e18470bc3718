"""Reports: one measure at a time, told apart and filtered; those of the configuration too."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult

from kfdesk.actions import Scope
from kfdesk.desk.why.paper import Paper
from kfdesk.desk.why.words import Words
from kfdesk.errors import KfdeskError, QueryError
from kfdesk.i18n import _
from kfdesk.reports.measures import BY_NAME, DIMENSIONS, MEASURES, TIMES, dimension
from kfdesk.reports.page import page
from kfdesk.reports.report import Asked, Result, named, report
from kfdesk.tui.lines.page import Page
from kfdesk.tui.pickers.picker import Choice, pick
from kfdesk.tui.screens.seldom import Seldom
from kfdesk.tui.source.source import Interrupted
from kfdesk.tui.verbs.kind import desk_of

if TYPE_CHECKING:
    from textual.timer import Timer

    from kfdesk.desk import Desk
    from kfdesk.model import Actor
    from kfdesk.store.tx import Tx
    from kfdesk.tui.main import Main

_AFTER = 0.15
#: How far a report may reach back, at a key.
_SINCE = ("0d", "6d", "30d", "12w", "365d")


class Reports(Seldom):
    """The figures with their bars; `/` takes a query of the tickets that are measured."""

    scope_of_keys = Scope.REPORTS
    VERBS: ClassVar = {
        "report.measure": lambda self, _argument: self.choose_measure(),
        "report.by": lambda self, _argument: self.choose_by(),
        "report.since": lambda self, _argument: self.choose_since(),
        "report.own": lambda self, _argument: self.choose_own(),
    }

    def __init__(self, main: Main, name: str = "") -> None:
        super().__init__(main)
        self._name = name
        self.asked = Asked("created")
        self._page = Page(main.palette)
        self._words = Words.of(main.settings)
        self._found: Result | None = None
        self._waiting: Timer | None = None
        self._turn = 0

    def title_parts(self) -> list[str | tuple[str, str]]:
        """What is measured."""
        parts: list[str | tuple[str, str]] = [(_("Reports"), "bold"), "   "]
        parts.append((self.asked.title or BY_NAME[self.asked.measure].title, "$primary"))
        return parts

    def parts(self) -> ComposeResult:
        """The figures."""
        yield self._page

    async def load(self) -> None:
        """Measure, in the thread of queries; a newer question ends this one."""
        self._turn += 1
        mine, source, asked = self._turn, desk_of(self.main), self.asked
        if self._name:
            name, self._name = self._name, ""
            asked = self.asked = await self.main.threads.read(
                source.do, lambda desk, _me: named(desk, name)
            )

        def measure(desk: Desk, me: Actor, tx: Tx) -> Result:
            return report(desk, asked, me.name, tx)

        source.interrupt()
        try:
            found = await self.main.threads.query(source.ask, measure)
        except Interrupted:
            if mine == self._turn:
                await self.load()
            return
        except QueryError as error:
            self.prompt.say(error.message, error.column)
            return
        if mine == self._turn:
            self._found = found
            self.lay_out()
            self.say()

    def lay_out(self) -> None:
        """Lines are laid out for a width."""
        if self._found is not None:
            self._page.show(list(page(Paper(self._words, self._page.width), self._found)))

    # --- what is asked for

    def ask(self, asked: Asked) -> None:
        """Measure something else."""
        self.asked, self.sought = asked, asked.where
        self.say()
        self.attempt(self.load())

    async def choose_measure(self) -> None:
        """Measure something else."""
        choices = [Choice(one.name, one.title, one.name) for one in MEASURES]
        if chosen := await pick(self.app, _("Measure"), choices):
            self.ask(replace(self.asked, measure=chosen, title=""))

    async def choose_by(self) -> None:
        """Tell the figures apart by something else: a time beside a group, or one of them alone."""
        choices = [Choice(name, dimension(name), name) for name in DIMENSIONS]
        pairs = [("week", "team"), ("week", "agent"), ("month", "category"), ("day", "channel")]
        choices += [
            Choice(",".join(pair), _(", ").join(map(dimension, pair)), ",".join(pair))
            for pair in pairs
        ]
        if chosen := await pick(self.app, _("Group by"), choices):
            self.ask(replace(self.asked, by=tuple(chosen.split(",")), title=""))

    async def choose_since(self) -> None:
        """Begin earlier or later."""
        words = {
            "0d": _("today"),
            "6d": _("seven days"),
            "30d": _("thirty days"),
            "12w": _("twelve weeks"),
            "365d": _("a year"),
        }
        choices = [Choice(text, words[text], text) for text in _SINCE]
        if chosen := await pick(self.app, _("Since when?"), choices):
            by = self.asked.by
            if chosen == "365d" and "day" in by:  # hundreds of lines say less than fifty
                by = tuple("week" if name == "day" else name for name in by)
            elif chosen == "0d" and set(by) & set(TIMES):
                by = tuple("hour" if name in TIMES else name for name in by)
            self.ask(replace(self.asked, since=chosen, by=by))

    async def choose_own(self) -> None:
        """Show a report of the configuration."""
        own = self.main.settings.reports
        if not own:
            raise KfdeskError(
                _("the configuration has no [[report]] yet; docs/reports.md shows one")
            )
        choices = [Choice(one.name, one.title or one.name, one.measure) for one in own]
        if chosen := await pick(self.app, _("Which report?"), choices):
            self._name = chosen
            self.attempt(self.load())

    def filtered(self, text: str) -> None:
        """Another query stands in the line: measure once it rests."""
        self.prompt.say()  # what was wrong is not yet wrong in what is typed now
        if self._waiting is not None:
            self._waiting.stop()
        asked = replace(self.asked, where=text)
        self._waiting = self.set_timer(_AFTER, lambda: self.ask(asked))
