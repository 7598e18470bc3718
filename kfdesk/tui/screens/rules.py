"""What happens by itself, in its order: how often it did, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING, ClassVar

from kfdesk.actions import Scope
from kfdesk.desk.why.loaded import LATELY, Loaded, loaded
from kfdesk.desk.why.paper import Line, Paper
from kfdesk.desk.why.rulebook import title, told
from kfdesk.desk.why.words import Words
from kfdesk.i18n import _, ngettext, pgettext
from kfdesk.rules.lint import check
from kfdesk.rules.lint.finding import Finding
from kfdesk.store.history.acted import Firing, firings
from kfdesk.text import fold
from kfdesk.tui.lines import when
from kfdesk.tui.lines.table import Column, Row
from kfdesk.tui.screens.seldom import Seldom
from kfdesk.tui.screens.split import Split
from kfdesk.tui.verbs import configuring
from kfdesk.tui.verbs.kind import desk_of

if TYPE_CHECKING:
    from kfdesk.desk import Desk
    from kfdesk.model import Actor
    from kfdesk.tui.main import Main

_FIRINGS = 50
#: How bad findings are, by the style that says so.
STYLES = {"error": "error", "warning": "warning", "hint": "muted"}
_MARKS = {"error": "✗", "warning": "!", "hint": "·"}


def kind_of(name: str) -> str:
    """A kind of rules in a word."""
    return {
        "trigger": pgettext("a rule", "trigger"),
        "bot": pgettext("a rule", "bot"),
        "schedule": pgettext("a rule", "schedule"),
        "sla": pgettext("a rule", "SLA"),
        "route": pgettext("a rule", "route"),
        "macro": pgettext("a rule", "macro"),
    }[name]


class Rules(Seldom, Split):
    """Enter reads a rule whole, with where it acted lately; `e` edits it where it stands."""

    scope_of_keys = Scope.RULES
    VERBS: ClassVar = {
        "rules.edit": lambda self, _argument: self.edit(),
        "rules.test": lambda self, _argument: configuring.tried(self.main),
    }

    def __init__(self, main: Main) -> None:
        super().__init__(main)
        self._found: dict[tuple[str, str], Loaded] = {}
        self._findings: list[Finding] = []
        self.table.empty = lambda: _(
            "Nothing happens by itself; docs/config.md shows a first [[trigger]]"
        )

    def title_parts(self) -> list[str | tuple[str, str]]:
        """How many there are, and what is to be said of them."""
        n = len(self._found)
        count = ngettext("{n} rule", "{n} rules", n).format(n=n)
        parts: list[str | tuple[str, str]] = [(_("Rules"), "bold"), "   ", (count, "$ink-muted")]
        if n := len(self._findings):
            found = ngettext("{n} finding: g e", "{n} findings: g e", n).format(n=n)
            parts += ["   ", (found, "$warning")]
        if self.main.reload.error:
            parts += ["   ", (_("the file is wrong: these stay in force"), "$error")]
        return parts

    async def load(self) -> None:
        """Read what is loaded, and what is wrong with it."""
        found, self._findings = await self.main.threads.read(desk_of(self.main).do, _read)
        self._found = {(one.kind, one.name): one for one in found}
        self.refresh_rows()

    def columns(self) -> Sequence[Column]:
        """Which, where it stands, how often it acted and when last."""
        return (
            Column("", 1),
            Column("", 4, align="right"),
            Column(_("Kind"), 8, least=60),
            Column(pgettext("column", "Name")),
            Column(_("Line"), 16, least=90),
            Column(_("7 days"), 7, align="right"),
            Column(_("30 days"), 7, align="right", least=70),
            Column(pgettext("acted", "Last"), 7, align="right"),
        )

    def rows(self) -> Sequence[Row]:
        """Every rule in its order, numbered within its kind."""
        rows: list[Row] = []
        numbers: dict[str, int] = {}
        for key, one in self._found.items():
            numbers[one.kind] = number = numbers.get(one.kind, 0) + 1
            if self.text in fold(f"{one.name} {one.when}"):
                rows.append(self._row(key, number, one))
        return rows

    def _row(self, key: Hashable, number: int, one: Loaded) -> Row:
        who = self.main.who
        worst = next((f.severity for f in self._findings if f.rule == one.name), "")
        silent = not one.fired and one.kind != "macro"
        last = when.ago(one.last, who.now(), who.zone) if one.last else "–"
        return Row(
            key,
            (
                (_MARKS.get(worst, ""), STYLES.get(worst, "text")),
                (str(number), "faint"),
                (kind_of(one.kind), "muted"),
                (one.name, "text" if not silent else "muted"),
                (place(one.place.file, one.place.line), "faint"),
                (f"{one.week:,}" if one.week else "–", "strong" if one.week else "faint"),
                (f"{one.fired:,}" if one.fired else "–", "text" if one.fired else "faint"),
                (last, "faint"),
            ),
        )

    def about(self, key: Hashable, paper: Paper) -> Sequence[Line]:
        """The rule in words, and what is to be said of it."""
        return about(paper, self._found[key], self._findings)  # type: ignore[index]

    def open(self) -> None:
        """Read the rule whole, with where it acted lately."""
        if self.table.key is not None:
            one = self._found[self.table.key]  # type: ignore[index]
            self.app.push_screen(RuleSheet(self.main, one, self._findings))

    async def edit(self) -> None:
        """Edit the rule where it stands."""
        if self.table.key is not None:
            here = self._found[self.table.key].place  # type: ignore[index]
            await configuring.edit(self.main, here.file, here.line)
            await self.load()


class RuleSheet(Split):
    """One rule, and where it acted lately; Enter says why the ticket is as it is."""

    scope_of_keys = Scope.RULES
    VERBS: ClassVar = {
        "rules.edit": lambda self, _argument: self.edit(),
        "rules.test": lambda self, _argument: configuring.tried(self.main),
    }

    def __init__(self, main: Main, one: Loaded, findings: Sequence[Finding]) -> None:
        super().__init__(main)
        self._one, self._findings = one, findings
        self._firings: Sequence[Firing] = ()
        self.table.empty = lambda: _("It did nothing in {n} days").format(n=LATELY.days)

    def title_parts(self) -> list[str | tuple[str, str]]:
        """Which rule."""
        kind = (kind_of(self._one.kind), "$ink-muted")
        return [(self._one.name, "bold"), "  ", kind]

    async def load(self) -> None:
        """Read where it acted."""
        one = self._one

        def read(desk: Desk, _me: Actor) -> list[Firing]:
            with desk.store.read() as tx:
                since = desk.clock() - LATELY
                return firings(tx, one.kind, one.name, since, _FIRINGS)

        self._firings = await self.main.threads.read(desk_of(self.main).do, read)
        self.refresh_rows()

    def columns(self) -> Sequence[Column]:
        """When, and at which ticket."""
        return (
            Column(_("When"), 6, align="right"),
            Column(_("Ticket"), 8, align="right"),
            Column(_("Subject")),
        )

    def rows(self) -> Sequence[Row]:
        """The newest first."""
        who = self.main.who
        return [
            Row(
                one.ticket,
                (
                    (when.ago(one.at, who.now(), who.zone), "faint"),
                    (f"#{one.ticket}", "primary"),
                    (one.subject, "text"),
                ),
            )
            for one in self._firings
        ]

    def refresh_page(self, *, top: bool = False) -> None:
        """The page is about the rule, wherever the cursor is."""
        paper = Paper(self.words, self.page.width)
        self.page.show(about(paper, self._one, self._findings), top=top)

    def moved(self) -> None:
        """The page stays."""

    async def open(self) -> None:
        """Say why the ticket is as it is."""
        from kfdesk.tui.screens.explanation import Explanation

        if isinstance(number := self.table.key, int):
            found = await self.main.threads.read(desk_of(self.main).why, number)
            self.app.push_screen(Explanation(self.main, found, Words.of(self.main.settings)))

    async def edit(self) -> None:
        """Edit the rule where it stands."""
        here = self._one.place
        await configuring.edit(self.main, here.file, here.line)


def _read(desk: Desk, _me: Actor) -> tuple[list[Loaded], list[Finding]]:
    return loaded(desk), check(desk.settings)


def place(file: str, line: int) -> str:
    """Where something stands, short."""
    return f"{PurePath(file).name}:{line}" if line else ""


def about(paper: Paper, one: Loaded, findings: Sequence[Finding]) -> list[Line]:
    """A rule in words: where it stands, when it acts, what it does; what is to be said of it."""
    lines: list[Line] = [
        *paper.text((one.name, "strong")),
        *paper.text((title(one.kind), "muted")),
        *paper.text((place(one.place.file, one.place.line), "faint")),
        (),
        *told(paper, one),
    ]
    for found in findings:
        if found.rule == one.name:
            lines += [(), *finding(paper, found)]
    return lines


def finding(paper: Paper, found: Finding) -> list[Line]:
    """A finding, and what to do about it."""
    lines: list[Line] = []
    for text in found.message.splitlines():
        lines += paper.text((text, STYLES[found.severity]))
    if found.remedy:
        lines += paper.text((f"→ {found.remedy}", "text"), hang=2)
    return lines
