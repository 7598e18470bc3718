"""The guide's pages about the mailbox: its address and password, and whether it works."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import Input, Static

from kfdesk.cells import fit
from kfdesk.desk.admin import trial
from kfdesk.desk.admin.doctor import Finding
from kfdesk.desk.admin.setup import guess_servers
from kfdesk.desk.admin.trial import Seen
from kfdesk.i18n import _
from kfdesk.tui.guide.ending import Colleagues
from kfdesk.tui.guide.step import Asked, Field, Filling, Step, question
from kfdesk.tui.lines.content import content

_SHOWN = 5


class Mailbox(Filling):
    """The support address, and its password."""

    def title_of(self) -> str:
        """The second page."""
        return _("2 of 5 · The mailbox")

    def text(self) -> str:
        """What it is for."""
        return _(
            "The mailbox that customers write to. It is read without being changed. Without an "
            "address: later, in the file."
        )

    def asked(self) -> Sequence[Asked]:
        """As `kfdesk init` asks, and the password."""
        said = {"address": "", **self.guide.said}
        first = question("address", said)
        secret = Asked("password", self._password(said["address"]), secret=True)
        if not said["address"]:
            rest = [Asked(key, question(key, said).text) for key in ("imap_host", "smtp_host")]
            return [first, secret, *rest, Asked("user", question("user", said).text)]
        return [first, secret, *(question(k, said) for k in ("imap_host", "smtp_host", "user"))]

    def skipped(self, line: Input) -> bool:
        """Without an address there is no mailbox to ask about."""
        return line.name == "address" and not line.value.strip()

    def _password(self, address: str) -> str:
        if address and guess_servers(address).code:
            return _("Authorisation code or app password, from the settings of the web mail")
        return _("Password (of many providers: an authorisation code)")

    @on(Input.Changed)
    def _guess(self, event: Input.Changed) -> None:
        """The servers follow from the address."""
        if event.input.name != "address":
            return
        said = {"address": event.value.strip()}
        for field in self.query(Field):
            if field.name in ("imap_host", "smtp_host", "user"):
                known = "@" in said["address"].rstrip("@")
                field.placeholder = question(field.name, said).likely if known else ""

    def wrong(self, said: Mapping[str, str]) -> str:
        """An address has a name and a domain."""
        address = said["address"]
        name, _at, domain = address.rpartition("@")
        if address and (not name or not domain or " " in address):
            return _("{address} is no address; write it as support@example.com").format(
                address=address
            )
        if address and not said["password"]:
            return _("a mailbox has a password")
        return ""

    def onward(self) -> None:
        """Try it, if there is one."""
        self.guide.push_screen(Trying() if self.guide.said["address"] else Colleagues())


class Trying(Step):
    """The mailbox is tried; what would come in is shown."""

    BINDINGS = [  # noqa: RUF012 -- as Screen declares it
        Binding("enter", "onward", show=False),
        Binding("r", "retry", show=False),
    ]

    def title_of(self) -> str:
        """The third page."""
        return _("3 of 5 · Does it work?")

    def text(self) -> str:
        """What is done."""
        return _("Nothing is fetched, changed or sent.")

    def keys(self) -> str:
        """What the keys do."""
        return _("Enter next · r try again · Esc back, to change it")

    def body(self) -> ComposeResult:
        """What was found."""
        yield Static(id="found", markup=False)

    def on_mount(self) -> None:
        """Begin at once."""
        self.action_retry()

    def action_retry(self) -> None:
        """Try it."""
        self.run_worker(self._try(), exclusive=True)

    def action_onward(self) -> None:
        """It can be mended later."""
        self.guide.push_screen(Colleagues())

    async def _try(self) -> None:
        said = self.query_one("#found", Static)
        said.update(content((_("One moment…"), "$ink-muted")))
        channel = trial.mailbox(self.guide.answers(), self.guide.said["password"])
        findings = await asyncio.to_thread(lambda: [*trial.try_mailbox(channel)])
        mails = await asyncio.to_thread(trial.newest, channel, _SHOWN)
        said.update(content(*_findings(findings), *_mails(mails)))


def _findings(findings: Sequence[Finding]) -> list[str | tuple[str, str]]:
    parts: list[str | tuple[str, str]] = []
    for one in findings:
        good = one.level == "ok"
        parts += [("✓ " if good else "✗ ", "$success bold" if good else "$error bold")]
        parts += [f"{one.detail}\n"]
        if one.remedy:
            parts += [(f"  → {one.remedy}\n", "$warning")]
    if any(one.level != "ok" for one in findings):
        text = _("Esc goes back to change it; or go on, and correct it in the file.")
        parts += ["\n", (text, "$ink-muted"), "\n"]
    return parts


def _mails(mails: Sequence[Seen]) -> list[str | tuple[str, str]]:
    if not mails:
        return []
    parts: list[str | tuple[str, str]] = [
        ("\n" + _("The newest mails there, as they would come in:") + "\n", "bold")
    ]
    for one in mails:
        parts += [(fit(one.sender, 22), "$ink-muted"), f" {fit(one.subject, 40)}\n"]
    return parts
