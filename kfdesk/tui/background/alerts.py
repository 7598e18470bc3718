"""What the console calls out at once: who rings, what is urgent, what will be late soon."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from kfdesk.actions import Scope
from kfdesk.cells import plain_line
from kfdesk.i18n import _
from kfdesk.tui.background import desktop
from kfdesk.tui.frame.bars import flashed
from kfdesk.tui.frame.ring import Ring
from kfdesk.tui.lines.content import notify
from kfdesk.tui.screens.sheet import Sheet
from kfdesk.tui.verbs.kind import desk_of

if TYPE_CHECKING:
    from textual.widget import Widget

    from kfdesk.desk.teamwork.alerts import Heard, Kind
    from kfdesk.desk.teamwork.calls import Caller
    from kfdesk.tui.main import Main

#: How long the line above says it.
_FLASH = timedelta(seconds=6)
#: A call that nobody took up has ended.
_RINGS = timedelta(minutes=2)
#: A key that was on its way when the panel came is not for it, in seconds.
_GRACE = 0.8
_TYPING = (Scope.COMPOSER, Scope.GLOBAL)


class Alerts:
    """Hears what there is to call out, whatever one does, and says it in the ways one wishes."""

    def __init__(self, main: Main) -> None:
        self.caller: Caller | None = None  # who rings and was neither taken up nor put away
        self._main = main
        self._heard: Heard | None = None
        self._counter: int | None = None
        self._looking = False
        self._ring: Ring | None = None
        self._before: Widget | None = None  # what had the keys before the panel
        self._flash: tuple[str, datetime] | None = None
        self._painted: Sheet[Any] | None = None  # the sheet whose title gave way

    @property
    def flash(self) -> str:
        """What the line above says for a moment; empty for nothing."""
        if self._flash is None:
            return ""
        text, until = self._flash
        return text if until > self._main.who.now() else ""

    def tick(self) -> None:
        """Half a second has passed: a call rings while a line is typed, too."""
        main = self._main
        if main.source is not None and not self._looking:
            self._looking = True
            main.attempt(self._look())
        self._paint()
        if self.caller is not None:
            if main.who.now() - self.caller.call.at > _RINGS:
                self.put_away()
            else:
                self._show(self.caller)

    def _paint(self) -> None:
        """A sheet's title gives way to what is called out, and comes back."""
        screen, flash = self._main.app.screen, self.flash
        if isinstance(screen, Sheet) and (flash or self._painted is screen):
            if flash:
                screen.head.say(flashed(flash, screen.size.width))
            else:
                screen.say()
            self._painted = screen if flash else None

    async def _look(self) -> None:
        main = self._main
        try:
            if main.source is None:
                return
            counter = await main.threads.read(main.source.counter)
            if counter == self._counter:
                return
            self._counter = counter
            news = await main.threads.read(main.source.news, self._heard)
            self._heard = news.heard
            if self.caller is not None and self.caller.call.id <= news.answered:
                self.put_away()
            for alert in news.alerts:
                self.call_out(alert.kind, alert.text, alert.ticket)
            for caller in news.callers:
                self._rings(caller)
        finally:
            self._looking = False

    def call_out(self, kind: Kind, text: str, ticket: int | None) -> None:
        """Say one thing in the ways that `[ui.alerts]` names for it."""
        main = self._main
        ways = getattr(main.settings.ui.alerts, kind)
        said = plain_line(f"#{ticket}  {text}" if ticket is not None else text)
        if "toast" in ways:
            notify(main.app, said, "warning")
        if "bell" in ways:
            main.app.bell()
        if "desktop" in ways:
            desktop.tell(main.app, main.settings.desk.name, said)
        if "flash" in ways:
            self._flash = (said, main.who.now() + _FLASH)
            main.poller.say()
        if "focus" in ways and ticket is not None and not self._typing():
            main.perform("ticket.open", str(ticket))

    # --- who rings

    def _rings(self, caller: Caller) -> None:
        name = caller.name or caller.email or caller.call.phone
        self.call_out("call", _("☎ {name} is calling").format(name=name), None)
        self.put_away()
        self.caller = caller
        self._show(caller)

    def _show(self, caller: Caller) -> None:
        """Put the panel on the screen that is there, and give it the keys if nobody types."""
        screen = self._main.app.screen
        if not isinstance(screen, Sheet | type(self._main)):
            return  # a question is being answered: it comes first
        if self._ring is not None and self._ring.is_attached and self._ring.screen is screen:
            return
        if self._ring is not None:
            self._ring.remove()
        self._ring = ring = Ring(caller)
        screen.mount(ring)
        screen.set_timer(_GRACE, self._offer)

    def _offer(self) -> None:
        """Give the panel the keys, unless somebody types."""
        if not self._typing():
            self.take_up()

    def _typing(self) -> bool:
        scope = getattr(self._main.app, "scope", Scope.GLOBAL)
        return scope in _TYPING or self._main.composer.opening

    def take_up(self) -> None:
        """The keys are for the panel: what was typed stays where it is."""
        ring = self._ring
        # The screen knows at once who has the keys; a widget only when it has been told.
        if ring is not None and ring.is_attached and ring.screen.focused is not ring:
            self._before = ring.screen.focused
            ring.screen.set_focus(ring)

    def answered(self) -> Caller | None:
        """The agent takes the call, or puts it away: in all consoles of theirs."""
        from kfdesk.desk.teamwork.alerts import answer

        if (caller := self.put_away()) is not None:
            source, call = desk_of(self._main), caller.call.id
            self._main.attempt(
                self._main.threads.write(source.do, lambda desk, me: answer(desk, me, call))
            )
        return caller

    def put_away(self) -> Caller | None:
        """The panel goes, and the keys go back to where they were; who it was is returned."""
        caller, ring, before = self.caller, self._ring, self._before
        self.caller = self._ring = self._before = None
        if ring is not None and ring.is_attached:
            had, screen = ring.screen.focused is ring, ring.screen
            ring.remove()
            if had:
                screen.set_focus(before if before is not None and before.is_attached else None)
        return caller
