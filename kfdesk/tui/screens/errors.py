"""What is wrong in the configuration: the errors that keep it out, lint, and doctor's findings."""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len

from kfdesk.actions import Scope
from kfdesk.cells import fit
from kfdesk.desk.admin.doctor import configuration
from kfdesk.desk.why.paper import Line, Paper
from kfdesk.errors import ConfigError, Place
from kfdesk.i18n import _, ngettext, pgettext
from kfdesk.rules.lint import check
from kfdesk.rules.lint.finding import Finding
from kfdesk.tui.lines.table import Column, Row
from kfdesk.tui.screens.rules import STYLES, finding, place
from kfdesk.tui.screens.seldom import Seldom
from kfdesk.tui.screens.split import Split
from kfdesk.tui.verbs import configuring
from kfdesk.tui.verbs.kind import desk_of

if TYPE_CHECKING:
    from kfdesk.desk import Desk
    from kfdesk.model import Actor
    from kfdesk.tui.main import Main

#: Lines of the file that are shown before and behind the one that is wrong.
_AROUND = 4
#: A secret that somebody wrote into the file; where it is only named, it stands in braces.
_SECRET = re.compile(
    r"""((?<![\w-])["']?(?:password|token|client_secret|refresh_token|secret|url)["']?\s*=\s*)"""
    r"""(?:"+(?:\\.|[^"\\])*"*|'+[^']*'*|[^\s{,}"'][^\s,}]*)"""
)


def severity(name: str) -> str:
    """How bad a finding is, in a word."""
    return {
        "error": pgettext("a finding", "error"),
        "warning": pgettext("a finding", "warning"),
        "hint": pgettext("a finding", "hint"),
    }[name]


class Errors(Seldom, Split):
    """The worst first; the page shows the file around the line, `e` edits it there."""

    scope_of_keys = Scope.ERRORS
    VERBS: ClassVar = {
        "rules.edit": lambda self, _argument: self.edit(),
        "rules.test": lambda self, _argument: configuring.tried(self.main),
    }

    def __init__(self, main: Main) -> None:
        super().__init__(main)
        self._found: list[Finding] = []
        self._lines: dict[str, Sequence[str]] = {}
        self._refused: tuple[ConfigError, ...] = ()
        self.table.empty = lambda: "\n".join(
            (
                _("Nothing is wrong with the configuration"),
                "",
                _(
                    "An edit of it is in force as soon as it is saved. One with a mistake is not: "
                    "it is listed here with its line, and what was in force stays so."
                ),
            )
        )

    def title_parts(self) -> list[str | tuple[str, str]]:
        """Whether the file is in force, and how much is to be said."""
        parts: list[str | tuple[str, str]] = [(_("Configuration"), "bold"), "   "]
        if self._refused:
            parts.append((_("the file is wrong: what was in force stays so"), "$error bold"))
        else:
            parts.append((_("in force"), "$success"))
        if n := len(self._found):
            count = ngettext("{n} finding", "{n} findings", n).format(n=n)
            parts += ["   ", (count, "$ink-muted")]
        return parts

    async def load(self) -> None:
        """Look at the configuration as it stands in its files now."""
        self._refused = refused = self.main.reload.refused
        wrong = [Finding("error", one.place, "", one.message) for one in refused]

        def look(desk: Desk, _me: Actor) -> tuple[list[Finding], dict[str, Sequence[str]]]:
            found = [*wrong, *([] if wrong else check(desk.settings)), *_health(desk)]
            files = {one.place.file for one in found if one.place.file}
            return found, {file: _read(Path(file)) for file in files}

        found = await self.main.threads.read(desk_of(self.main).do, look)
        self._found, self._lines = found
        self.refresh_rows()

    def tick(self) -> None:
        """The files have been read again."""
        if self._refused is not self.main.reload.refused:
            self.attempt(self.load())

    def columns(self) -> Sequence[Column]:
        """How bad, where, in which rule, what."""
        return (
            Column("", 8),
            Column(_("Line"), 18, least=60, snug=True),
            Column(_("Rule"), 18, least=110),
            Column(_("Finding")),
        )

    def rows(self) -> Sequence[Row]:
        """The worst first."""
        return [
            Row(
                number,
                (
                    (severity(one.severity), STYLES[one.severity]),
                    (place(one.place.file, one.place.line), "faint"),
                    (one.rule, "muted"),
                    (one.message.partition("\n")[0], "text"),
                ),
            )
            for number, one in enumerate(self._found)
        ]

    def about(self, key: Hashable, paper: Paper) -> Sequence[Line]:
        """The finding, and the file around the place with a caret below it."""
        one = self._found[key]  # type: ignore[call-overload]
        at = " ".join(filter(None, (place(one.place.file, one.place.line), one.place.key)))
        return [*paper.text((at, "muted")), *finding(paper, one), (), *self._file(one, paper)]

    def _file(self, one: Finding, paper: Paper) -> Sequence[Line]:
        """The file around the place, with a caret below what is wrong."""
        text = self._lines.get(one.place.file, ())
        if not one.place.line:
            return ()
        lines: list[Line] = []
        first = max(1, one.place.line - _AROUND)
        for number in range(first, min(len(text), one.place.line + _AROUND) + 1):
            here = number == one.place.line
            shown = fit(veiled(text[number - 1]).expandtabs(4), paper.width - 6).rstrip()
            lines.append(((f"{number:>5} ", "faint"), (shown, "strong" if here else "muted")))
            if here:
                before, width = caret(shown, one)
                lines.append(((" " * (6 + before), "text"), ("^" * width, "error")))
        return lines

    def open(self) -> None:
        """Read the page whole."""
        self.zoom()

    async def edit(self) -> None:
        """Edit the file at the line; without a finding, the configuration itself."""
        at = Place(str(self.main.settings.file))
        if isinstance(self.table.key, int):
            here = self._found[self.table.key].place
            at = here if here.file else at
        await configuring.edit(self.main, at.file, at.line)
        await self.load()


def veiled(line: str) -> str:
    """A line of a configuration without the secret that stands in it, rightly written or not."""
    return _SECRET.sub(r"\1…", line)


def caret(line: str, one: Finding) -> tuple[int, int]:
    """Where in its line the finding is, and how wide: in the query, else at the key."""
    *_said, query, mark = ("", "", *one.message.splitlines())
    at = line.find(query)
    if query and at >= 0 and mark.strip() == "^":
        return cell_len(line[:at]) + mark.index("^"), 1
    key = one.place.key.rpartition(".")[2].partition("[")[0]
    if key and (at := line.find(key)) >= 0:
        return cell_len(line[:at]), cell_len(key)
    return len(line) - len(line.lstrip()), 1


def _health(desk: Desk) -> list[Finding]:
    """What doctor has to say of the configuration."""
    at = Place(str(desk.settings.file))
    return [
        Finding("error" if one.level == "error" else "warning", at, one.subject, one.detail,
                one.remedy)
        for one in configuration(desk.settings)
        if one.level != "ok"
    ]  # fmt: skip


def _read(file: Path) -> Sequence[str]:
    try:
        return file.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:  # it went away: there is nothing to show around the place
        return ()
