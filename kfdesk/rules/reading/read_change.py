"""Read what a rule sets: fields, custom fields, tags; every value is checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from typing import Any, NoReturn

from kfdesk.errors import ConfigError, Place
from kfdesk.i18n import _
from kfdesk.model import KEEP, Change, Priority, Status, TicketType
from kfdesk.rules.language.known import Known
from kfdesk.rules.names import hint
from kfdesk.rules.tickets.custom import DoesNotFit, checked
from kfdesk.settings import CustomField, Settings
from kfdesk.text import clean, clean_line, fold

_SETTABLE = (
    "status", "priority", "category", "subject", "team", "assignee", "sla", "type", "spam",
)  # fmt: skip
#: Of a change, what is added to and taken from.
_SEVERAL = ("add_tags", "remove_tags", "fields")


@dataclass
class ChangeReader:
    """Reads the values of one rule, and goes on after an error, so that all are seen at once."""

    place: Place
    settings: Settings
    known: Known
    errors: list[ConfigError] = field(default_factory=list)

    def fail(self, key: str, message: str) -> NoReturn:
        """Say what is wrong with the value of a key."""
        raise ConfigError(message, self.place.at(key))

    def text(self, key: str, value: Any) -> str:
        """A text that is not empty."""
        if not isinstance(value, str) or not clean(value).strip():
            self.fail(key, _("expected a text"))
        return value

    def one_of(self, key: str, kind: str, value: Any, names: Iterable[str]) -> str:
        """A name that must exist; titles count too where the configuration gives any."""
        text = self.text(key, value)
        stored = self.known.names.get(kind, {}).get(fold(text), text)
        options = list(names)
        if stored not in options:
            message = _("unknown {kind} “{name}”{hint}")
            near = hint(text, options)
            self.fail(key, message.format(kind=_kind(kind), name=text, hint=near))
        return stored

    def named(self, key: str, kind: str, value: Any) -> str:
        """A name of the configuration, of one kind."""
        return self.one_of(key, kind, value, dict.fromkeys(self.known.names[kind].values()))

    def name_or_none(self, key: str, kind: str, value: Any) -> str:
        """The same, or nobody and nothing."""
        return "" if value in ("none", "") else self.named(key, kind, value)

    def set(self, key: str, value: Any) -> Change:
        """`{ set = { status = "open", field.order_no = "…" } }`."""
        if not isinstance(value, dict) or not value:
            example = '{ status = "open" }'
            self.fail(key, _("expected a table of fields, like {example}").format(example=example))
        wanted = Change()
        for name, given in _flat(value):
            try:
                wanted = self.set_one(wanted, f"{key}.{name}", name, given)
            except ConfigError as error:
                self.errors.append(error)
        return wanted

    def set_one(self, wanted: Change, at: str, name: str, given: Any) -> Change:
        """One field that a rule sets."""
        match name:
            case "status":
                return self.status(wanted, at, given)
            case "type":
                kind = self.name_or_none(at, name, given)
                return replace(wanted, type=TicketType(kind) if kind else "")
            case "spam":
                if not isinstance(given, bool):
                    self.fail(at, _("expected true or false"))
                return replace(wanted, spam=given)
            case "priority":
                return replace(wanted, priority=Priority(self.one_of(at, name, given, Priority)))
            case "subject":
                return replace(wanted, subject=clean_line(self.text(at, given)))
            case "category":
                return replace(wanted, category=self.name_or_none(at, name, given))
            case "team":
                return replace(wanted, team=self.name_or_none(at, name, given))
            case "assignee":
                return replace(wanted, assignee=self.name_or_none(at, "agent", given))
            case "sla":
                return replace(wanted, sla=self.name_or_none(at, "policy", given))
        return self.own(wanted, at, name, given)

    def status(self, wanted: Change, at: str, given: Any) -> Change:
        """A standard status, or one of the team's own with its kind."""
        name = self.named(at, "status", given)
        own = next((s for s in self.settings.statuses if s.name == name), None)
        kind = Status(own.kind if own else name)
        return replace(wanted, status=kind, substatus=name if own else KEEP)

    def own(self, wanted: Change, at: str, name: str, given: Any) -> Change:
        """One of the team's own fields."""
        customs = {custom.name: custom for custom in self.settings.fields}
        bare = name.removeprefix("fields.").removeprefix("field.")
        if bare not in customs:
            names = [*_SETTABLE, *(f"field.{custom}" for custom in customs)]
            message = _("unknown field “{name}”{hint}")
            self.fail(at, message.format(name=name, hint=hint(name, names)))
        fits = self.custom(at, customs[bare], given)
        return replace(wanted, fields={**wanted.fields, bare: fits})

    def custom(self, key: str, custom: CustomField, value: Any) -> Any:
        """A custom field's value, of the field's type."""
        if value == "":
            return None
        if isinstance(value, date):
            value = value.isoformat()[:10]
        if custom.type in ("choice", "tree"):
            return self.one_of(key, f"field.{custom.name}", value, custom.choices)
        try:
            return checked(custom, clean(value) if isinstance(value, str) else value)
        except DoesNotFit as error:
            self.fail(key, _("expected {what}").format(what=error))

    def tags(self, key: str, value: Any) -> tuple[str, ...]:
        """One tag, or a list of them."""
        tags = [value] if isinstance(value, str) else value
        if not isinstance(tags, list) or not tags:
            self.fail(key, _('expected a list of tags, like ["vip"]'))
        return tuple(dict.fromkeys(clean_line(self.text(key, tag)) for tag in tags))


def joined(first: Change, then: Change) -> Change:
    """Two changes as one; of what both set, the later counts."""
    plain = {
        each.name: value
        for each in fields(Change)
        if each.name not in _SEVERAL and (value := getattr(then, each.name)) is not KEEP
    }
    if then.status is not KEEP:  # a status alone is the standard one
        plain["substatus"] = then.substatus
    add = [tag for tag in first.add_tags if tag not in then.remove_tags]
    remove = [tag for tag in first.remove_tags if tag not in then.add_tags]
    return replace(
        first,
        **plain,
        add_tags=tuple(dict.fromkeys((*add, *then.add_tags))),
        remove_tags=tuple(dict.fromkeys((*remove, *then.remove_tags))),
        fields={**first.fields, **then.fields},
    )


def _kind(kind: str) -> str:
    return {
        "status": _("status"),
        "priority": _("priority"),
        "category": _("category"),
        "team": _("team"),
        "agent": _("agent"),
        "template": _("template"),
        "policy": _("SLA policy"),
        "route": _("route"),
        "link": _("kind of link"),
        "type": _("type"),
    }.get(kind, _("choice"))


def _flat(table: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    """`field.order_no = …` is a table inside the table: give it back under its whole name."""
    for name, value in table.items():
        if name in ("field", "fields") and isinstance(value, dict):
            yield from ((f"field.{inner}", given) for inner, given in value.items())
        else:
            yield name, value
