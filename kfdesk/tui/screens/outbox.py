"""The outbox: what waits, what may have left, what could not; each decided here by a person."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar

from kfdesk import labels
from kfdesk.actions import Scope
from kfdesk.cells import plain_line
from kfdesk.desk.sending import outbox as box
from kfdesk.desk.sending.leaving import DONE, Leaving, leaving, standing
from kfdesk.desk.why.paper import Paper
from kfdesk.i18n import _, ngettext
from kfdesk.mail.subject import without_token
from kfdesk.model import OutboxRow, OutboxState
from kfdesk.text import fold
from kfdesk.tui.lines import when
from kfdesk.tui.lines.content import notify
from kfdesk.tui.lines.page import Line
from kfdesk.tui.lines.table import Column, Row
from kfdesk.tui.pickers.picker import Choice, pick
from kfdesk.tui.screens.split import Split
from kfdesk.tui.verbs.kind import desk_of

if TYPE_CHECKING:
    from kfdesk.tui.main import Main

#: So many that wait, of each state, and so many that left, are shown.
_WAITING, _DONE = 500, 100
_STYLE = {
    OutboxState.UNKNOWN: "error",
    OutboxState.FAILED: "error",
    OutboxState.SENDING: "primary",
    OutboxState.QUEUED: "warning",
    OutboxState.SENT: "success",
    OutboxState.CANCELLED: "faint",
}


class Outbox(Split):
    """What leaves the desk, the most urgent first; the page shows the mail as it will be read."""

    scope_of_keys = Scope.OUTBOX
    VERBS: ClassVar = {
        "outbox.confirm": lambda self, _argument: self.confirm(),
        "outbox.retry": lambda self, _argument: self.retry(),
        "outbox.cancel": lambda self, _argument: self.cancel(),
        "outbox.preview": lambda self, _argument: self.zoom(),
    }

    def __init__(self, main: Main, words: str = "") -> None:
        super().__init__(main)
        self._found: dict[int, OutboxRow] = {}
        self._previews: dict[int, Leaving] = {}
        self.text = fold(words)
        self.table.empty = lambda: "\n".join(
            (
                _("Nothing waits, and nothing has left yet"),
                "",
                _("Every reply stands here until it has left, and for a while after that."),
                _("Where one could not be sent, you see why, and send it again from here."),
            )
        )

    def title_parts(self) -> list[str | tuple[str, str]]:
        """How many wait, and how many a person has to decide about."""
        count = dict.fromkeys(OutboxState, 0)
        for row in self._found.values():
            count[row.state] += 1
        parts: list[str | tuple[str, str]] = [(_("Outbox"), "bold")]
        if n := count[OutboxState.UNKNOWN]:
            told = ngettext("{n} to be decided by you", "{n} to be decided by you", n)
            parts += ["   ", (told.format(n=n), "$error bold")]
        if n := count[OutboxState.FAILED]:
            told = ngettext("{n} not sent", "{n} not sent", n)
            parts += ["   ", (told.format(n=n), "$error")]
        if n := count[OutboxState.QUEUED] + count[OutboxState.SENDING]:
            told = ngettext("{n} waiting", "{n} waiting", n)
            parts += ["   ", (told.format(n=n), "$warning")]
        return parts

    def columns(self) -> Sequence[Column]:
        """Where it stands, what it is, when, which ticket, to whom."""
        return (
            Column(_("State"), 14, snug=True),
            Column(_("What"), 8, least=60, snug=True),
            Column(_("When"), 6, align="right"),
            Column(_("Ticket"), 7, align="right", snug=True),
            Column(_("To")),
            Column(_("Subject"), least=70),
        )

    def rows(self) -> Sequence[Row]:
        """Those in which the words occur that are looked for."""
        return [self._row(row) for row in self._found.values() if self.text in _words(row)]

    def _row(self, row: OutboxRow) -> Row:
        who = self.main.who
        now, at = who.now(), row.done_at or row.created_at or row.not_before
        waits = row.state is OutboxState.QUEUED and row.not_before > now
        when_ = f"+{when.left(row.not_before, now)}" if waits else when.ago(at, now, who.zone)
        loud = row.state not in DONE
        return Row(
            row.id,
            (
                (state(row.state), _STYLE[row.state]),
                (what(row), "muted"),
                (when_, "warning" if waits else "faint"),
                (f"#{row.ticket}", "primary"),
                (plain_line(", ".join(row.to)), "text" if loud else "muted"),
                (plain_line(without_token(row.subject)), "text" if loud else "muted"),
            ),
        )

    def about(self, key: Hashable, paper: Paper) -> Sequence[Line]:
        """Where it stands and what can be done, then the mail."""
        assert isinstance(key, int)
        return list(self._told(self._found[key], paper))

    def _told(self, row: OutboxRow, paper: Paper) -> Iterator[Line]:
        yield from paper.text((labels.delivery(row.state), _STYLE[row.state]))
        if told := advice(row):
            yield from paper.text((told, "text"))
        if row.error:
            yield from paper.text((plain_line(row.error), "error"))
        yield ()
        yield from paper.table(list(_facts(row, paper)), ("muted", "text"), 0, (14,))
        if (seen := self._previews.get(row.id)) is None:
            return
        yield from paper.heading(what(row))
        yield from paper.table([(name, plain_line(value)) for name, value in seen.head],
                               ("muted", "text"), 0, (14,))  # fmt: skip
        yield ()
        for line in seen.text.splitlines():
            quoted = line.startswith(">")
            yield from paper.text((plain_line(line) or " ", "muted" if quoted else "text"))
        for file in seen.files:
            yield from paper.text((plain_line(f"+ {file}"), "accent"))

    async def load(self) -> None:
        """Read what waits and what left lately."""
        found = await self.main.threads.read(
            desk_of(self.main).do, lambda desk, _me: standing(desk, _WAITING, _DONE)
        )
        changed = {row.id for row in found if self._found.get(row.id) != row}
        self._found = {row.id: row for row in found}
        self._previews = {id: p for id, p in self._previews.items() if id not in changed}
        self.refresh_rows()
        await self._read()

    def moved(self) -> None:
        """The page follows the cursor, and reads the mail behind it."""
        super().moved()
        self.attempt(self._read())

    async def _read(self) -> None:
        id = self.table.key
        if isinstance(id, int) and id not in self._previews:
            seen = await self.main.threads.read(
                desk_of(self.main).do, lambda desk, _me: leaving(desk, id)
            )
            self._previews[id] = seen
            if self.table.key == id:
                self.refresh_page()

    def open(self) -> None:
        """Read the ticket."""
        if (row := self._here) is not None:
            self.open_ticket(row.ticket)

    @property
    def _here(self) -> OutboxRow | None:
        key = self.table.key
        return self._found.get(key) if isinstance(key, int) else None

    # --- deciding

    async def confirm(self) -> None:
        """A person knows that it arrived."""
        if (row := self._here) is not None:
            await self._decide(box.confirm, row, _("Marked as sent"))

    async def cancel(self) -> None:
        """It shall not leave."""
        if (row := self._here) is not None:
            await self._decide(box.cancel, row, _("Taken back"))

    async def retry(self) -> None:
        """It shall leave again; where it may have arrived, that is asked about twice."""
        if (row := self._here) is None:
            return
        if row.state is OutboxState.UNKNOWN and not await self._sure(row):
            return
        await self._decide(box.retry, row, _("It leaves with the next sync"))

    async def _sure(self, row: OutboxRow) -> bool:
        to = plain_line(", ".join(row.to))
        asked = (
            (_("This may have arrived already. Look into the mailbox first."), _("Send it again")),
            (_("{who} may then have it twice. Send it?").format(who=to), _("Yes, send it again")),
        )
        for title, yes in asked:
            choices = [Choice("no", _("Leave it as it is")), Choice("yes", yes)]
            if await pick(self.app, title, choices) != "yes":
                return False
        return True

    async def _decide(self, deed: box.Decision, row: OutboxRow, told: str) -> None:
        await self.main.threads.write(
            desk_of(self.main).do, lambda desk, me: deed(desk, row.id, me)
        )
        notify(self.app, f"#{row.ticket}: {told}")
        await self.load()
        await self.main.refresh_all()


def state(one: OutboxState) -> str:
    """Where it stands, in a word or two."""
    return {
        OutboxState.UNKNOWN: _("? sent or not"),
        OutboxState.FAILED: _("✗ not sent"),
        OutboxState.SENDING: _("→ sending"),
        OutboxState.QUEUED: _("◌ waiting"),
        OutboxState.SENT: _("✓ sent"),
        OutboxState.CANCELLED: _("– taken back"),
    }[one]


def what(row: OutboxRow) -> str:
    """What leaves, in a word."""
    return {
        "mail": _("reply") if not row.automatic else _("by rule"),
        "letter": _("letter"),
        "webhook": _("webhook"),
        "notice": _("notice"),
    }[row.kind]


def advice(row: OutboxRow) -> str:
    """What a person should know, and can do."""
    match row.state:
        case OutboxState.UNKNOWN:
            seen = {
                "no": _("It is not in the Sent folder."),
                "unsure": _("Nobody can tell whether it is in the Sent folder."),
            }.get(str(row.payload.get("in_sent")), _("The Sent folder was not looked into yet."))
            keys = _("s: it did arrive · r: send it again · x: take it back. It waits for you.")
            return f"{seen} {keys}"
        case OutboxState.FAILED:
            return _("r sends it again once the reason is gone, x takes it back.")
        case OutboxState.QUEUED:
            return _("It leaves with the next sync; x takes it back.")
        case OutboxState.CANCELLED:
            return _("It does not leave; r sends it after all.")
        case _:
            return ""


def _facts(row: OutboxRow, paper: Paper) -> Iterator[tuple[str, str]]:
    """What is known of it."""
    words = paper.words
    yield _("Channel"), plain_line(row.channel)
    if row.created_at is not None:
        yield _("Written"), words.moment(row.created_at)
    if row.claimed_at is not None:
        yield _("Last try"), words.moment(row.claimed_at)
    if row.attempts:
        yield _("Tries"), str(row.attempts)
    if row.state is OutboxState.QUEUED:
        yield _("Not before"), words.moment(row.not_before)


def _words(row: OutboxRow) -> str:
    """What is looked through."""
    return fold(
        f"{state(row.state)} {what(row)} {row.channel} #{row.ticket} {' '.join(row.to)} "
        f"{row.subject} {row.error}"
    )
