"""Giving a ticket to an agent or a team."""

from __future__ import annotations

from difflib import get_close_matches

from kfdesk.desk import Desk
from kfdesk.desk.change import change
from kfdesk.errors import UserError
from kfdesk.i18n import _
from kfdesk.model import Actor, Change, Ticket
from kfdesk.settings import Settings


def target(settings: Settings, who: str, me: str = "") -> Change:
    """Return the change that `who` means: an agent, a team, `agent:X`, `team:X`, `me`, `none`."""
    kind, colon, name = who.partition(":")
    if not colon:
        kind, name = "", who
    if name == "none" and kind in ("", "agent"):
        return Change(assignee="")
    if name == "none" and kind == "team":
        return Change(team="")
    if name == "me" and kind in ("", "agent"):
        name = me
    agents = [agent.name for agent in settings.agents]
    teams = [team.name for team in settings.teams]
    if kind in ("", "agent") and name in agents:
        return Change(assignee=name)
    if kind in ("", "team") and name in teams:
        return Change(team=name)
    known = [*(agents if kind != "team" else ()), *(teams if kind != "agent" else ())]
    near = get_close_matches(name, known, 1)
    hint = (
        _("did you mean {name}?").format(name=near[0])
        if near
        else _("known are {known}").format(known=", ".join(known))
    )
    raise UserError(_("nobody is called “{who}”: {hint}").format(who=who, hint=hint))


def assign(desk: Desk, number: int, who: str, actor: Actor, version: int | None = None) -> Ticket:
    """Assign a ticket to an agent or a team of the configuration."""
    return change(desk, number, target(desk.settings, who, actor.name), actor, version)
