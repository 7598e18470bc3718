"""A console that is shown in a browser: what it tells its page, and what it may not do there."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from textual.widgets import Input, TextArea

from kfdesk.actions import BY_ID
from kfdesk.errors import UserError
from kfdesk.i18n import _
from kfdesk.tui.keys.footer import Below, Hint
from kfdesk.tui.outside.sent import is_sent

if TYPE_CHECKING:
    from textual.app import App

    from kfdesk.tui.console import Console


_SOON = 0.05
#: What a thumb needs first of all while reading, behind the reply.
_NEAR = ("ticket.solve", "ticket.macro", "ticket.next", "ticket.previous", "search.show")


class Told(NamedTuple):
    """What a page is told of the screen, for buttons and for the keyboard of a phone."""

    hints: tuple[Hint, ...] = ()
    typing: bool = False
    dark: bool = True


def told(app: App[Any]) -> Told:
    """The hints of the line below, and whether one is typing."""
    if not app.screen_stack:
        return Told()
    screen = app.screen
    below = getattr(screen, "below", None)
    said = below.said if isinstance(below, Below) else ()
    hints = [hint for hint in said if hint.action and not BY_ID[hint.action].local]
    reply = next((at for at, hint in enumerate(hints) if hint.action == "ticket.reply"), None)
    if reply is not None:
        near = [Hint("", BY_ID[action].hint or BY_ID[action].title, action) for action in _NEAR]
        rest = [hint for hint in hints[reply + 1 :] if hint.action not in _NEAR]
        hints = [*hints[: reply + 1], *near, *rest]
    return Told(
        tuple(hints),
        isinstance(screen.focused, Input | TextArea),
        app.current_theme.dark,
    )


def do(app: Console, action: str, argument: str, meant: int | None = None) -> None:
    """Do what a button of the page says, as a click on the line below does.

    While the desk or the composer is being opened it waits, and is for the ticket that was `meant`.
    """
    main = app.main
    here = main.queue.listing.number
    if action not in BY_ID:
        return
    if main.waiting and app.screen is main:
        app.set_timer(_SOON, partial(do, app, action, argument, here if meant is None else meant))
    elif meant in (None, here):
        app.app_focus = True  # or a dialog would open in which nothing is heard
        app.clicked(action, argument)


def text(app: App[Any]) -> str:
    """The screen as text, to be selected and copied."""
    strips = app.screen._compositor.render_strips()
    return "\n".join(strip.text.rstrip() for strip in strips)


def allow(app: App[Any], action: str) -> None:
    """UserError for what needs programs or files of the machine that the console runs on."""
    if app.is_web and BY_ID[action].local:
        raise UserError(
            _("“{action}” uses this machine's programs and files; not in the browser").format(
                action=BY_ID[action].title
            )
        )


def ask_server(app: App[Any], what: str, number: int = 0) -> None:
    """Ask `kfdesk web` for a `sync`, or its page for a `file` that is for a ticket."""
    from textual.drivers.web_driver import WebDriver

    if isinstance(driver := app._driver, WebDriver):
        driver.write_meta({"type": what, "number": number})


def reachable(app: App[Any], path: str) -> None:
    """UserError where who names a file sits at another machine than that with the file."""
    if app.is_web and not is_sent(Path(path)):
        raise UserError(
            _("{path} is a file of the server, which a browser cannot name").format(path=path)
        )
