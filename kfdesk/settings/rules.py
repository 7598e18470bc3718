"""What happens by itself: triggers, schedules, bots, and who gets a ticket."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from kfdesk.errors import Place
from kfdesk.settings.kinds import NOWHERE, Count, Every, Name


@dataclass(frozen=True, slots=True)
class Trigger:
    """What shall happen by itself.

    `do` is as it stands in the file: `rules.load` checks and types it.
    """

    name: Name
    """What `kfdesk why` calls the rule."""
    on: tuple[Literal["created", "updated", "message"], ...] = ()
    """The events that it looks at; without it, created and updated."""
    when: str = ""
    """A query; the rule fires for tickets that it is true of."""
    do: tuple[Mapping[str, Any], ...] = ()
    """What happens, in order: `set`, `tag`, `untag`, `assign`, `reply`, `note`, `mail`, `notify`,
    `webhook`, `csat`, `sla`, `collaborator`, `follow`, `snooze`, `link`, `stop`."""
    stop: bool = False
    """Whether later rules leave the ticket alone once this one fired."""
    always: bool = False
    """Whether it looks at every update, also where none of the fields it names changed."""
    group: str = ""
    """Of the rules of one group, only the first that fires does anything at an event."""
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Schedule:
    """What shall happen by itself as time goes by."""

    name: Name
    """What `kfdesk why` calls the rule."""
    every: Every
    """When it looks: "hour" (each full hour of the desk's time zone), "15m", "day 09:00",
    "mon 09:00"."""
    when: str = ""
    """A query; the rule fires for tickets that it is true of, once for as long as it stays true."""
    do: tuple[Mapping[str, Any], ...] = ()
    """What happens, in order; the same actions as those of a trigger."""
    repeat_after: timedelta | None = None
    """After how long it fires again for a ticket of which the query is still true."""
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Bot:
    """What answers the questions that come again and again, before a person has to."""

    name: Name
    """What `kfdesk why` calls the bot."""
    when: str = ""
    """A query; the bot answers messages of customers that it is true of."""
    reply: str = ""
    """The template that it answers with."""
    article: str = ""
    """The article of the knowledge base that it answers with, by its path without `.md`."""
    times: Count = 1
    """How often it answers in one ticket at most."""
    handover: str = ""
    """Words with which the customer asks for a person, parted by commas: no bot answers in that
    ticket any more."""
    do: tuple[Mapping[str, Any], ...] = ()
    """What else happens when it answers; the same actions as those of a trigger."""
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Source:
    """One line of a route's strategy `source`."""

    when: str
    """A query: by channel, account, words, customer group, …"""
    to: Name
    """Who gets such tickets: an agent, or a team of whose agents the next strategies choose. Both
    only among those whom the route asks."""


@dataclass(frozen=True, slots=True)
class Route:
    """Who gets a ticket that nobody has."""

    name: Name
    """What `kfdesk why` calls the route."""
    when: str = "is:unassigned"
    """A query; the route is for tickets that it is true of. The first route that holds decides."""
    strategies: tuple[
        Literal["last-agent", "source", "skill", "least-open", "least-today", "round-robin"], ...
    ] = ("round-robin",)
    """How an agent is chosen; where one finds nobody, the next is asked."""
    team: str = ""
    """The team whose agents are asked; without it, the ticket's own, or everybody where it has
    none."""
    exclude: tuple[str, ...] = ()
    """Agents who get nothing by this route."""
    source: tuple[Source, ...] = ()
    """What the strategy `source` goes by; the first line that holds."""
    last_agent_within: timedelta = timedelta(days=30)
    """For how long a returning customer goes to the agent who had them last."""
    skill_from: Count = 20
    """How many solved tickets of a category an agent's skill is learnt from at least."""
    not_older_than: timedelta | None = None
    """How long a ticket may have waited for somebody to be there; an older one is left for a person
    to give out."""
    place: Place = NOWHERE
