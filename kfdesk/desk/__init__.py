"""The use cases, one module each, one transaction each: the only room that writes.

Nothing heavy is imported here: `desk.sync` looks whether there is anything to do before it pays
for the store.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from kfdesk.settings import NOWHERE, Settings

if TYPE_CHECKING:
    from kfdesk.rules.language.known import Known
    from kfdesk.rules.language.tree import Query
    from kfdesk.rules.language.values import Scope
    from kfdesk.rules.triggers import Ruleset
    from kfdesk.store.engine import Store

Clock = Callable[[], datetime]


def wall_clock() -> datetime:
    """Now."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Desk:
    """What every use case is given: the configuration, its rules, the store, the time."""

    settings: Settings
    store: Store
    rules: Ruleset
    secret: bytes
    known: Known  # the names that a query may use
    groups: tuple[tuple[str, Query], ...]  # customer groups that have a condition
    clock: Clock = wall_clock

    @classmethod
    def open(
        cls, settings: Settings, clock: Clock = wall_clock, store: Store | None = None
    ) -> Desk:
        """Open a desk; its database is made, migrated and told who works here.

        Time begins for a desk when it is made: what its schedules do is counted from there. A
        `store` that is given is used instead of the configuration's.
        """
        from kfdesk import labels
        from kfdesk.desk.timing.due import written
        from kfdesk.rules.language.known import Known
        from kfdesk.rules.language.query import parse
        from kfdesk.rules.reading.load import load
        from kfdesk.store import meta
        from kfdesk.store.assigning import waiting
        from kfdesk.store.engine import Store
        from kfdesk.store.mark import Mark
        from kfdesk.store.timing import sweeps

        rules = load(settings)
        labels.use(
            {status.name: status.title for status in settings.statuses},
            {field.name: field.title for field in settings.fields},
        )
        store = store or Store.open(settings.database)
        people = people_hash(settings)
        with store.read() as tx:
            secret = meta.secret(tx)
            kept = meta.get(tx, "people")
            grouped = meta.get(tx, "groups")
        if not secret or kept != people:
            with store.write() as tx:
                if not meta.secret(tx):
                    sweeps.write(tx, Mark(clock(), written(settings)))
                secret = meta.make_secret(tx)
                meta.keep_people(
                    tx,
                    [(a.name, a.title, a.email) for a in settings.agents],
                    [(t.name, t.title) for t in settings.teams],
                )
                meta.put(tx, "people", people)
                waiting.wake(tx, clock())
        known = Known.of(settings)
        groups = tuple((g.name, parse(g.when, known)) for g in settings.groups if g.when)
        desk = cls(settings, store, rules, secret, known, groups, clock)
        if grouped != (
            conditions := json.dumps({g.name: g.when for g in settings.groups if g.when})
        ):
            from kfdesk.desk.customers.membership import configured

            if conditions != "{}" or grouped:
                configured(desk, grouped, conditions)
        return desk

    def with_settings(self, settings: Settings) -> Desk:
        """The same desk under another configuration.

        ConfigError where its rules cannot be read, or it asks for another database.
        """
        from kfdesk.errors import ConfigError, Place
        from kfdesk.i18n import _

        if settings.database != self.settings.database:
            message = _("another database is not taken while the program runs; start it again")
            raise ConfigError(message, Place(str(settings.file), key="store.url"))
        return Desk.open(settings, self.clock, self.store)

    def scope(self, me: str = "", now: datetime | None = None) -> Scope:
        """What a query is relative to: now, the agent who asks, and the desk's calendars."""
        from kfdesk.rules.language.values import Scope

        teams = next((agent.teams for agent in self.settings.agents if agent.name == me), ())
        zone = self.settings.desk.timezone
        return Scope(now or self.clock(), me, teams, zone, self.rules.calendars)

    def close(self) -> None:
        """Let go of the database."""
        self.store.close()


def people_hash(settings: Settings) -> str:
    """What changes when somebody comes or goes, or may be given other tickets than before."""
    people = [
        [
            (a.name, a.title, a.email, a.teams, a.capacity, a.shift and a.shift.calendar)
            for a in settings.agents
        ],
        [(t.name, t.title) for t in settings.teams],
        [(name, repr(replace(c, place=NOWHERE))) for name, c in settings.calendars.items()],
        [repr(replace(route, place=NOWHERE)) for route in settings.routes],
    ]
    return hashlib.sha256(json.dumps(people).encode()).hexdigest()
