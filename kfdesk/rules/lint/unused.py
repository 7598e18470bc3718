"""What the configuration holds and nothing asks for, and what lacks a way out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from kfdesk.i18n import _
from kfdesk.rules.language.tree import Query
from kfdesk.rules.lint.finding import Finding
from kfdesk.rules.triggers import Ruleset
from kfdesk.settings import Settings


def unused(settings: Settings, rules: Ruleset) -> Iterator[Finding]:
    """Templates and calendars that nothing names."""
    names = set(_texts([rule.do for rule in settings.triggers]))
    names |= set(_texts([rule.do for rule in settings.schedules]))
    names |= set(_texts([macro.do for macro in settings.macros]))
    names |= set(_texts([bot.do for bot in settings.bots])) | {bot.reply for bot in settings.bots}
    for template in settings.templates:
        if template.name not in names and not template.canned:
            yield Finding(
                "hint",
                template.place,
                template.name,
                _("no rule uses this template"),
                _("name it in a `reply`, or take it out"),
            )
    calendars = {policy.calendar for policy in settings.policies}
    calendars |= {agent.shift.calendar for agent in settings.agents if agent.shift}
    queries = [rule.when for rule in rules.every]
    queries += [policy.when for policy in rules.policies]
    queries += [route.when for route in rules.routes]
    queries += [macro.when for macro in rules.macros]
    queries += [source.when for route in rules.routes for source in route.source]
    calendars |= set(_worktimes(queries))
    for name, calendar in settings.calendars.items():
        if name not in calendars:
            yield Finding(
                "hint",
                calendar.place,
                name,
                _("nothing uses this calendar"),
                _("name it in an [[sla]], a shift or worktime:{name}").format(name=name),
            )


def bots(settings: Settings) -> Iterator[Finding]:
    """Bots without a way to a person, or without an end."""
    if settings.bots and not any(bot.handover for bot in settings.bots):
        bot = settings.bots[0]
        yield Finding(
            "hint",
            bot.place,
            bot.name,
            _("a customer cannot ask for a person here"),
            _('add handover = "talk to a person, 转人工"'),
        )
    for bot in settings.bots:
        if not bot.times:
            yield Finding(
                "warning",
                bot.place.at("times"),
                bot.name,
                _("times = 0 is no bound: it answers every message that fits"),
                _("say how often it answers in one ticket, such as times = 1"),
            )


def _texts(value: Any) -> Iterator[str]:
    """Every text in the actions of rules."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from _texts(list(value.values()))
    elif isinstance(value, Iterable):
        for one in value:
            yield from _texts(one)


def _worktimes(queries: Iterable[Query]) -> Iterator[str]:
    for query in queries:
        for term in query.terms():
            if term.field.name == "worktime":
                yield from map(str, term.values)
