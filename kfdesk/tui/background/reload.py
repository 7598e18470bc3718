"""A configuration that changes while the console is open: taken in, or told as wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from kfdesk.desk.syncing.reload import Reloader
from kfdesk.errors import ConfigError, ConfigErrors
from kfdesk.i18n import _
from kfdesk.model import Actor, By
from kfdesk.settings import Settings
from kfdesk.tui.app import looking
from kfdesk.tui.keys.keymap import Keys, keymap
from kfdesk.tui.lines.content import notify
from kfdesk.tui.source.source import Source

if TYPE_CHECKING:
    from kfdesk.tui.console import Console
    from kfdesk.tui.main import Main


class Reload:
    """Looks at the files, in a thread; what was in force stays so while they are wrong."""

    def __init__(self, main: Main) -> None:
        self.error = ""  # what is wrong with them now
        self.refused: tuple[ConfigError, ...] = ()  # the same, each with its place
        self._main = main
        self._reloader = Reloader(main.settings)
        self._looking = False

    async def look(self, source: Source) -> None:
        """Look once, unless a look is going on."""
        if self._looking:
            return
        self._looking = True
        main = self._main
        try:
            settings = await main.threads.read(self._reloader.look)
            if settings is not None:
                keys = keymap(settings.ui.keys)
                # Behind every change that was asked for under the old one.
                await main.threads.write(source.reload, settings)
                await self._take(settings, Keys(keys))
        except ConfigError as error:
            self._reloader.refuse(error)
            self.error = str(error)
            self.refused = error.errors if isinstance(error, ConfigErrors) else (error,)
            notify(main.app, self.error, "error")
            main.poller.say()
        finally:
            self._looking = False

    async def _take_looks(self, before: Settings) -> None:
        """Wear and speak what the file says now, where it says something new."""
        app, settings = cast("Console", self._main.app), self._main.settings
        if settings.ui.theme != before.ui.theme:
            app.wear(settings.ui.theme)
        elif settings.themes != before.themes:
            app.wear(app.appearance.wanted)
        spoken = settings.ui.language or settings.desk.language
        if spoken and spoken != (before.ui.language or before.desk.language):
            await app.speak(spoken)

    async def _take(self, settings: Settings, keys: Keys) -> None:
        main = self._main
        self.error, self.refused = "", ()
        before, main.settings, main.keys = main.settings, settings, keys
        main.look(looking(settings, Actor(By.AGENT, main.who.agent), main.who.now))
        await self._take_looks(before)
        notify(main.app, _("The changed configuration is in force"))
        if main.status.take(settings):
            main.queue.choose(main.status.views[main.status.view].columns or settings.ui.columns)
            await main.show(main.status.query)
        await main.refresh_all()
