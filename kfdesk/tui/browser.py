"""A console that is shown in a browser: what it may not do there."""

from __future__ import annotations

from pathlib import Path
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


def reachable(app: App[Any], path: Path) -> Path:
    """Return a path as it is; UserError where the one who named it sits at another machine."""
    if app.is_web:
        raise UserError(_("files of this machine cannot be named from a browser"))
    return path
