"""Who is at the keyboard."""

from __future__ import annotations

import getpass
from difflib import get_close_matches

from kfdesk.errors import UserError
from kfdesk.i18n import _
from kfdesk.model import Actor, By
from kfdesk.settings import Settings


def acting(settings: Settings, name: str | None = None) -> Actor:
    """Return the agent of `--as`, else the one whose `os_user` this is, else the login name.

    UserError for a name that the configuration does not know.
    """
    if name is not None:
        known = [agent.name for agent in settings.agents]
        if name not in known:
            near = get_close_matches(name, known, 1)
            hint = (
                _("did you mean {name}?").format(name=near[0])
                if near
                else _("known are {known}").format(known=", ".join(known))
            )
            raise UserError(
                _("--as {name}: there is no such agent; {hint}").format(name=name, hint=hint)
            )
        return Actor(By.AGENT, name)
    login = login_name()
    named = next((agent.name for agent in settings.agents if agent.os_user == login), login)
    return Actor(By.AGENT, named)


def login_name() -> str:
    """The name of this login; "agent" in a container whose user has none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "agent"
