"""`field=value` as a person types it, turned into a change; every wrong one is named."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from difflib import get_close_matches
from enum import StrEnum
from typing import Any, TypeVar

from kfdesk.desk import Desk
from kfdesk.desk.assign import target
from kfdesk.errors import UserError
from kfdesk.i18n import _
from kfdesk.model import Change, Priority, Status
from kfdesk.rules.actions import Snooze
from kfdesk.rules.known import Known
from kfdesk.rules.schedules import UNTIL, snoozed_until
from kfdesk.settings import CustomField, Settings
from kfdesk.text import clean_line, fold

_FIELDS = ("status", "priority", "subject", "category", "team", "assignee", "tag", "snooze")
E_ = TypeVar("E_", bound=StrEnum)


def parse(desk: Desk, pairs: Iterable[str], me: str = "") -> Change:
    """Turn `status=open`, `tag=+vip,-new`, `snooze=3d`, `order_no=A1` into a change.

    UserError where one is wrong.
    """
    settings = desk.settings
    values: dict[str, Any] = {}
    add: list[str] = []
    remove: list[str] = []
    custom: dict[str, Any] = {}
    known = {field.name: field for field in settings.fields}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise UserError(_("“{pair}” is no change; write field=value").format(pair=pair))
        value = clean_line(value)
        if name == "status":
            values["status"] = _one_of(Status, name, value)
        elif name == "priority":
            values["priority"] = _one_of(Priority, name, value)
        elif name == "subject":
            values[name] = value
        elif name == "category":
            values[name] = value and _category(settings, value)
        elif name in ("team", "assignee"):
            kind = "agent" if name == "assignee" else "team"
            found = target(settings, f"{kind}:{value or 'none'}", me)
            values[name] = found.assignee if name == "assignee" else found.team
        elif name in ("tag", "tags"):
            for tag in filter(None, (t.strip() for t in value.split(","))):
                (remove if tag[0] == "-" else add).append(tag.lstrip("+-"))
        elif name in ("snooze", "snoozed_until"):
            values["snoozed_until"] = snoozed(desk, value)
        elif (bare := name.removeprefix("field.")) in known:
            custom[bare] = _custom(known[bare], value)
        else:
            raise UserError(_unknown(name, [*_FIELDS, *known]))
    return Change(**values, add_tags=tuple(add), remove_tags=tuple(remove), fields=custom)


def snoozed(desk: Desk, text: str) -> datetime | None:
    """Read until when a ticket is put aside: `3d`, `mon 09:00`; `none` brings it back."""
    if text in ("", "none"):
        return None
    if not UNTIL.fullmatch(text):
        raise UserError(
            _(
                "snooze “{text}”: write a time such as 3d, 4h, 'day 09:00', 'mon 09:00', or none"
            ).format(text=text)
        )
    return snoozed_until(Snooze(text), desk.clock(), desk.settings.desk.timezone)


def parse_status(text: str) -> Status:
    """Read a status. UserError if it is none."""
    return _one_of(Status, "status", text)


def _unknown(name: str, known: list[str]) -> str:
    near = get_close_matches(name.removeprefix("field."), known, 1)
    hint = (
        _("did you mean {name}?").format(name=near[0])
        if near
        else _("known are {known}").format(known=", ".join(known))
    )
    return _("unknown field “{name}”; {hint}").format(name=name, hint=hint)


def _category(settings: Settings, value: str) -> str:
    known = Known.of(settings).names["category"]
    if fold(value) in known:
        return known[fold(value)]
    near = get_close_matches(value, known.values(), 1)
    hint = _("did you mean {name}?").format(name=near[0]) if near else ", ".join(known.values())
    raise UserError(_("there is no category “{name}”; {hint}").format(name=value, hint=hint))


def _one_of(kind: type[E_], name: str, value: str) -> E_:
    try:
        return kind(value.lower())
    except ValueError:
        raise UserError(
            _("{name} “{value}” is not one of {known}").format(
                name=name, value=value, known=", ".join(kind)
            )
        ) from None


def _custom(field: CustomField, value: str) -> Any:
    expected = ""
    if value == "":
        return None
    if field.type == "number":
        try:
            number = float(value)
        except ValueError:
            expected = _("a number")
        else:
            return int(number) if number.is_integer() else number
    elif field.type == "bool":
        if value.lower() in ("yes", "true", "1", "no", "false", "0"):
            return value.lower() in ("yes", "true", "1")
        expected = _("yes or no")
    elif field.type == "date":
        try:
            return date.fromisoformat(value).isoformat()
        except ValueError:
            expected = _("a date such as 2026-11-21")
    elif field.type in ("choice", "tree") and field.choices and value not in field.choices:
        expected = _("one of {known}").format(known=", ".join(field.choices))
    elif field.pattern and not _fits(field.pattern, value):
        expected = _("something that fits {pattern}").format(pattern=field.pattern)
    if expected:
        raise UserError(
            _("{field} “{value}”: expected {what}").format(
                field=field.name, value=value, what=expected
            )
        )
    return value


def _fits(pattern: str, value: str) -> bool:
    import re2

    return re2.search(pattern, value) is not None
