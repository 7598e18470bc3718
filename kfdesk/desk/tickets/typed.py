"""`field=value` as a person types it, turned into a change; every wrong one is named."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time
from difflib import get_close_matches
from enum import StrEnum
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from kfdesk.desk import Desk
from kfdesk.desk.assigning.passing import target
from kfdesk.errors import FieldError, UserError
from kfdesk.i18n import _
from kfdesk.model import Change, Priority, TicketType
from kfdesk.rules.actions import Snooze
from kfdesk.rules.language.known import Known
from kfdesk.rules.names import meant
from kfdesk.rules.tickets.custom import DoesNotFit, chosen, read
from kfdesk.rules.tickets.statuses import resolve
from kfdesk.rules.timing.schedules import UNTIL, snoozed_until
from kfdesk.settings import CustomField, Settings
from kfdesk.text import clean_line

E_ = TypeVar("E_", bound=StrEnum)


def parse(desk: Desk, pairs: Iterable[str], me: str = "") -> Change:
    """Turn `status=open`, `tag=+vip,-new`, `snooze=3d`, `order_no=A1` into a change.

    FieldError where one is wrong.
    """
    wanted = Change()
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise UserError(_("“{pair}” is no change; write field=value").format(pair=pair))
        wanted = put(desk, wanted, name, value, me)
    return wanted


def put(desk: Desk, wanted: Change, name: str, value: str, me: str = "") -> Change:
    """Add to a change what a person typed for one field; nothing empties it.

    FieldError where it is wrong.
    """
    custom = {field.name: field for field in desk.settings.fields}
    bare = name.removeprefix("field.")
    value = clean_line(value)
    try:
        if name in _READERS:
            return replace(wanted, **_READERS[name](desk, wanted, value, me))
        if bare in custom:
            return replace(wanted, fields={**wanted.fields, bare: _custom(custom[bare], value)})
    except UserError as error:
        raise FieldError(str(error), {name: str(error)}) from error
    raise UserError(_unknown(name, [*_FIELDS, *custom]))


def _status(desk: Desk, _wanted: Change, value: str, _me: str) -> dict[str, Any]:
    kind, own = resolve(desk.settings, value)
    return {"status": kind, "substatus": own}


def _who(desk: Desk, name: str, value: str, me: str) -> str:
    kind = "agent" if name == "assignee" else "team"
    found = target(desk.settings, f"{kind}:{value or 'none'}", me)
    return str(found.assignee if name == "assignee" else found.team)


def _tags(_desk: Desk, wanted: Change, value: str, _me: str) -> dict[str, Any]:
    tags = [tag.strip() for tag in value.split(",") if tag.strip()]
    add = tuple(tag.lstrip("+-") for tag in tags if tag[0] != "-")
    remove = tuple(tag.lstrip("+-") for tag in tags if tag[0] == "-")
    return {"add_tags": wanted.add_tags + add, "remove_tags": wanted.remove_tags + remove}


def _type(_desk: Desk, _wanted: Change, value: str, _me: str) -> dict[str, Any]:
    nothing = value in ("", "none")
    return {"type": "" if nothing else _one_of(TicketType, "type", value)}


def _spam(_desk: Desk, _wanted: Change, value: str, _me: str) -> dict[str, Any]:
    return {"spam": bool(_custom(CustomField("spam", type="bool"), value))}


_READERS: Mapping[str, Callable[[Desk, Change, str, str], dict[str, Any]]] = {
    "status": _status,
    "type": _type,
    "priority": lambda _desk, _wanted, value, _me: {
        "priority": _one_of(Priority, "priority", value)
    },
    "subject": lambda _desk, _wanted, value, _me: {"subject": value},
    "category": lambda desk, _wanted, value, _me: {
        "category": "" if value in ("", "none") else category(desk.settings, value)
    },
    "team": lambda desk, _wanted, value, me: {"team": _who(desk, "team", value, me)},
    "assignee": lambda desk, _wanted, value, me: {"assignee": _who(desk, "assignee", value, me)},
    "tag": _tags,
    "tags": _tags,
    "snooze": lambda desk, _wanted, value, _me: {"snoozed_until": snoozed(desk, value)},
    "snoozed_until": lambda desk, _wanted, value, _me: {"snoozed_until": snoozed(desk, value)},
    "task_due": lambda desk, _wanted, value, _me: {"task_due": task_due(desk, value)},
    "spam": _spam,
}
_FIELDS = [name for name in _READERS if name not in ("tags", "snoozed_until")]


def task_due(desk: Desk, text: str) -> datetime | None:
    """Read when a task is due, in the desk's zone: a day (its end), a time, `3d`, `mon 09:00`."""
    if text in ("", "none"):
        return None
    if UNTIL.fullmatch(text):
        return snoozed_until(Snooze(text), desk.clock(), desk.settings.desk.timezone)
    try:
        if re.fullmatch(r"[\d-]+", text, re.ASCII):
            at = datetime.combine(date.fromisoformat(text), time(23, 59))
        else:
            at = datetime.fromisoformat(text)
        due = at if at.tzinfo else at.replace(tzinfo=ZoneInfo(desk.settings.desk.timezone))
        if not 1970 < due.year < 2500:
            raise ValueError(text)
    except ValueError:
        raise UserError(
            _(
                "task_due “{text}”: write a day such as 2026-11-30, a time such as"
                " '2026-11-30 18:00', 3d, 'mon 09:00', or none"
            ).format(text=text)
        ) from None
    return due.astimezone(UTC)


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


def _unknown(name: str, known: list[str]) -> str:
    hint = meant(name.removeprefix("field."), known)
    return _("unknown field “{name}”; {hint}").format(name=name, hint=hint)


def category(settings: Settings, value: str) -> str:
    """Return the category that a person typed: its path, or the end of it where no other ends so.

    UserError where there is none.
    """
    known = list(dict.fromkeys(Known.of(settings).names["category"].values()))
    try:
        return chosen(value, tuple(known), tails=True)
    except DoesNotFit:
        ends = [path for path in known if path.casefold().endswith(f"/{value.casefold()}")]
    if ends:
        text = _("several categories end in “{name}”: {hint}")
        raise UserError(text.format(name=value, hint=", ".join(ends)))
    near = get_close_matches(value, known, 1)
    hint = _("did you mean {name}?").format(name=near[0]) if near else ", ".join(known)
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
    try:
        return read(field, value)
    except DoesNotFit as error:
        raise UserError(
            _("{field} “{value}”: expected {what}").format(
                field=field.name, value=value, what=error
            )
        ) from None
