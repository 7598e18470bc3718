"""Who gets a ticket: routes, and how one of their strategies chooses among agents. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from kfdesk.errors import ConfigError, Place
from kfdesk.rules.known import Known
from kfdesk.rules.read_query import query
from kfdesk.rules.tree import Query
from kfdesk.settings import NOWHERE, Settings


@dataclass(frozen=True, slots=True)
class Source:
    """Tickets that fit go to an agent, or to the agents of a team."""

    when: Query
    agent: str = ""
    team: str = ""


@dataclass(frozen=True)
class Route:
    """One route."""

    name: str
    when: Query
    strategies: tuple[str, ...]
    team: str = ""
    exclude: frozenset[str] = frozenset()
    source: tuple[Source, ...] = ()
    last_agent_within: timedelta = timedelta(days=30)
    skill_from: int = 20
    not_older_than: timedelta | None = None
    place: Place = NOWHERE


def read(settings: Settings, known: Known) -> tuple[tuple[Route, ...], list[ConfigError]]:
    """Return the routes of a configuration, and what is wrong with the others."""
    routes: list[Route] = []
    errors: list[ConfigError] = []
    for written in settings.routes:
        try:
            when = query(written.when, known, written.place.at("when"))
            sources = tuple(
                Source(query(line.when, known, written.place.at(f"source[{n}].when")), line.to)
                for n, line in enumerate(written.source)
            )
        except ConfigError as error:
            errors.append(error)
            continue
        routes.append(
            Route(
                written.name,
                when,
                written.strategies,
                written.team,
                frozenset(written.exclude),
                sources,
                written.last_agent_within,
                written.skill_from,
                written.not_older_than,
                written.place,
            )
        )
    return tuple(routes), errors
