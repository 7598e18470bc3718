"""What the parts of the ticket model say of each other: statuses, fields, forms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from kfdesk.errors import ConfigError, Place
from kfdesk.i18n import _
from kfdesk.model import Priority, Status, TicketType
from kfdesk.rules.language.known import Known
from kfdesk.rules.names import hint
from kfdesk.rules.reading.read_change import ChangeReader
from kfdesk.rules.tickets.asked import BUILT_IN, DECIDING
from kfdesk.settings import CustomField, Form, OwnStatus, Settings
from kfdesk.text import fold


def check(settings: Settings, known: Known) -> list[ConfigError]:
    """Return what names a status, a field, a value or a category that does not exist."""
    errors = [error for status in settings.statuses for error in _status(status)]
    statuses = list(dict.fromkeys(known.names["status"].values()))
    for field in settings.fields:
        place = field.place.at("required_on")
        errors += _unknown(field.required_on, statuses, place, _("status"))
        errors += _shown_when(field, settings)
    for field in _circles(settings.fields):
        message = _("whether “{name}” is shown hangs on itself").format(name=field.name)
        errors.append(ConfigError(message, field.place.at("shown_when")))
    for form in settings.forms:
        errors += _form(form, settings, known)
    return errors


def _status(status: OwnStatus) -> Iterator[ConfigError]:
    for key, text in (("name", status.name), ("title", status.title)):
        if fold(text) in ("none", *Status):
            message = _("“{name}” is a standard status: call your own otherwise")
            yield ConfigError(message.format(name=text), status.place.at(key))


def _unknown(
    names: Iterable[str], known: Iterable[str], place: Place, kind: str
) -> Iterator[ConfigError]:
    options = list(known)
    for name in names:
        if name not in options:
            message = _("unknown {kind} “{name}”{hint}")
            said = message.format(kind=kind, name=name, hint=hint(name, options))
            yield ConfigError(said, place)


def _shown_when(field: CustomField, settings: Settings) -> Iterator[ConfigError]:
    own = {one.name: one for one in settings.fields}
    place = field.place.at("shown_when")
    for name, values in field.shown_when.items():
        yield from _unknown([name], [*own, *DECIDING], place, _("field"))
        if known := _values(name, own, settings):
            plain = [value.removesuffix("/*") for value in values]
            yield from _unknown(plain, [*known, "none"], place, _("value"))


def _values(name: str, own: Mapping[str, CustomField], settings: Settings) -> list[str]:
    """The values that a field can have, where they are few."""
    match name:
        case "type":
            return list(TicketType)
        case "priority":
            return list(Priority)
        case "category":
            return _branches(category.path for category in settings.categories)
    field = own.get(name)
    if field is None:
        return []
    return ["yes", "no"] if field.type == "bool" else _branches(field.choices)


def _branches(paths: Iterable[str]) -> list[str]:
    """Paths, and all that they lie below."""
    found: dict[str, None] = {}
    for path in paths:
        levels = path.split("/")
        found |= dict.fromkeys("/".join(levels[: n + 1]) for n in range(len(levels)))
    return list(found)


def _circles(fields: Iterable[CustomField]) -> Iterator[CustomField]:
    """Yield the fields whose being shown hangs, over others, on itself."""
    hangs = {one.name: set(one.shown_when) for one in fields}
    for one in fields:
        seen: set[str] = set()
        waiting = list(hangs[one.name])
        while waiting:
            name = waiting.pop()
            if name not in seen:
                seen.add(name)
                waiting.extend(hangs.get(name, ()))
        if one.name in seen:
            yield one


def _form(form: Form, settings: Settings, known: Known) -> Iterator[ConfigError]:
    fields = [*(field.name for field in settings.fields), *BUILT_IN]
    yield from _unknown(form.fields, fields, form.place.at("fields"), _("field"))
    asked = form.fields or fields
    yield from _unknown(form.required, asked, form.place.at("required"), _("field"))
    if form.category:
        paths = _branches(category.path for category in settings.categories)
        path = form.category.removesuffix("/*")
        yield from _unknown([path], paths, form.place.at("category"), _("category"))
    if form.defaults:
        reader = ChangeReader(form.place, settings, known)
        reader.set("defaults", dict(form.defaults))
        yield from reader.errors
