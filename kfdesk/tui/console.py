"""The application: it paints what is known already, then opens the desk behind the picture."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from textual import events
from textual.app import App
from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver
from textual.filter import LineFilter
from textual.theme import Theme

from kfdesk import i18n
from kfdesk.actions import Scope
from kfdesk.errors import KfdeskError
from kfdesk.model import TicketRow
from kfdesk.settings import Settings
from kfdesk.tui.acting import Acting
from kfdesk.tui.background.sync import Sync
from kfdesk.tui.frame.closed import let_go
from kfdesk.tui.hearing import Hearing
from kfdesk.tui.keys.held import Held
from kfdesk.tui.keys.keymap import Keys, keymap
from kfdesk.tui.keys.pressing import Pressing
from kfdesk.tui.looks import theme as themes
from kfdesk.tui.looks.appearance import Appearance
from kfdesk.tui.looks.terminal import Terminal
from kfdesk.tui.main import Main
from kfdesk.tui.queue.beginning import advise
from kfdesk.tui.queue.painter import Who
from kfdesk.tui.screens.sheet import Sheet
from kfdesk.tui.source.source import Source
from kfdesk.tui.source.threads import Threads
from kfdesk.tui.verbs import touring

if TYPE_CHECKING:
    from kfdesk.tui.tour.tour import Tour


class Console(App[KfdeskError | None]):
    """One screen on one desk. It returns the error that kept the desk from being opened, if any."""

    TITLE = "kfdesk"
    CSS_PATH = "console.tcss"
    ENABLE_COMMAND_PALETTE = False

    def __init__(
        self,
        open_source: Callable[[], Source],
        settings: Settings,
        who: Who,
        *,
        config: Path | None = None,
        threads: Threads | None = None,
        known: Sequence[TicketRow] = (),
        kept: Mapping[str, Any] = MappingProxyType({}),
        theme: str = "",
        terminal: Terminal = Terminal(),  # noqa: B008 -- frozen: one with many colours
    ) -> None:
        let_go()
        super().__init__()
        self.appearance = Appearance(self, theme or settings.ui.theme, settings, terminal)
        keys = Keys(keymap(settings.ui.keys))
        self.pressing = Pressing(self)
        self._leaving = False
        self._open_source = open_source
        self._threads = threads or Threads()
        self._config = config
        self.demo = False  # nothing that is done here leaves the machine
        self.tour: Tour | None = None
        self._known = known
        self.main: Main = Hearing(settings, who, keys, self.appearance.palette, self._threads, kept)
        self.held = Held(self, self.main, self._take)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Our variables, for themes that do not have them."""
        return themes.VARIABLES

    def get_driver_class(self) -> type[Driver]:
        """In a terminal it is our own."""
        found = super().get_driver_class()
        if found is not LinuxDriver:
            return found
        from kfdesk.tui.outside.tty import TerminalDriver

        return TerminalDriver

    def get_default_screen(self) -> Main:
        """The one screen."""
        return self.main

    # --- keys

    async def on_event(self, event: events.Event) -> None:
        """A key means what the key map says; what it does not know is for the focused widget."""
        if self._leaving and isinstance(event, events.MouseEvent):
            return
        if not isinstance(event, events.Key | events.Paste) or event.is_forwarded:
            await super().on_event(event)
        elif self.held.keep(event):
            self.app_focus = True
        else:
            await self._take(event)

    async def _take(self, event: events.Key | events.Paste) -> None:
        screen = self.screen
        if self._leaving:  # a screen that opened now would have nothing in it
            return
        if isinstance(event, events.Key):
            if not isinstance(screen, Acting):
                self.pressing.forget()
            elif self.pressing.pressed(screen, self.main.keys, event.key):
                self.app_focus = True
                return
        await super().on_event(event)

    def clicked(self, action: str, argument: str) -> None:
        """Do what stands in a line below, as if its keys had been pressed."""
        if isinstance(screen := self.screen, Acting):
            self.pressing.forget()
            screen.goings.close()
            screen.perform(action, argument)

    @property
    def scope(self) -> Scope:
        """Where the keys go."""
        return self.screen.scope if isinstance(self.screen, Acting) else Scope.GLOBAL

    def perform(self, action: str, argument: str = "") -> None:
        """Do what the registry calls `action`, on the screen that is there."""
        (self.screen if isinstance(self.screen, Sheet) else self.main).perform(action, argument)

    def performed(self, action: str) -> None:
        """An action was begun by a key, by its name, or by a click."""
        if self.tour is not None:
            self.tour.did(action)

    async def action_quit(self) -> None:
        """Quit from wherever one is."""
        self.leave()

    def leave(self) -> None:
        """End, a draft is kept: once the screen that is shown stands, and no key is heard then."""
        self._leaving = True
        self.main.composer.save()
        self.screen.call_later(self.main.call_later, self.exit)

    def to_main(self) -> None:
        """Leave every screen that lies over the panes."""
        while len(self.screen_stack) > 1:
            self.pop_screen()

    def on_mount(self) -> None:
        """Show what is known, then open the desk."""
        self.theme_changed_signal.subscribe(self, self._restyle)
        self.screen_change_signal.subscribe(self, self.held.opened)
        if self._known:
            self.main.queue.show(array("q", (row.number for row in self._known)), top=True)
            self.main.queue.put((), self._known)
            self.main.memory.point([row.number for row in self._known])
        self.main.call_after_refresh(self.run_worker, self._open())

    # --- looks

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Every line passes what the terminal can show; asked before there is anything of ours."""
        filters = super().get_line_filters()
        return self.appearance.filters(filters) if hasattr(self, "appearance") else filters

    def wear(self, name: str) -> None:
        """Put a theme on."""
        self.appearance.wear(name, self.main.settings)

    async def speak(self, language: i18n.Spoken) -> None:
        """Say everything in a language, on every screen that is open."""
        i18n.use(language)
        await self.main.say_anew()
        for screen in self.screen_stack:
            if isinstance(screen, Sheet):
                screen.say()
                await screen.load()
                screen.lay_out()

    def _restyle(self, _worn: Theme) -> None:
        styles = self.appearance.palette
        self.main.queue.restyle(styles)
        self.main.conversation.restyle(styles)
        for screen in self.screen_stack:
            if isinstance(screen, Sheet):
                screen.restyle(styles)

    async def _open(self) -> None:
        try:
            source = await self._threads.read(self._open_source)
        except KfdeskError as error:
            self.exit(error)
            return
        if self._leaving:  # there is nothing left to show it in
            source.close()
            return
        self.main.attach(source)
        self.main.follow.thumbnails.wanted = self.appearance.pictures
        if not self._known:
            self.main.attempt(advise(self.main))
        if self.demo:
            touring.offer(self.main)
        if self._config is not None:
            self.main.sync = Sync(self._config, self.main.poller.synced)
            self.run_worker(self.main.sync.run())

    async def on_unmount(self) -> None:
        """Finish the writing, end the child, let go of the desk."""
        await self.main.keep_draft()
        if self.main.sync is not None:
            await self.main.sync.end()
        await self.main.together.end()
        await self.main.memory.write()
        self._threads.close()
        self.main.checkers.close()
        if self.main.source is not None:
            self.main.source.close()
