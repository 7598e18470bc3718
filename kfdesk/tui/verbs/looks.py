"""Choosing how the console looks and which language it speaks; both are remembered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from kfdesk import i18n
from kfdesk.errors import UserError
from kfdesk.i18n import _
from kfdesk.tui.lines.content import notify
from kfdesk.tui.looks import theme
from kfdesk.tui.memory.chosen import choice
from kfdesk.tui.pickers.picker import Choice, pick
from kfdesk.tui.verbs.kind import desk_of

if TYPE_CHECKING:
    from kfdesk.desk import Desk
    from kfdesk.model import Actor
    from kfdesk.tui.console import Console
    from kfdesk.tui.main import Main


async def theme_of(main: Main, argument: str) -> None:
    """Wear the theme that is named, or one that is picked with the console as its preview."""
    from kfdesk.tui.pickers.themes import Themes

    app, own = cast("Console", main.app), main.settings.themes
    before = app.appearance.wanted
    name = argument
    if name and theme.find(name, own) is None:
        known = ", ".join(theme.names(own))
        raise UserError(
            _("there is no theme “{name}”; known are: {known}").format(name=name, known=known)
        )
    if not name:
        choices = [Choice(name, name, _("yours") * (name in own)) for name in theme.names(own)]
        picked: str | None = await app.push_screen_wait(Themes(_("Theme"), choices, before))
        name = picked or ""
    app.wear(name or before)
    if name:
        await _remember(main, "theme", name)
    if not app.appearance.whole:
        notify(app, _("This terminal has sixteen colours at most: the theme shows in another one"))


async def language(main: Main, argument: str) -> None:
    """Speak the language that is named or picked, at once and everywhere."""
    names = i18n.NAMES
    name = argument and i18n.known(argument)
    if argument and not name:
        raise UserError(
            _("there is no language “{name}”; known are: {known}").format(
                name=argument, known=", ".join(names)
            )
        )
    if not name:
        choices = [Choice(code, title, code) for code, title in names.items()]
        picked = await pick(main.app, _("Language"), choices, i18n.current())
        name = i18n.known(picked) if picked else None
    if name:
        await cast("Console", main.app).speak(name)
        await _remember(main, "language", name)


async def _remember(main: Main, key: str, value: str) -> None:
    from kfdesk.store.people import console

    changed: dict[str, Any] = choice(main.settings.ui, key, value)

    def remember(desk: Desk, actor: Actor) -> None:
        with desk.store.write() as tx:
            console.remember(tx, actor.name, changed, desk.clock())

    await main.threads.write(desk_of(main).do, remember)
