"""Whom a rule means when it tells or mails somebody of ours: `assignee`, `team`, `agent:NAME`, …"""

from __future__ import annotations

from kfdesk.i18n import _
from kfdesk.settings import Agent, Settings
from kfdesk.store.tickets import State


def meant(settings: Settings, to: str, state: State) -> list[Agent] | None:
    """Return the agents that `to` means on a ticket, perhaps nobody; None if it is no agent."""
    kind, _colon, name = to.partition(":")
    match kind:
        case "assignee" | "agent":
            wanted = name or state.assignee
            return [agent for agent in settings.agents if agent.name == wanted]
        case "team":
            wanted = name or state.team
            return [agent for agent in settings.agents if wanted and wanted in agent.teams]
    return None


def nobody(to: str) -> str:
    """Why `to` means nobody on a ticket."""
    match to:
        case "assignee":
            return _("nobody has the ticket")
        case "team":
            return _("no team has the ticket, or nobody is in it")
    return _("nobody is meant by “{name}”").format(name=to)
