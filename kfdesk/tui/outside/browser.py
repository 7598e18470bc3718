"""A console that is shown in a browser: what it may not do there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kfdesk.actions import BY_ID
from kfdesk.errors import UserError
from kfdesk.i18n import _

if TYPE_CHECKING:
    from textual.app import App


def allow(app: App[Any], action: str) -> None:
    """UserError for what needs programs or files of the machine that the console runs on."""
    if app.is_web and BY_ID[action].local:
        raise UserError(
            _("“{action}” uses this machine's programs and files; not in the browser").format(
                action=BY_ID[action].title
            )
        )


def ask_server(app: App[Any]) -> None:
    """Ask `kfdesk web`, which syncs for all of its consoles, to do it now."""
    from textual.drivers.web_driver import WebDriver

    if isinstance(driver := app._driver, WebDriver):
        driver.write_meta({"type": "sync"})


def reachable(app: App[Any], path: str) -> None:
    """UserError where who names a file sits at another machine than that with the file."""
    if app.is_web:
        raise UserError(
            _("{path} is a file of the server, which a browser cannot name").format(path=path)
        )
