"""The whole configuration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kfdesk.settings.channels import Channel
from kfdesk.settings.desk import Desk, StoreSettings, Ui, Web
from kfdesk.settings.looks import Theme
from kfdesk.settings.people import Agent, Group, Robot, Team
from kfdesk.settings.reporting import Report
from kfdesk.settings.rules import Bot, Route, Schedule, Trigger
from kfdesk.settings.tickets import Category, CustomField, Form, OwnStatus
from kfdesk.settings.timing import Calendar, Sla
from kfdesk.settings.words import Kb, Macro, Template, View


@dataclass(frozen=True, slots=True)
class Settings:
    """The whole configuration, and the file and folder it came from.

    `files` are all that it was read from, `included` the patterns that name some of them. `fields`
    are those of tickets.
    `warnings` says what the file holds that this version does not know yet, a sentence each.
    """

    file: Path
    desk: Desk = field(default_factory=Desk)
    store: StoreSettings = field(default_factory=StoreSettings)
    ui: Ui = field(default_factory=Ui)
    web: Web = field(default_factory=Web)
    teams: tuple[Team, ...] = ()
    agents: tuple[Agent, ...] = ()
    groups: tuple[Group, ...] = ()
    fields: tuple[CustomField, ...] = ()
    customer_fields: tuple[CustomField, ...] = ()
    statuses: tuple[OwnStatus, ...] = ()
    forms: tuple[Form, ...] = ()
    categories: tuple[Category, ...] = ()
    channels: tuple[Channel, ...] = ()
    views: tuple[View, ...] = ()
    templates: tuple[Template, ...] = ()
    triggers: tuple[Trigger, ...] = ()
    schedules: tuple[Schedule, ...] = ()
    bots: tuple[Bot, ...] = ()
    macros: tuple[Macro, ...] = ()
    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    policies: tuple[Sla, ...] = ()
    routes: tuple[Route, ...] = ()
    robots: tuple[Robot, ...] = ()
    reports: tuple[Report, ...] = ()
    kb: Kb = field(default_factory=Kb)
    themes: Mapping[str, Theme] = field(default_factory=dict)
    files: tuple[Path, ...] = ()
    included: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def folder(self) -> Path:
        """The folder that relative paths of the configuration start from."""
        return self.file.parent

    @property
    def database(self) -> Path:
        """The SQLite file that `store.url` names."""
        return self.folder / self.store.url.removeprefix("sqlite:///")

    def own_addresses(self) -> frozenset[str]:
        """Every address that is ours: channels, their aliases and senders, lower case."""
        return frozenset(
            address.lower()
            for channel in self.channels
            for address in (
                channel.address,
                channel.sender.rpartition("<")[2].rstrip("> "),
                *channel.aliases,
            )
            if address
        )
