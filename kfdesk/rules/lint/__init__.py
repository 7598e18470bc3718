"""What is wrong, or probably not meant, in the rules of a configuration."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from kfdesk.errors import ConfigError, Place
from kfdesk.i18n import _
from kfdesk.rules.language.known import Known
from kfdesk.rules.lint.articles import unpublished
from kfdesk.rules.lint.claim import FALSE, TRUE, World
from kfdesk.rules.lint.finding import SEVERITIES, Finding
from kfdesk.rules.lint.logic import either
from kfdesk.rules.lint.mail import unguarded
from kfdesk.rules.lint.never import never
from kfdesk.rules.lint.rounds import rounds, unending
from kfdesk.rules.lint.shadow import Conditional, shadowed
from kfdesk.rules.lint.unused import bots, unused
from kfdesk.rules.reading import load
from kfdesk.rules.reading.read_actions import template_errors
from kfdesk.rules.reading.read_query import query
from kfdesk.rules.triggers import Rule, Ruleset
from kfdesk.settings import Settings


class _Table(Protocol):
    """A table of the configuration that has a name."""

    @property
    def name(self) -> str: ...
    @property
    def place(self) -> Place: ...


def check(settings: Settings) -> list[Finding]:
    """Look through all that happens by itself, views, groups and templates; the worst first."""
    rules, errors = load.read(settings)
    places = {error.place for error in errors}
    errors += [error for error in _variables(settings) if error.place not in places]
    found = [Finding("error", e.place, _named(e.place, settings), e.message) for e in errors]
    found += _conditions(settings, rules, {error.place.line for error in errors})
    for rule in rules.rules:
        found += _never_looked_at(rule)
    timezone = settings.desk.timezone
    found += shadowed(rules, timezone)
    found += rounds(rules, timezone)
    found += unguarded(rules, timezone)
    found += unending(rules, timezone)
    found += bots(settings)
    found += unpublished(settings, rules)
    if not errors:
        found += unused(settings, rules)
    return sorted(found, key=lambda one: (SEVERITIES.index(one.severity), *_where(one)))


def _named(place: Place, settings: Settings) -> str:
    """The name of the table that a place is in."""
    tables: list[_Table] = [*settings.triggers, *settings.bots, *settings.schedules]
    tables += [*settings.policies, *settings.routes, *settings.agents]
    tables += [*settings.views, *settings.groups, *settings.templates, *settings.macros]
    tables += [*settings.reports]
    places = [(one.name, one.place) for one in tables]
    places += [(name, calendar.place) for name, calendar in settings.calendars.items()]
    for name, whole in places:
        if place.file == whole.file and f"{place.key}.".startswith(f"{whole.key}."):
            return name
    return ""


def _where(found: Finding) -> tuple[str, int]:
    return found.place.file, found.place.line


def _variables(settings: Settings) -> Iterator[ConfigError]:
    for one in settings.templates:
        yield from template_errors(one, settings)


def _conditions(settings: Settings, rules: Ruleset, wrong: set[int]) -> Iterator[Finding]:
    """Conditions that are never true, wherever they stand."""
    timezone = settings.desk.timezone
    for rule in rules.rules:
        yield from never(rule.when, rule.place.at("when"), rule.name, timezone, _events(rule))
    named: list[Conditional] = [*rules.schedules, *rules.policies, *rules.routes, *rules.macros]
    for one in named:
        yield from never(one.when, one.place.at("when"), one.name, timezone)
    known = Known.of(settings)
    lists = [(view.query, view.place.at("query"), view.name) for view in settings.views]
    lists += [(report.where, report.place.at("where"), report.name) for report in settings.reports]
    lists += [(group.when, group.place.at("when"), group.name) for group in settings.groups]
    for text, place, name in lists:
        if place.line in wrong:
            continue
        try:
            read = query(text, known, place, rule=False)
        except ConfigError:
            continue  # said already, where the rules were read
        yield from never(read, place, name, timezone)


def _events(rule: Rule) -> tuple[World, ...]:
    """What is known of the events that a rule is for."""
    ways: dict[str, World] = {
        "created": {"created": TRUE},
        "updated": {"created": FALSE},
        "message": {"came": TRUE},
    }
    return tuple(either([[ways[on]] for on in sorted(rule.on)]))


def _never_looked_at(rule: Rule) -> Iterator[Finding]:
    if "created" in rule.on or rule.always or rule.named or rule.about_message or rule.moments:
        return
    yield Finding(
        "warning",
        rule.place,
        rule.name,
        _("it is never looked at: it names no field, and asks about no message"),
        _("add always = true, or what must have changed"),
    )
