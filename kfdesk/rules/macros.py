"""Macros: what agents do again and again, written down once; the same actions as those of rules."""

from __future__ import annotations

from dataclasses import dataclass

from kfdesk.errors import ConfigError, Place
from kfdesk.i18n import _
from kfdesk.rules.actions import Action
from kfdesk.rules.language.known import Known
from kfdesk.rules.language.tree import Query
from kfdesk.rules.reading.read_actions import ActionReader
from kfdesk.rules.reading.read_query import query
from kfdesk.settings import Settings


@dataclass(frozen=True, eq=False)
class Macro:
    """One [[macro]]. It is offered to the agents of its `teams`, or to all, where `when` holds."""

    name: str
    title: str
    when: Query
    do: tuple[Action, ...]
    teams: tuple[str, ...]
    place: Place

    @property
    def shown(self) -> str:
        """What people call it."""
        return self.title or self.name

    def is_for(self, teams: tuple[str, ...]) -> bool:
        """Whether agents of these teams see it."""
        return not self.teams or not set(self.teams).isdisjoint(teams)


def read(settings: Settings, known: Known) -> tuple[tuple[Macro, ...], list[ConfigError]]:
    """Return the macros of a configuration that can be read, and what is wrong with the others."""
    found: list[Macro] = []
    errors: list[ConfigError] = []
    for written in settings.macros:
        place, before = written.place, len(errors)
        when: Query | None = None
        try:
            when = query(written.when, known, place.at("when"), rule=False)
        except ConfigError as error:
            errors.append(error)
        reader = ActionReader(place, settings, known, errors, last=True)
        do = reader.actions(written.do)
        if len(errors) > before or when is None:
            continue
        if not do:
            errors.append(ConfigError(_("this macro does nothing: give it `do`"), place))
        found.append(Macro(written.name, written.title, when, do, written.teams, place))
    return tuple(found), errors
