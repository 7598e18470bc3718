"""What every command is given: the global options, and what follows from them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from kfdesk import i18n
from kfdesk.errors import UserError
from kfdesk.i18n import _

if TYPE_CHECKING:
    from kfdesk.desk import Clock, Desk
    from kfdesk.model import Actor
    from kfdesk.settings import Settings


@dataclass
class Globals:
    """The options that every command knows."""

    config: Path | None = None
    agent: str | None = None
    now: str | None = None
    json: bool = False
    lang: str | None = None

    def settings(self) -> Settings:
        """Load the configuration, and speak its language unless another was asked for."""
        from kfdesk.config import load
        from kfdesk.paths import find_config

        settings = load(find_config(self.config))
        if self.lang is None and settings.desk.language is not None:
            i18n.use(settings.desk.language)
        return settings

    def tried(self, config: Path | None) -> tuple[Settings, Settings]:
        """Load the desk's configuration, and that whose rules are to be tried on it."""
        from kfdesk.config import load
        from kfdesk.paths import find_config, no_config

        if config is None:
            return (own := self.settings()), own
        if self.config is None and no_config():
            self.config = config
            return (own := self.settings()), own
        return self.settings(), load(find_config(config))

    def clock(self, settings: Settings) -> Clock:
        """The wall clock, or the instant of --now; without an offset it is the desk's own time."""
        from kfdesk.desk import wall_clock

        if self.now is None:
            return wall_clock
        try:
            at = datetime.fromisoformat(self.now)
        except ValueError:
            raise UserError(
                _("--now {text}: write it as 2026-11-21T09:30:00+08:00").format(text=self.now)
            ) from None
        if not 1970 < at.year < 2500:  # beyond, neither calendars nor clocks can count
            raise UserError(_("--now {text}: no desk was open then").format(text=self.now))
        fixed = at if at.tzinfo else at.replace(tzinfo=ZoneInfo(settings.desk.timezone))
        instant = fixed.astimezone(UTC)
        return lambda: instant

    @contextmanager
    def desk(self) -> Iterator[tuple[Desk, Actor]]:
        """Open the desk, with who is at the keyboard."""
        from kfdesk.desk import Desk
        from kfdesk.desk.agents import acting

        settings = self.settings()
        actor = acting(settings, self.agent)
        desk = Desk.open(settings, self.clock(settings))
        try:
            yield desk, actor
        finally:
            desk.close()


def language_of(text: str) -> i18n.Spoken:
    """The language of --lang."""
    if (language := i18n.known(text)) is None:
        raise UserError(_("--lang {text}: it is zh, zh-TW or en").format(text=text))
    return language
