"""Who works here, what agents are told, and which customers belong together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from kfdesk.errors import Place
from kfdesk.settings.channels import Secret
from kfdesk.settings.kinds import NOWHERE, Count, Email, Name, OnClosed, Steps, Way


@dataclass(frozen=True, slots=True)
class Team:
    """A team that tickets are assigned to."""

    name: Name
    """What rules and queries call the team."""
    title: str = ""
    """How the team is shown; without it, its name."""
    on_closed: OnClosed = "reopen"
    """What a message on a closed ticket does: "reopen" it, make a "new" one, or, with
    { reopen_within = "7d" }, reopen it within that time and make a new one later."""
    progress: Steps = ()
    """The steps of which customers are told by mail, like those of a parcel: received, accepted,
    team, pending, hold, open, solved, closed; true for all of them."""
    robot: str = ""
    """The [[robot]] of the team's chat group: what rules tell the team is said there too."""
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Robot:
    """A robot of a chat group, which says there what rules tell a team; or any webhook."""

    name: Name
    """What teams and rules call the robot."""
    type: Literal["webhook", "wecom", "dingtalk", "feishu", "slack"]
    """Whose robot it is; `webhook` is posted the ticket as JSON, the others a text."""
    url: Secret
    """The address that the chat program gave; who knows it can post."""
    secret: Secret | None = None
    """What messages are signed with, for dingtalk and feishu, where the robot asks for it."""
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Shift:
    """When an agent works."""

    calendar: Name
    """The calendar whose working time is the agent's shift."""


@dataclass(frozen=True, slots=True)
class Tell:
    """How an agent is told of what others do: in the console, with a bell, on the desktop by the
    console, by mail. An empty list: not at all. Nobody is told of what they did themselves."""

    assigned: tuple[Way, ...] = ("console", "bell")
    """A ticket was given to the agent."""
    mention: tuple[Way, ...] = ("console", "bell")
    """A note names the agent, or a team of theirs, behind an @."""
    reply: tuple[Way, ...] = ("console",)
    """The customer, or somebody who was asked aside, wrote on a ticket that the agent has."""
    followed: tuple[Way, ...] = ("console",)
    """Somebody wrote on, or moved, a ticket that the agent follows or has."""
    breached: tuple[Way, ...] = ("console", "bell")
    """A ticket that the agent has or follows missed a deadline."""


@dataclass(frozen=True, slots=True)
class Agent:
    """A person who answers tickets."""

    name: Name
    """What rules and queries call the agent."""
    title: str = ""
    """How the agent is shown; without it, the name."""
    email: Email = ""
    """The agent's own address; a mail forwarded from it makes a ticket of the first sender."""
    teams: tuple[str, ...] = ()
    """The teams that the agent belongs to."""
    role: Literal["agent", "lead", "admin"] = "agent"
    """What the agent may do."""
    capacity: Count = 0
    """How many open tickets (`is:open`) routes let the agent hold; without it, any number."""
    shift: Shift | None = None
    """When routes give the agent tickets; without it, at any time."""
    os_user: str = ""
    """The login name on this machine, by which `kfdesk` knows who is at it without --as."""
    notify: Tell = Tell()
    """How the agent is told of what others do: { mention = ["console", "mail"] }."""
    signature: str = ""
    """What `{{agent.signature}}` stands for in templates and canned replies."""
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Group:
    """A group of customers."""

    name: Name
    """What rules and queries call the group: `customer.group:VIP`."""
    title: str = ""
    """How the group is shown; without it, its name."""
    when: str = ""
    """A query; customers that it is true of belong to the group. Others are put in by hand."""
    place: Place = NOWHERE
