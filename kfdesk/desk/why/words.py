"""The words of `why`: who did what, and what was there in place of what a condition asked for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from kfdesk import labels
from kfdesk.i18n import _, pgettext
from kfdesk.rules.fields import FLAGS
from kfdesk.settings import Settings
from kfdesk.text import clean_line

_NAME = re.compile(r"(?<![\w.])([a-z][a-z_]*(?:\.\w+)*)\s?(?=:|!=|[<>]=?|=|~)")
_QUOTED = re.compile(r'"(?:\\.|[^"\\])*"')
_MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2} \d{2}:\d{2})Z")
_LENGTH = re.compile(r"(?<![\w.])(-?\d+)([mhd])(?!\w)")
_NEGATED = re.compile(r"\s*(?:-|(?:not|NOT)\b)")
_FLAG_READS = {flag.name: flag.reads for flag in FLAGS}


@dataclass(frozen=True, slots=True)
class Words:
    """How times and people are told at one desk."""

    zone: ZoneInfo
    titles: Mapping[str, str]

    @classmethod
    def of(cls, settings: Settings) -> Words:
        """The words of a configuration."""
        titles = {team.name: team.title for team in settings.teams if team.title}
        titles |= {agent.name: agent.title for agent in settings.agents if agent.title}
        return cls(ZoneInfo(settings.desk.timezone), titles)

    def moment(self, at: datetime) -> str:
        """An instant, to the minute."""
        return at.astimezone(self.zone).strftime("%Y-%m-%d %H:%M")

    def person(self, name: str) -> str:
        """The name that people know an agent or a team by; others as they are."""
        return self.titles.get(name) or clean_line(name)

    def actor(self, name: str, by: str) -> str:
        """Who did it."""
        return self.person(name) if by == "agent" else labels.actor(clean_line(name))

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
        names = list(dict.fromkeys(_NAME.findall(_QUOTED.sub('""', condition))))
        if not names or (names in (["message"], ["text"], ["subject"]) and not actual):
            return self._unsaid(condition)
        if len(names) == 1:
            return self._one(names[0], condition, actual)
        known = "|".join(re.escape(name) for name in names)
        parts = re.split(rf"(?:^|, )({known})=", actual)
        pairs = zip(parts[1::2], parts[2::2], strict=True)
        return _(", ").join(self._one(name, condition, value) for name, value in pairs)

    def _unsaid(self, condition: str) -> str:
        if _NEGATED.match(condition):
            return _("these words are there")
        return _("these words are not there")

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
                who = labels.actor(actual)
                return _("this was done by: {who}").format(who=who)
            case "event":
                kinds = _(", ").join(labels.happening(kind) for kind in actual.split())
                return _("this is: {kinds}").format(kinds=kinds)
            case "changed":
                what = _(", ").join(labels.field(each) for each in actual.split(", ") if each)
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
            case "due" if actual:
                return _("{time} are left").format(time=actual)
            case "due":
                return _("it has no deadline")
        return self._is(name, actual)

    def _local(self, found: re.Match[str]) -> str:
        return self.moment(datetime.fromisoformat(found[1] + "+00:00"))

    def _side(self, field: str, side: str, actual: str) -> str:
        told = labels.field(_stored(field)).lower()
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

    def _is(self, name: str, actual: str) -> str:
        field = _stored(name)
        told = labels.field(field).lower()
        if not actual:
            if field == "assignee":
                return _("nobody has it")
            return _("{field} is empty").format(field=told)
        return _("{field} is {value}").format(field=told, value=self.value(field, actual))


def _stored(name: str) -> str:
    """What a change set and the labels call a field of the query language."""
    return {"tag": "tags", "email": "customer.email"}.get(name, name)


def _length(found: re.Match[str]) -> str:
    units = {"m": _("{n}m"), "h": _("{n}h"), "d": _("{n}d")}
    return units[found[2]].format(n=found[1])
