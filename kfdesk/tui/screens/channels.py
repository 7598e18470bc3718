"""The channels: when each was last fine, what is wrong and what to do, how far a long pull is."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from kfdesk import labels
from kfdesk.actions import Scope
from kfdesk.cells import plain_line
from kfdesk.desk.syncing.standing import Standing, standing
from kfdesk.desk.why.paper import Paper
from kfdesk.i18n import _
from kfdesk.model import OutboxState
from kfdesk.text import fold
from kfdesk.tui.background.sync import Said
from kfdesk.tui.lines import when
from kfdesk.tui.lines.content import notify
from kfdesk.tui.lines.page import Line
from kfdesk.tui.lines.table import Column, Row
from kfdesk.tui.screens.split import Split
from kfdesk.tui.verbs.kind import desk_of

if TYPE_CHECKING:
    from kfdesk.tui.main import Main


class Channels(Split):
    """A line for each channel; the page says all that is known of it."""

    scope_of_keys = Scope.CHANNELS
    VERBS: ClassVar = {
        "channel.sync": lambda self, _argument: self.sync_it(),
        "channel.outbox": lambda self, _argument: self.outbox(),
        "channel.page": lambda self, _argument: self.zoom(),
    }

    def __init__(self, main: Main) -> None:
        super().__init__(main)
        self._found: dict[str, Standing] = {}
        self.table.empty = lambda: _(
            "There is no channel; write [[channel]] into the configuration"
        )

    def title_parts(self) -> list[str | tuple[str, str]]:
        """How the sync does as a whole."""
        parts: list[str | tuple[str, str]] = [(_("Channels"), "bold")]
        if self.main.sync is None:
            return [*parts, "   ", (_("nothing syncs from this console"), "$ink-muted")]
        state = self.main.sync.state
        style = "$error" if state.trouble else "$ink-muted"
        return [*parts, "   ", (plain_line(state.words(self.main.who.now())), style)]

    def columns(self) -> Sequence[Column]:
        """Which, how it does, when it was last fine, what waits."""
        return (
            Column(_("Channel"), 14),
            Column(_("State")),
            Column(_("Last good"), 9, align="right", least=50),
            Column(_("Waits"), 6, align="right"),
        )

    def rows(self) -> Sequence[Row]:
        """Every channel, in the order of the configuration."""
        return [
            self._row(one)
            for one in self._found.values()
            if self.text in fold(f"{one.channel.name} {one.channel.address} {one.error}")
        ]

    def _row(self, one: Standing) -> Row:
        who, (state, style) = self.main.who, self._state(one)
        at = self._fine(one)
        waits = sum(one.waiting.values())
        return Row(
            one.channel.name,
            (
                (plain_line(one.channel.name), "strong"),
                (state, style),
                (when.ago(at, who.now(), who.zone) if at else "–", "faint"),
                (str(waits) if waits else "–", "warning" if waits else "faint"),
            ),
        )

    def _said(self, one: Standing) -> Said:
        sync = self.main.sync
        return (sync.state.channels if sync else {}).get(one.channel.name, Said())

    def _error(self, one: Standing) -> tuple[str, str]:
        """What is wrong, and of what kind; the child knows it sooner than the store."""
        said = self._said(one)
        return (said.error, said.kind) if said.at or said.error else (one.error, one.kind)

    def _fine(self, one: Standing) -> datetime | None:
        return self._said(one).at or one.synced_at

    def _state(self, one: Standing) -> tuple[str, str]:
        """How it does in a few words, and their style."""
        said, now = self._said(one), self.main.who.now()
        error, kind = self._error(one)
        if error:
            sentence = kinds().get(kind, _("does not work"))
            if said.again_at is not None and said.again_at > now:
                again = _("again in {time}").format(time=when.span(said.again_at - now))
                sentence = f"{sentence} · {again}"
            return f"✗ {sentence}", "error"
        if said.began is not None:
            return f"↓ {said.progress(now)}", "primary"
        if self._fine(one) is None:
            return _("◌ nothing was synced yet"), "muted"
        return _("✓ fine"), "success"

    def about(self, key: Hashable, paper: Paper) -> Sequence[Line]:
        """All that is known of a channel."""
        return list(self._told(self._found[str(key)], paper))

    def _told(self, one: Standing, paper: Paper) -> Iterator[Line]:
        channel, said, now = one.channel, self._said(one), self.main.who.now()
        sentence, style = self._state(one)
        yield from paper.text((f"{channel.name}  {plain_line(channel.address)}".rstrip(), "strong"))
        yield from paper.text((sentence, style))
        error, kind = self._error(one)
        if error:
            yield ()
            for line in error.splitlines():
                yield from paper.text((plain_line(line), "error"))
            yield from paper.text((advice().get(kind, advice()[""]), "text"))
        yield ()
        facts = [(_("Kind"), channel.type)]
        if (at := said.at or one.synced_at) is not None:
            facts.append((_("Last good sync"), paper.words.moment(at)))
        if error and one.error_at is not None:
            facts.append((_("Last error"), paper.words.moment(one.error_at)))
        if said.began is not None:
            facts.append((_("Under way"), said.progress(now)))
        if said.again_at is not None and said.again_at > now:
            facts.append((_("Next try"), f"{said.again_at.astimezone(paper.words.zone):%H:%M:%S}"))
        facts += [
            (labels.delivery(state), str(n))
            for state in (OutboxState.QUEUED, OutboxState.FAILED, OutboxState.UNKNOWN)
            if (n := one.waiting.get(state))
        ]
        yield from paper.table(facts, ("muted", "text"), 0, (20,))
        yield ()
        can = ((one.can.pulls, _("receives")), (one.can.sends, _("sends")),
               (one.can.streams, _("is told of new mail, or looks every so often")),
               (one.can.idempotent_send, _("sends nothing twice, whatever happens")),
               (one.can.destructive_read, _("what was taken in is gone from it")))  # fmt: skip
        for able, told in can:
            mark, style = ("✓", "success") if able else ("✗", "faint")
            yield from paper.text((f"{mark} ", style), (told, "text" if able else "faint"))
        yield ()
        yield from paper.text((_("R syncs this channel now · o shows its outbox"), "muted"))

    async def load(self) -> None:
        """Read how each stands."""
        found = await self.main.threads.read(
            desk_of(self.main).do, lambda desk, _me: standing(desk)
        )
        self._found = {one.channel.name: one for one in found}
        self.refresh_rows()

    def tick(self) -> None:
        """What the child says changes by the second."""
        self.refresh_rows()

    def open(self) -> None:
        """Read the page whole."""
        self.zoom()

    def sync_it(self) -> None:
        """Sync the channel under the cursor, and no other."""
        name = self.table.key
        if self.main.sync is None:
            command = f"kfdesk sync {name}"
            told = _("Nothing syncs from this console: run {command}").format(command=command)
            notify(self.app, told, "warning")
        elif isinstance(name, str):
            self.main.sync.now(name)
            notify(self.app, _("Syncing {channel}").format(channel=name))

    def outbox(self) -> None:
        """What waits to leave by it."""
        from kfdesk.tui.screens.outbox import Outbox

        if isinstance(name := self.table.key, str):
            self.app.push_screen(Outbox(self.main, name))


def kinds() -> dict[str, str]:
    """What is wrong, at a glance, by the kind of failure."""
    return {
        "offline": _("offline: no way to its server"),
        "refused": _("its server refuses"),
        "login": _("user or password is wrong"),
        "secret": _("its password cannot be had"),
    }


def advice() -> dict[str, str]:
    """What to do, by the kind of failure."""
    return {
        "offline": _(
            "Look at the network connection. What is written waits in the outbox and leaves by "
            "itself once the server can be reached; everything else goes on."
        ),
        "refused": _(
            "The server was reached and said no: check host, port and tls of the channel, or wait "
            "where it is overloaded. It is tried again by itself."
        ),
        "login": _(
            "Put the right user and password (with QQ, 163 and 126 the authorisation code) into "
            "the configuration or where it takes the secret from, then press R."
        ),
        "secret": _(
            "What to do stands in the message; then press R. An environment variable that is set "
            "now is known to a console that is opened after it."
        ),
        "": _("What to do stands in the message; R tries again at once."),
    }
