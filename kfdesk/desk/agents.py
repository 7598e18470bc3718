"""Who is at the keyboard."""

from __future__ import annotations

import getpass

from kfdesk.errors import UserError
from kfdesk.i18n import _
from kfdesk.model import Actor, By
from kfdesk.rules.names import meant
from kfdesk.settings import Settings


def acting(settings: Settings, name: str | None = None) -> Actor:
    """Return the agent of `--as`, else the one whose `os_user` this is, else the login name.

    UserError for a name that the configuration does not know.
    """
    if name is not None:
        return Actor(By.AGENT, agent_named(settings, name, "--as "))
    login = login_name()
    named = next((agent.name for agent in settings.agents if agent.os_user == login), login)
    return Actor(By.AGENT, named)


def agent_named(settings: Settings, name: str, option: str = "") -> str:
    """Return the name if it is an agent's; UserError, which names the option, if it is not."""
    known = [agent.name for agent in settings.agents]
    if name in known:
        return name
    hint = meant(name, known)
    raise UserError(
        _("{option}{name}: there is no such agent; {hint}").format(
            option=option, name=name, hint=hint
        )
    )


def login_name() -> str:
    """The name of this login; "agent" in a container whose user has none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "agent"
