"""Read the rules of a configuration; whatever names nothing that exists is an error here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, NoReturn

from kfdesk.errors import ConfigError, ConfigErrors, Place, QueryError
from kfdesk.i18n import _
from kfdesk.model import Change, Priority, Status
from kfdesk.rules import calendar, routes, sla, template
from kfdesk.rules.actions import Action, Note, Reply
from kfdesk.rules.known import Known
from kfdesk.rules.names import hint
from kfdesk.rules.schedules import Every
from kfdesk.rules.tree import Query
from kfdesk.rules.triggers import On, Rule, Ruleset
from kfdesk.settings import CustomField, Schedule, Settings, Trigger
from kfdesk.text import clean, clean_line, fold

_BOTH: frozenset[On] = frozenset(("created", "updated"))


def load(settings: Settings) -> Ruleset:
    """Return the rules of a configuration. ConfigError says file, line, key and nearest name."""
    found, errors = read(settings)
    if len(errors) == 1:
        raise errors[0]
    if errors:
        raise ConfigErrors(errors)
    return found


def read(settings: Settings) -> tuple[Ruleset, list[ConfigError]]:
    """Return the rules that can be read, and what is wrong with the others."""
    known = Known.of(settings)
    errors: list[ConfigError] = []
    calendars, wrong = calendar.read(settings)
    errors.extend(wrong)
    policies, wrong = sla.read(settings, known)
    errors.extend(wrong)
    ways, wrong = routes.read(settings, known)
    errors.extend(wrong)

    def rules(written: Iterable[Trigger | Schedule]) -> tuple[Rule, ...]:
        found: list[Rule] = []
        for one in written:
            reader = _Reader(one, settings, known)
            rule = reader.rule()
            errors.extend(reader.errors)
            if rule is not None:
                found.append(rule)
        return tuple(found)

    triggers, schedules = rules(settings.triggers), rules(settings.schedules)
    return Ruleset(triggers, schedules, policies, ways, calendars), errors


def query(text: str, known: Known, place: Place) -> Query:
    """Read a query of the configuration. ConfigError says where it is wrong."""
    from kfdesk.rules.query import parse

    try:
        return parse(text, known, rule=True)
    except QueryError as error:
        raise query_error(error, place) from error


def query_error(error: QueryError, place: Place) -> ConfigError:
    """A wrong query of the configuration: what is wrong, and a caret below the place."""
    from kfdesk.rules.query import point

    return ConfigError(f"{error}\n{point(error)}", place)


@dataclass
class _Reader:
    """Reads one rule, and goes on after an error, so that all of them are seen at once."""

    trigger: Trigger | Schedule
    settings: Settings
    known: Known
    errors: list[ConfigError] = field(default_factory=list)
    stop: bool = False

    def rule(self) -> Rule | None:
        written = self.trigger
        place = written.place
        try:
            when = query(written.when, self.known, place.at("when"))
        except ConfigError as error:
            self.errors.append(error)
            return None
        do = tuple(self.actions())
        if self.errors:
            return None
        stop = self.stop or (isinstance(written, Trigger) and written.stop)
        if not do and not stop:
            self.errors.append(ConfigError(_("this rule does nothing: give it `do`"), place))
        if isinstance(written, Schedule):
            return Rule(
                written.name,
                _BOTH,
                when,
                do,
                place=place,
                kind="schedule",
                every=Every(written.every),
                repeat_after=written.repeat_after,
            )
        on: frozenset[On] = frozenset(written.on) or _BOTH
        return Rule(written.name, on, when, do, stop, written.always, place, group=written.group)

    def actions(self) -> list[Action]:
        """The actions in order; changes side by side become one."""
        found: list[Action] = []
        for index, written in enumerate(self.trigger.do):
            for name, value in written.items():
                trail = f"do[{index}]"
                try:
                    action = self.action(trail, name, value)
                except ConfigError as error:
                    self.errors.append(error)
                    continue
                if isinstance(action, Change) and found and isinstance(found[-1], Change):
                    found[-1] = _joined(found[-1], action)
                elif action is not None:
                    found.append(action)
        return found

    def fail(self, key: str, message: str) -> NoReturn:
        raise ConfigError(message, self.trigger.place.at(key))

    def action(self, trail: str, name: str, value: Any) -> Action | None:
        """One action; None for one that only says what happens after it."""
        kinds: Mapping[str, Callable[[str, Any], Action | None]] = {
            "set": self.set,
            "tag": lambda key, v: Change(add_tags=self.tags(key, v)),
            "untag": lambda key, v: Change(remove_tags=self.tags(key, v)),
            "assign": self.assign,
            "reply": self.reply,
            "note": self.note,
            "stop": self.halt,
        }
        if name not in kinds:
            self.fail(
                trail, _("unknown action “{name}”{hint}").format(name=name, hint=hint(name, kinds))
            )
        return kinds[name](f"{trail}.{name}", value)

    def text(self, key: str, value: Any) -> str:
        if not isinstance(value, str) or not clean(value).strip():
            self.fail(key, _("expected a text"))
        return value

    def one_of(self, key: str, kind: str, value: Any, names: Iterable[str]) -> str:
        """A name that must exist; titles count too where the configuration gives any."""
        text = self.text(key, value)
        stored = self.known.names.get(kind, {}).get(fold(text), text)
        options = list(names)
        if stored not in options:
            self.fail(
                key,
                _("unknown {kind} “{name}”{hint}").format(
                    kind=_kind(kind), name=text, hint=hint(text, options)
                ),
            )
        return stored

    def name_or_none(self, key: str, kind: str, value: Any) -> str:
        if value in ("none", ""):
            return ""
        return self.one_of(key, kind, value, dict.fromkeys(self.known.names[kind].values()))

    def set(self, key: str, value: Any) -> Change:
        """`{ set = { status = "open", field.order_no = "…" } }`."""
        if not isinstance(value, dict) or not value:
            self.fail(
                key,
                _("expected a table of fields, like {example}").format(
                    example='{ status = "open" }'
                ),
            )
        wanted = Change()
        for name, given in _flat(value):
            try:
                wanted = self.set_one(wanted, f"{key}.{name}", name, given)
            except ConfigError as error:
                self.errors.append(error)
        return wanted

    def set_one(self, wanted: Change, at: str, name: str, given: Any) -> Change:
        """One field that a rule sets."""
        customs = {custom.name: custom for custom in self.settings.fields}
        bare = name.removeprefix("fields.").removeprefix("field.")
        match name:
            case "status":
                return replace(wanted, status=Status(self.one_of(at, name, given, Status)))
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
        match custom.type:
            case "number":
                if isinstance(value, bool) or not isinstance(value, int | float):
                    self.fail(key, _("expected a number"))
            case "bool":
                if not isinstance(value, bool):
                    self.fail(key, _("expected true or false"))
            case "date":
                if isinstance(value, date):
                    return value.isoformat()[:10]
                try:
                    return date.fromisoformat(self.text(key, value)).isoformat()
                except ValueError:
                    self.fail(key, _("expected a date like 2026-11-01"))
            case "choice" | "tree":
                return self.one_of(key, "", value, custom.choices)
            case _:
                text = clean(self.text(key, value))
                if custom.pattern:
                    import re2

                    if not re2.search(custom.pattern, text):
                        message = _("expected a text that fits {pattern}")
                        self.fail(key, message.format(pattern=custom.pattern))
                return text
        return value

    def tags(self, key: str, value: Any) -> tuple[str, ...]:
        tags = [value] if isinstance(value, str) else value
        if not isinstance(tags, list) or not tags:
            self.fail(key, _('expected a list of tags, like ["vip"]'))
        return tuple(dict.fromkeys(clean_line(self.text(key, tag)) for tag in tags))

    def assign(self, key: str, value: Any) -> Change:
        """To an agent or a team: `agent:NAME`, `team:NAME`, a bare name, `none`."""
        text = self.text(key, value)
        kind, colon, name = text.partition(":")
        if not colon:
            kind, name = "", text
        agents = self.known.names["agent"]
        teams = self.known.names["team"]
        if name == "none" and kind in ("", "agent"):
            return Change(assignee="")
        if kind == "team":
            return Change(team=self.name_or_none(key, "team", name))
        if kind == "agent" or (not kind and fold(name) in agents):
            return Change(assignee=self.name_or_none(key, "agent", name))
        if not kind and fold(name) in teams:
            return Change(team=teams[fold(name)])
        names = dict.fromkeys([*agents.values(), *teams.values(), "agent:", "team:"])
        raise ConfigError(
            _("nobody is called “{name}”{hint}").format(name=text, hint=hint(text, names)),
            self.trigger.place.at(key),
        )

    def reply(self, key: str, value: Any) -> Reply:
        names = [known.name for known in self.settings.templates]
        name = self.one_of(key, "template", value, names)
        wanted = next(known for known in self.settings.templates if known.name == name)
        for part, text in (("subject", wanted.subject), ("text", wanted.text)):
            if missing := template.unknown(text):
                raise variable_error(missing[0], wanted.place.at(part))
        return Reply(name)

    def note(self, key: str, value: Any) -> Note:
        text = clean(self.text(key, value))
        if missing := template.unknown(text):
            raise variable_error(missing[0], self.trigger.place.at(key))
        return Note(text)

    def halt(self, key: str, value: Any) -> None:
        if not isinstance(value, bool):
            self.fail(key, _("expected true or false"))
        self.stop = self.stop or value


_SETTABLE = ("status", "priority", "category", "subject", "team", "assignee")


def _kind(kind: str) -> str:
    return {
        "status": _("status"),
        "priority": _("priority"),
        "category": _("category"),
        "team": _("team"),
        "agent": _("agent"),
        "template": _("template"),
    }.get(kind, _("choice"))


def variable_error(name: str, place: Place) -> ConfigError:
    """A template that names something there is nothing of."""
    return ConfigError(
        _("unknown variable “{name}”{hint}").format(name=name, hint=template.nearest(name)), place
    )


def _flat(table: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    """`field.order_no = …` is a table inside the table: give it back under its whole name."""
    for name, value in table.items():
        if name in ("field", "fields") and isinstance(value, dict):
            yield from ((f"field.{inner}", given) for inner, given in value.items())
        else:
            yield name, value


def _joined(first: Change, then: Change) -> Change:
    """Two changes as one; of what both set, the later counts."""
    from dataclasses import fields

    from kfdesk.model import KEEP

    plain = {
        each.name: value
        for each in fields(Change)
        if each.name in _SETTABLE and (value := getattr(then, each.name)) is not KEEP
    }
    add = [tag for tag in first.add_tags if tag not in then.remove_tags]
    remove = [tag for tag in first.remove_tags if tag not in then.add_tags]
    return replace(
        first,
        **plain,
        add_tags=tuple(dict.fromkeys((*add, *then.add_tags))),
        remove_tags=tuple(dict.fromkeys((*remove, *then.remove_tags))),
        fields={**first.fields, **then.fields},
    )
