"""Opening the console: the first rows are on the terminal before Textual has been imported."""

from __future__ import annotations

import gc
import os
import sys
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from kfdesk import i18n
from kfdesk.model import Actor
from kfdesk.settings import Settings
from kfdesk.store.glance import glance, remembered
from kfdesk.tui.first import hushed, painted
from kfdesk.tui.looks.terminal import Terminal
from kfdesk.tui.memory.chosen import chosen
from kfdesk.tui.memory.kept import page
from kfdesk.tui.queue.painter import Who

if TYPE_CHECKING:
    from kfdesk.desk import Clock
    from kfdesk.tui.source.source import Source

#: More rows than any terminal has lines.
_GLANCE = 200
#: A thread that reads gives way to a key after so many seconds of its own work.
_SWITCH = 0.001
#: The collector looks at so many new objects at a time, a millisecond's work: a picture that is
#: painted makes hundreds, and a key may come at any of them.
_YOUNG = 5_000


def run(
    settings: Settings,
    actor: Actor,
    clock: Clock,
    *,
    sync: bool = True,
    spoken: bool = False,
    demo: bool = False,
) -> None:
    """Open the console of a configuration; with `sync`, a child process syncs meanwhile.

    `spoken`: the language was asked for on the command line; a `demo` has a tour.
    Raises what kept the desk from being opened, and ConfigError for impossible keys.
    """
    who = looking(settings, actor, clock)
    kept = remembered(settings.database, actor.name)
    known = glance(settings.database, _GLANCE, page(kept)) or glance(settings.database, _GLANCE)
    wanted = chosen(settings, kept).ui
    if wanted.language and not spoken:
        i18n.use(wanted.language)
    encoding = sys.__stdout__.encoding if sys.__stdout__ else "ascii"
    terminal = Terminal.of(os.environ, encoding, ascii=wanted.ascii)

    def open_desk() -> Source:
        from kfdesk.tui.source.live import DeskSource

        source = DeskSource.open(settings, actor, clock)
        gc.freeze()  # what is there stays: no key waits until the collector has looked at it all
        gc.set_threshold(_YOUNG)
        return source

    with hushed():
        with painted(known, settings, who, wanted.theme, terminal, kept):
            from kfdesk.tui.console import Console

            config = settings.file if sync else None
            console = Console(
                *(open_desk, settings, who),
                config=config,
                known=known,
                kept=kept,
                terminal=terminal,
                theme=wanted.theme,
            )
            console.demo = demo
        sys.setswitchinterval(_SWITCH)
        error = console.run()
    if error is not None:
        raise error


def looking(settings: Settings, actor: Actor, clock: Clock) -> Who:
    """Who looks at the desk of a configuration."""
    titles = {team.name: team.title for team in settings.teams}
    titles |= {agent.name: agent.title for agent in settings.agents}
    shown = {name: title for name, title in titles.items() if title}
    pauses = {policy.name: policy.pause_on for policy in settings.policies}
    return Who(actor.name, shown, ZoneInfo(settings.desk.timezone), clock, pauses)
