"""The pages of the guide, in their order."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import Input, Static

from kfdesk import i18n
from kfdesk.cells import fit
from kfdesk.desk.admin import trial
from kfdesk.desk.admin.doctor import Finding
from kfdesk.desk.admin.setup import PASSWORD_VARIABLE, guess_servers, questions
from kfdesk.desk.admin.trial import Seen
from kfdesk.errors import UserError
from kfdesk.i18n import Language, _
from kfdesk.tui.guide.step import Asked, Choosing, Field, Filling, Step
from kfdesk.tui.lines.content import content

_LANGUAGES: Sequence[Language] = ("zh", "en")
_SHOWN = 5


def _question(key: str, said: Mapping[str, str]) -> Asked:
    """A question of `kfdesk init`, with what is likely."""
    one = next(question for question in questions() if question.key == key)
    return Asked(key, one.text, one.default(said))


class Welcome(Choosing):
    """The language, in both of them."""

    def title_of(self) -> str:
        """Hello."""
        return "kfdesk · 欢迎 · Welcome"

    def text(self) -> str:
        """What this is."""
        ours = "客服台，在终端里。请选择语言。"
        return f"{ours}\nA customer-service desk in a terminal. Choose a language."

    def options(self) -> Sequence[str]:
        """Each language by its own name."""
        return [i18n.NAMES[language] for language in _LANGUAGES]

    def on_mount(self) -> None:
        """The language of the environment is likely."""
        from textual.widgets import OptionList

        self.query_one(OptionList).highlighted = _LANGUAGES.index(i18n.written())

    def chosen(self, index: int) -> None:
        """Speak it from here on."""
        i18n.use(_LANGUAGES[index])
        self.guide.said["language"] = _LANGUAGES[index]
        self.guide.push_screen(Ways())


class Ways(Choosing):
    """A desk of one's own, or the demo."""

    def title_of(self) -> str:
        """Where to."""
        return _("How do you want to begin?")

    def text(self) -> str:
        """What happens."""
        return _(
            "There is no configuration here yet. A few short questions make one; nothing is "
            "written before the last, and Esc always leads back."
        )

    def options(self) -> Sequence[str]:
        """Both."""
        return [
            _("Set up my own desk (two minutes; a mailbox can come later)"),
            _("Look around first: a demo desk full of tickets, with a tour"),
        ]

    def chosen(self, index: int) -> None:
        """Go there."""
        if index:
            self.guide.exit("demo")
        else:
            self.guide.push_screen(TheDesk())


class TheDesk(Filling):
    """The desk's name and time, and who is at it."""

    def title_of(self) -> str:
        """The first page."""
        return _("1 of 5 · The desk")

    def text(self) -> str:
        """What it is for."""
        return _("Lines are filled in with what is likely: Enter accepts it.")

    def asked(self) -> Sequence[Asked]:
        """As `kfdesk init` asks."""
        said = self.guide.said
        return [_question(key, said) for key in ("name", "timezone", "agent")]

    def wrong(self, said: Mapping[str, str]) -> str:
        """A time zone must be known."""
        try:
            ZoneInfo(said["timezone"])
        except (ZoneInfoNotFoundError, ValueError, OSError):
            return _("{zone} is no time zone; write it as Asia/Shanghai").format(
                zone=said["timezone"]
            )
        return ""

    def onward(self) -> None:
        """Then the mailbox."""
        self.guide.push_screen(Mailbox())


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
        first = _question("address", said)
        secret = Asked("password", self._password(said["address"]), secret=True)
        if not said["address"]:
            rest = [Asked(key, _question(key, said).text) for key in ("imap_host", "smtp_host")]
            return [first, secret, *rest, Asked("user", _question("user", said).text)]
        return [first, secret, *(_question(k, said) for k in ("imap_host", "smtp_host", "user"))]

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
                field.placeholder = _question(field.name, said).likely if known else ""

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


class Colleagues(Filling):
    """Who else answers."""

    def title_of(self) -> str:
        """The fourth page."""
        return _("4 of 5 · Colleagues")

    def text(self) -> str:
        """What it is for."""
        return _("Who else answers customers? Names as rules call them; more can come at any time.")

    def asked(self) -> Sequence[Asked]:
        """Their names."""
        return [Asked("colleagues", _("Names, with commas between them (empty: nobody yet)"))]

    def wrong(self, said: Mapping[str, str]) -> str:
        """Anybody may work here."""
        del said
        return ""

    def onward(self) -> None:
        """Then the end."""
        self.guide.push_screen(Writing())


class Writing(Choosing):
    """What will be written, and where."""

    def title_of(self) -> str:
        """The last page."""
        return _("5 of 5 · Write it")

    def text(self) -> str:
        """What was said, once more."""
        answers, file = self.guide.answers(), self.guide.file
        lines = [
            _("Desk: {name} ({zone}), you are {agent}").format(
                name=answers.name, zone=answers.timezone, agent=answers.agent
            ),
            _("Mailbox: {address}").format(address=answers.address or _("later")),
        ]
        if answers.colleagues:
            lines.append(_("Colleagues: {names}").format(names=", ".join(answers.colleagues)))
        if answers.address:
            lines.append(
                _("The password goes into this system's keyring.")
                if answers.keyring
                else _(
                    "There is no keyring here: the password is never written down. This session "
                    "knows it; for the next ones set {variable}."
                ).format(variable=PASSWORD_VARIABLE)
            )
        return "\n".join([*lines, "", _("It will be written to {file}").format(file=file)])

    def options(self) -> Sequence[str]:
        """Yes, or not."""
        return [_("Write it, and open the desk"), _("Leave; nothing is written")]

    def chosen(self, index: int) -> None:
        """The only moment at which anything is written."""
        if index:
            self.guide.exit(None)
            return
        try:
            self.guide.exit(self.guide.write())
        except UserError as error:
            self.complain(str(error))
