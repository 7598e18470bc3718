"""Who gets a ticket that nobody has: the routes of a configuration. Pure; `choosing` decides."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from kfdesk import settings as written
from kfdesk.errors import ConfigError, Place
from kfdesk.i18n import _
from kfdesk.rules.language.known import Known
from kfdesk.rules.language.tree import Query
from kfdesk.rules.names import hint
from kfdesk.rules.reading.read_query import query
from kfdesk.settings import NOWHERE, Settings
from kfdesk.text import fold


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

    @classmethod
    def of(cls, strategies: tuple[str, ...]) -> Route:
        """The nameless route of a rule that assigns by strategies, within the ticket's team."""
        return cls("", Query("", None), strategies)


def read(settings: Settings, known: Known) -> tuple[tuple[Route, ...], list[ConfigError]]:
    """Return the routes of a configuration, and what is wrong with the others."""
    routes: list[Route] = []
    errors: list[ConfigError] = []
    for one in settings.routes:
        reader = _Reader(one, known, errors)
        found = len(errors)
        route = reader.route()
        if route is not None and len(errors) == found:
            routes.append(route)
    return tuple(routes), errors


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads one route, and goes on after an error, so that all of them are seen at once."""

    route_: written.Route
    known: Known
    errors: list[ConfigError]

    def route(self) -> Route | None:
        one = self.route_
        when = self.query(one.when, "when")
        sources = tuple(self.sources())
        if ("source" in one.strategies) != bool(one.source):
            self.fail(
                "source" if one.source else "strategies",
                _("the strategy “source” goes by lines that are not there; give it `source`")
                if not one.source
                else _("nothing goes by these lines; name “source” among the strategies"),
            )
        team = self.name("team", "team", one.team) if one.team else ""
        exclude = [self.name(f"exclude[{n}]", "agent", name) for n, name in enumerate(one.exclude)]
        if when is None:
            return None
        return Route(
            one.name,
            when,
            one.strategies,
            team,
            frozenset(exclude),
            sources,
            one.last_agent_within,
            one.skill_from,
            one.not_older_than,
            one.place,
        )

    def fail(self, key: str, message: str) -> None:
        self.errors.append(ConfigError(message, self.route_.place.at(key)))

    def query(self, text: str, key: str) -> Query | None:
        try:
            return query(text, self.known, self.route_.place.at(key))
        except ConfigError as error:
            self.errors.append(error)
            return None

    def name(self, key: str, kind: str, text: str) -> str:
        """An agent or a team that must exist, by name or title."""
        names = self.known.names[kind]
        if (stored := names.get(fold(text))) is None:
            self.unknown(key, text, names.values())
            return ""
        return stored

    def unknown(self, key: str, text: str, names: Iterable[str]) -> None:
        message = _("nobody is called “{name}”{hint}")
        self.fail(key, message.format(name=text, hint=hint(text, dict.fromkeys(names))))

    def sources(self) -> Iterable[Source]:
        """The lines; each goes to `agent:NAME`, `team:NAME`, or a bare name of either."""
        agents, teams = self.known.names["agent"], self.known.names["team"]
        for n, line in enumerate(self.route_.source):
            when = self.query(line.when, f"source[{n}].when")
            key = f"source[{n}].to"
            kind, colon, name = line.to.partition(":")
            if not colon:
                name = line.to
                kind = "agent" if fold(name) in agents else "team"
            agent = team = ""
            if kind not in ("agent", "team"):
                self.unknown(key, line.to, ("agent:", "team:"))
            elif not colon and fold(name) not in {*teams, *agents}:
                self.unknown(key, name, (*agents.values(), *teams.values()))
            elif kind == "agent":
                agent = self.name(key, kind, name)
            else:
                team = self.name(key, kind, name)
            if when is not None:
                yield Source(when, agent, team)
