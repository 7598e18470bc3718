"""The rules of the files tried on the last days, by a child process: what would be otherwise."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Hashable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from kfdesk import labels
from kfdesk.actions import Scope
from kfdesk.desk.why.paper import Line, Paper
from kfdesk.errors import UserError
from kfdesk.i18n import _, current, ngettext, pgettext
from kfdesk.text import clean_line
from kfdesk.tui.lines.table import Column, Row
from kfdesk.tui.screens.split import Split

if TYPE_CHECKING:
    from kfdesk.tui.main import Main

_SINCE = "7d"
_LINE_LIMIT = 1 << 28


class Trial(Split):
    """The tickets that would come out otherwise; the page tells how, and counts the rules."""

    scope_of_keys = Scope.RULES

    def __init__(self, main: Main) -> None:
        super().__init__(main)
        self._child: asyncio.subprocess.Process | None = None
        self._found: Mapping[str, Any] | None = None
        self._began = False
        self.table.empty = lambda: _("Testing on a copy of the last seven days …")

    def title_parts(self) -> list[str | tuple[str, str]]:
        """What is tried, and how much came out otherwise."""
        parts: list[str | tuple[str, str]] = [(_("The changed rules, tested"), "bold"), "   "]
        if self._found is None:
            return [*parts, (_("testing …"), "$ink-muted")]
        n = self._found["differing"]
        text = ngettext("{n} ticket otherwise", "{n} tickets otherwise", n).format(n=n)
        told = _("{events} events of {tickets} tickets in {seconds} s").format(
            events=f"{self._found['events']:,}",
            tickets=f"{self._found['tickets']:,}",
            seconds=self._found["seconds"],
        )
        return [*parts, (text, "$warning" if n else "$success"), "   ", (told, "$ink-muted")]

    async def load(self) -> None:
        """Try them once, however often the store changes meanwhile."""
        if self._began:
            return
        self._began = True
        config = str(self.main.settings.file)
        command = (
            sys.executable,
            "-m",
            "kfdesk",
            "--config",
            config,
            "--lang",
            current(),
            "--json",
        )
        child = self._child = await asyncio.create_subprocess_exec(
            *(*command, "rules", "test", "--since", _SINCE),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            limit=_LINE_LIMIT,
        )
        said, wrong = await child.communicate()
        if child.returncode:
            self.table.empty = lambda: _("The test failed")
            self.refresh_rows()
            raise UserError(wrong.decode(errors="replace").strip() or self.table.empty())
        self._found = json.loads(said)
        self.table.empty = lambda: _("No ticket would change")
        self.refresh_rows()

    async def on_unmount(self) -> None:
        """Nobody waits for it any more."""
        if self._child is not None and self._child.returncode is None:
            self._child.kill()
            await self._child.wait()

    def columns(self) -> Sequence[Column]:
        """Which ticket, and what would be otherwise."""
        return (Column(_("Ticket"), 8, align="right"), Column(_("Subject")),
                Column(_("Otherwise"), least=70))  # fmt: skip

    def rows(self) -> Sequence[Row]:
        """The tickets, in their order."""
        return [
            Row(
                one["ticket"],
                (
                    (f"#{one['ticket']}", "primary"),
                    (one["subject"], "text"),
                    (" · ".join(_fields(one)) or _("same outcome by another way"), "muted"),
                ),
            )
            for one in (self._found or {}).get("differences", ())
        ]

    def refresh_page(self, *, top: bool = False) -> None:
        """The page counts the rules also where no ticket is otherwise."""
        paper = Paper(self.words, self.page.width)
        self.page.show(list(self.about(self.table.key, paper)), top=top)

    def about(self, key: Hashable, paper: Paper) -> Sequence[Line]:
        """How the ticket would come out, what would be done; then how often each rule fires."""
        if self._found is None:
            return ()
        lines: list[Line] = []
        one = next((o for o in self._found["differences"] if o["ticket"] == key), None)
        if one is not None:
            lines += paper.text((f"#{one['ticket']} {clean_line(one['subject'])}", "strong"))
            for text in _fields(one):
                lines += paper.text((text, "text"), indent=2)
            for sign, style, name in (("+", "success", "more"), ("-", "error", "fewer")):
                for done in one[name]:
                    lines += paper.text((f"{sign} ", style), (_did(done), "text"), indent=2, hang=2)
        return [*lines, *self._rules(paper, self._found)]

    def _rules(self, paper: Paper, found: Mapping[str, Any]) -> Sequence[Line]:
        head = (_("Rule"), pgettext("column", "then"), pgettext("column", "now"))
        rows = [head] + [
            (
                clean_line(rule["rule"]),
                str(rule["happened"]),
                "–" if rule["replayed"] is None else str(rule["replayed"]),
            )
            for rule in found["rules"]
        ]
        mail = found["totals"].get("mail", {"happened": 0, "replayed": 0})
        told = _("mails by rules: {then} then, {now} now").format(
            then=mail["happened"], now=mail["replayed"]
        )
        most = (max(20, paper.width - 14), 5)
        return [
            *paper.heading(_("How often each rule acts")),
            *paper.table(rows, ("text", "muted", "strong"), 2, most),
            (),
            *paper.text((told, "muted"), indent=2),
        ]

    def open(self) -> None:
        """Read the page whole."""
        self.zoom()


def _fields(one: Mapping[str, Any]) -> list[str]:
    """How fields would stand at the end."""
    return [
        f"{labels.field(name)}: {_value(name, pair['happened'])} → {_value(name, pair['replayed'])}"
        for name, pair in one["fields"].items()
    ]


def _value(name: str, value: Any) -> str:
    return clean_line(labels.value(name, value)) or _("nothing")


def _did(done: Mapping[str, Any]) -> str:
    """One thing that a rule does, and which rule."""
    rule = f" ({clean_line(done['rule'])})" if done["rule"] else ""
    if done["what"] == "change":
        return f"{labels.field(done['name'])}: {_value(done['name'], done['value'])}{rule}"
    if done["what"] == "mail":
        subject = clean_line(str(done["value"]))
        return _("mail to {to}: {subject}").format(to=done["name"], subject=subject) + rule
    return clean_line(f"{labels.event(done['name'] or done['what'])}: {done['value']}") + rule
