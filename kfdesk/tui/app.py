"""The console's application: paints first, then opens the desk, and lets go of both at the end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar
from zoneinfo import ZoneInfo

from textual.app import App
from textual.binding import BindingType

from kfdesk.actions import Scope
from kfdesk.desk import Clock
from kfdesk.errors import KfdeskError
from kfdesk.model import Actor
from kfdesk.settings import Settings
from kfdesk.tui import theme
from kfdesk.tui.keys import bindings, keymap
from kfdesk.tui.main import Main
from kfdesk.tui.painter import Who
from kfdesk.tui.source import Source
from kfdesk.tui.sync import Sync
from kfdesk.tui.threads import Threads


class Console(App[KfdeskError | None]):
    """One screen on one desk. It returns the error that kept the desk from being opened, if any."""

    TITLE = "kfdesk"
    CSS_PATH = "console.tcss"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = bindings(Scope.GLOBAL)

    def __init__(
        self,
        open_source: Callable[[], Source],
        settings: Settings,
        agent: str,
        *,
        config: Path | None = None,
        threads: Threads | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        super().__init__()
        keys = keymap(settings.ui.keys)
        self.set_keymap({name: ",".join(keys[name]) for name in settings.ui.keys})
        for own in (theme.DARK, theme.LIGHT):
            self.register_theme(own)
        self.theme = (
            settings.ui.theme if settings.ui.theme in self.available_themes else "kfdesk-dark"
        )
        self._open_source = open_source
        self._threads = threads or Threads()
        self._config = config
        who = Who(agent, _titles(settings), ZoneInfo(settings.desk.timezone), now)
        self.main = Main(settings, who, keys, theme.palette(self.current_theme), self._threads)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Our variables, for themes that do not have them."""
        return theme.VARIABLES

    def on_mount(self) -> None:
        """Paint, then open the desk behind the picture."""
        self.push_screen(self.main)
        self.main.call_after_refresh(self.run_worker, self._open(), exit_on_error=True)

    async def _open(self) -> None:
        try:
            source = await self._threads.read(self._open_source)
        except KfdeskError as error:
            self.exit(error)
            return
        self.main.attach(source)
        if self._config is not None:
            self.main.sync = Sync(self._config, self.main.synced)
            self.run_worker(self.main.sync.run(), group="sync")

    async def on_unmount(self) -> None:
        """End the child, finish the writing, let go of the desk."""
        if self.main.sync is not None:
            await self.main.sync.end()
        self._threads.close()
        if self.main.source is not None:
            self.main.source.close()


def _titles(settings: Settings) -> Mapping[str, str]:
    titles = {team.name: team.title for team in settings.teams}
    titles |= {agent.name: agent.title for agent in settings.agents}
    return {name: title for name, title in titles.items() if title}


def run(settings: Settings, actor: Actor, clock: Clock, *, sync: bool = True) -> None:
    """Open the console of a configuration; with `sync`, a child process syncs meanwhile.

    Raises what kept the desk from being opened, and ConfigError for impossible keys.
    """

    def open_desk() -> Source:
        from kfdesk.tui.live import DeskSource

        return DeskSource.open(settings, actor, clock)

    config = settings.file if sync else None
    error = Console(open_desk, settings, actor.name, config=config, now=clock).run()
    if error is not None:
        raise error
