"""The words of `why`: who did what, and what was there in place of what a condition asked for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from kfdesk import labels
from kfdesk.i18n import _, pgettext
from kfdesk.rules.language.fields import FLAGS
from kfdesk.settings import Settings
from kfdesk.text import clean_line

_NAME = re.compile(r"(?<![\w.])([a-z][a-z_]*(?:\.\w+)*)\s?(?=:|!=|[<>]=?|=|~)")
_QUOTED = re.compile(r'"(?:\\.|[^"\\])*"')
_MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2} \d{2}:\d{2})Z")
_LENGTH = re.compile(r"(?<![\w.])(-?\d+)([mhd])(?!\w)")
_NEGATED = re.compile(r"\s*(?:-|(?:not|NOT)\b)")
_UNKEPT = ("message", "text")  # a trace keeps no value of what was said
_PLURAL = ("tags", "customer.group")
_FLAG_READS = {flag.name: flag.reads for flag in FLAGS}


@dataclass(frozen=True, slots=True)
class Words:
    """How times and people are told at one desk."""

    zone: ZoneInfo
    titles: Mapping[str, str] = field(default_factory=dict)  # of agents and teams
    fields: Mapping[str, str] = field(default_factory=dict)  # the titles of custom fields

    @classmethod
    def of(cls, settings: Settings) -> Words:
        """The words of a configuration."""
        titles = {team.name: team.title for team in settings.teams if team.title}
        titles |= {agent.name: agent.title for agent in settings.agents if agent.title}
        fields = {f"field.{custom.name}": custom.title or custom.name for custom in settings.fields}
        return cls(ZoneInfo(settings.desk.timezone), titles, fields)

    def moment(self, at: datetime) -> str:
        """An instant, to the minute."""
        return at.astimezone(self.zone).strftime("%Y-%m-%d %H:%M")

    def between(self, start: datetime, end: datetime | None) -> str:
        """A time from one instant to another; the day of the second only where it is another."""
        first = self.moment(start)
        if end is None:
            return _("{start} – now").format(start=first)
        last = self.moment(end)
        return f"{first} – {last[11:] if last[:10] == first[:10] else last}"

    def person(self, name: str) -> str:
        """The name that people know an agent or a team by; others as they are."""
        return self.titles.get(name) or clean_line(name)

    def actor(self, name: str, by: str) -> str:
        """Who did it."""
        return self.person(name) if by == "agent" else labels.actor(clean_line(name))

    def label(self, name: str) -> str:
        """A field of a ticket, as people call it."""
        return clean_line(self.fields.get(name) or labels.field(name))

    def value(self, field: str, value: object) -> str:
        """What stands in a field; `nobody` and the like where it is empty."""
        if value in (None, "", [], ()):
            return _("nobody") if field == "assignee" else pgettext("a field", "empty")
        if field in ("assignee", "team"):
            return self.person(str(value))
        if field == "snoozed_until":
            return self.moment(datetime.fromisoformat(str(value)))
        return clean_line(labels.value(field, value))

    def there_was(self, condition: str, actual: str) -> str:
        """What was there, where `condition` did not hold; empty where the condition says it all.

        `actual` is a value, or `field=value, …` where the condition names several fields.
        """
        asked = dict.fromkeys(_NAME.findall(_QUOTED.sub('""', condition)))
        names = [name for name in asked if name not in _UNKEPT]
        if not names:
            return self._unsaid(
                condition, _("these words are there"), _("these words are not there")
            )
        if len(names) == 1:
            return self._one(names[0], condition, actual)
        known = "|".join(re.escape(name) for name in names)
        parts = re.split(rf"(?:^|, )({known})=", actual)
        pairs = zip(parts[1::2], parts[2::2], strict=True)
        return pgettext("clauses", ", ").join(
            self._one(name, condition, value) for name, value in pairs
        )

    def _unsaid(self, condition: str, there: str, gone: str) -> str:
        """Where a trace keeps no value: a condition that asks for something found nothing."""
        return there if _NEGATED.match(condition) else gone

    def _one(self, name: str, condition: str, actual: str) -> str:
        actual = _MOMENT.sub(self._local, actual)
        if name in ("age", "idle", "waiting", "due"):
            actual = _LENGTH.sub(_length, actual)
        base, _dot, side = name.rpartition(".")
        if side in ("was", "now") and base:
            return self._side(base, side, actual)
        match name:
            case "is":
                return self._flag(condition, actual)
            case "by":
                return {
                    "customer": _("a customer did this"),
                    "agent": _("an agent did this"),
                    "rule": _("a rule did this"),
                    "system": _("the system did this"),
                }.get(actual, actual)
            case "event":
                kinds = _(", ").join(labels.happening(kind) for kind in actual.split())
                return _("this is: {kinds}").format(kinds=kinds)
            case "changed":
                what = _(", ").join(self.label(each) for each in actual.split(", ") if each)
                return _("changed: {what}").format(what=what) if what else _("nothing changed")
            case "auto" if actual:
                return _("a program wrote it ({why})").format(why=labels.reason(actual))
            case "auto":
                return _("a person wrote it")
            case "age":
                return _("it is {time} old").format(time=actual)
            case "idle":
                return _("the last act of a person is {time} ago").format(time=actual)
            case "waiting" if actual:
                return _("the customer has waited for {time}").format(time=actual)
            case "waiting":
                return _("no customer waits for an answer")
            case "due" if actual.startswith("-"):
                return _("over by {time}").format(time=actual[1:])
            case "due" if actual:
                return _("{time} left").format(time=actual)
            case "due":
                return _("it has no deadline")
            case "has" if not actual:
                return self._unsaid(condition, _("it has one"), _("it has none"))
            case "worktime":
                return self._unsaid(condition, _("it is working time"), _("nobody works now"))
        return self._is(name, actual)

    def _local(self, found: re.Match[str]) -> str:
        return self.moment(datetime.fromisoformat(found[1] + "+00:00"))

    def _side(self, field: str, side: str, actual: str) -> str:
        told = self._told(_stored(field))
        if not actual:
            return _("{field} did not change").format(field=told)
        text = _("{field} was {value}") if side == "was" else _("{field} became {value}")
        return text.format(field=told, value=self.value(field, actual))

    def _flag(self, condition: str, actual: str) -> str:
        flags = re.findall(r"is:([\w,]+)", condition)
        reads = {read for flag in ",".join(flags).split(",") for read in _FLAG_READS.get(flag, ())}
        if reads == {"breached"}:
            return _("a deadline was missed") if actual == "1" else _("no deadline was missed")
        return self._is(reads.pop(), actual) if len(reads) == 1 else ""

    def _told(self, field: str) -> str:
        """A field's name within a sentence."""
        label = self.label(field)
        return label if field in self.fields or label.isupper() else label.lower()

    def _is(self, name: str, actual: str) -> str:
        stored = _stored(name)
        told = self._told(stored)
        if not actual and stored == "assignee":
            return _("nobody has it")
        if not actual and stored in _PLURAL:
            return _("it has no tags") if stored == "tags" else _("the customer is in no group")
        if not actual:
            text = _("{field} is empty")
        elif stored == "subject":
            text = _("{field} is “{value}”")
        else:
            text = _("{field} are {value}") if stored in _PLURAL else _("{field} is {value}")
        if stored in _PLURAL:
            actual = _(", ").join(actual.split(", "))
        return text.format(field=told, value=self.value(stored, actual))


def _stored(name: str) -> str:
    """What a change set and the labels call a field of the query language."""
    return {"tag": "tags", "email": "customer.email"}.get(name, name)


def span(time: timedelta) -> str:
    """A length of time: `2h 5m`, `3d 4h`; seconds only where there are no minutes."""
    seconds = int(abs(time).total_seconds())
    minutes, hours, days = seconds // 60 % 60, seconds // 3600, seconds // 86400
    if seconds < 60:
        return _("{n}s").format(n=seconds)
    if hours == 0:
        return _("{n}m").format(n=minutes)
    if days < 3:
        return _both(_("{n}h").format(n=hours), _("{n}m").format(n=minutes) if minutes else "")
    return _both(_("{n}d").format(n=days), _("{n}h").format(n=hours % 24) if hours % 24 else "")


def _both(long: str, short: str) -> str:
    return _("{long} {short}").format(long=long, short=short) if short else long


def _length(found: re.Match[str]) -> str:
    units = {"m": _("{n}m"), "h": _("{n}h"), "d": _("{n}d")}
    return units[found[2]].format(n=found[1])
