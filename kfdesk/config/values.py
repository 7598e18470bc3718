"""TOML values into the types of `settings`; what does not fit is collected, never raised."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Final, Literal, TypeVar, get_args, get_origin, get_type_hints

from kfdesk.config.toml import Node
from kfdesk.errors import ConfigError, Place
from kfdesk.i18n import _
from kfdesk.model import Priority
from kfdesk.settings import STEPS, Secret
from kfdesk.text import clean_line, shorten

Table = TypeVar("Table")


@dataclass(slots=True)
class Problems:
    """What is wrong with a configuration, and what of it this version does not know yet."""

    errors: list[ConfigError] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def error(self, message: str, place: Place) -> None:
        """Note an error."""
        self.errors.append(ConfigError(message, place))

    def later(self, place: Place) -> None:
        """Note something that belongs to a newer version."""
        self.warnings.append(
            f"{place}: " + _("this version of kfdesk does not know it yet, and leaves it aside")
        )


def nearest(name: str, known: Iterable[str]) -> str:
    """Return " (did you mean …?)", or what is known where nothing is near."""
    from difflib import get_close_matches

    names = sorted(known)
    close = get_close_matches(name.casefold(), names, n=1, cutoff=0.6)
    if close:
        return _("did you mean “{name}”?").format(name=close[0])
    return _("known are: {names}").format(names=", ".join(names)) if names else _("none is known")


def table(kind: type[Table], node: Node, problems: Problems) -> Table | None:
    """Read a table into its dataclass; None where a key that it must have is missing or wrong."""
    if not isinstance(node.value, dict):
        problems.error(_expected(_("a table"), node.value), node.place)
        return None
    hints = _keys(kind)  # type: ignore[arg-type]  # mypy takes no class for hashable
    for key in node.value:
        if key not in hints:
            message = _("unknown key; {nearest}").format(nearest=nearest(key, hints))
            problems.error(message, node.child(key).place)
    given: dict[str, Any] = {}
    missing = False
    for item in fields(kind):  # type: ignore[arg-type]  # Table is always a dataclass
        if item.name in hints and item.name in node.value:
            value = _value(hints[item.name], node.child(item.name), problems)
            if value is not _WRONG:
                given[item.name] = value
                continue
        elif item.name == "place":
            given["place"] = node.whole_place()
        if item.name not in given and item.default is MISSING and item.default_factory is MISSING:
            missing = True
            if item.name not in node.value:
                message = _("the key “{key}” is missing").format(key=item.name)
                problems.error(message, node.place)
    return None if missing else kind(**given)


@cache
def _keys(kind: type) -> dict[str, Any]:
    hints = get_type_hints(kind, include_extras=True)
    hints.pop("place", None)
    return hints


class _WrongError(ValueError):
    """A value does not fit; its text says what was expected."""


_WRONG: Final = object()


def _value(hint: Any, node: Node, problems: Problems) -> Any:
    """Read one value as `hint` says, or note what is wrong with it and return `_WRONG`."""
    while type(None) in get_args(hint):  # X | None: TOML has no null, so it is X
        (hint,) = (part for part in get_args(hint) if part is not type(None))
    origin = get_origin(hint)
    if origin is tuple:
        return _list(get_args(hint)[0], node, problems)
    if origin is Mapping or (is_dataclass(hint) and hint is not Secret):
        return _inner_table(hint, node, problems)
    try:
        if origin is Literal:
            return _choice(node.value, [str(choice) for choice in get_args(hint) if choice])
        if origin is Annotated:
            return _KINDS[hint.__metadata__[0]](node.value, node)
        return _KINDS[hint](node.value, node)
    except _WrongError as wrong:
        problems.error(str(wrong), node.place)
        return _WRONG


def _list(hint: Any, node: Node, problems: Problems) -> Any:
    if not isinstance(node.value, list):
        problems.error(_expected(_("a list in square brackets"), node.value), node.place)
        return _WRONG
    read = [_value(hint, element, problems) for element in node.elements()]
    return tuple(value for value in read if value is not _WRONG)


def _inner_table(hint: Any, node: Node, problems: Problems) -> Any:
    if is_dataclass(hint):
        assert isinstance(hint, type)
        found = table(hint, node, problems)
        return _WRONG if found is None else found
    if not isinstance(node.value, dict):
        problems.error(_expected(_("a table"), node.value), node.place)
        return _WRONG
    inner = get_args(hint)[1]
    if inner is Any:
        return node.value
    read = {key: _value(inner, node.child(key), problems) for key in node.value}
    return {key: value for key, value in read.items() if value is not _WRONG}


def _expected(what: str, value: Any) -> str:
    return _("expected {what}, not {found}").format(what=what, found=_found(value))


def _found(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return _("a table")
    if isinstance(value, list):
        return _("a list")
    if isinstance(value, str):
        return f"“{shorten(value, 60)}”"
    if isinstance(value, datetime | date | time):
        return _("the date or time {value}").format(value=value)
    return _("the number {value}").format(value=value)


def _text(value: Any, _node: Node) -> str:
    if not isinstance(value, str):
        raise _WrongError(_expected(_("a text in quotes"), value))
    return value


def _switch(value: Any, _node: Node) -> bool:
    if not isinstance(value, bool):
        raise _WrongError(_expected(_("true or false"), value))
    return value


_ADDRESS = r"[^\s@<>,]+@[^\s@<>,]+"


def _name(value: Any, _node: Node) -> str:
    if not isinstance(value, str) or not value or clean_line(value) != value:
        raise _WrongError(_expected(_("a name in quotes"), value))
    return value


def _email(value: Any, _node: Node) -> str:
    if not isinstance(value, str) or not re.fullmatch(_ADDRESS, value):
        raise _WrongError(_expected(_('an address such as "support@example.com"'), value))
    return value


def _sender(value: Any, _node: Node) -> str:
    named = rf"(?:[^<>]*<{_ADDRESS}>|{_ADDRESS})"
    if not isinstance(value, str) or clean_line(value) != value or not re.fullmatch(named, value):
        raise _WrongError(_expected(_('a sender such as "Support <support@example.com>"'), value))
    return value


def _prefix(value: Any, _node: Node) -> str:
    if not isinstance(value, str) or not re.fullmatch("[A-Za-z]{1,10}", value):
        raise _WrongError(_expected(_('one to ten letters, such as "KF"'), value))
    return value


def _color(value: Any, _node: Node) -> str:
    if not isinstance(value, str) or not re.fullmatch("#[0-9a-fA-F]{6}", value):
        raise _WrongError(_expected(_('a colour such as "#1a2b3c"'), value))
    return value.lower()


def _choice(value: Any, choices: list[str]) -> str:
    if not isinstance(value, str):
        raise _WrongError(_expected(_("one of {names}").format(names=", ".join(choices)), value))
    if value not in choices:
        raise _WrongError(
            _("unknown value {found}; {nearest}").format(
                found=_found(value), nearest=nearest(value, choices)
            )
        )
    return value


_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def _duration(value: Any, _node: Node) -> timedelta:
    text = value if isinstance(value, str) else ""
    found = re.fullmatch(r"([0-9]{1,6})\s*([smhdw])", text)
    if not found:
        raise _WrongError(_expected(_('a time such as "90s", "15m", "4h" or "3d"'), value))
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


_BYTES = {"b": 1, "kb": 1_000, "mb": 1_000_000, "gb": 1_000_000_000}


def _size(value: Any, _node: Node) -> int:
    text = value.casefold() if isinstance(value, str) else ""
    found = re.fullmatch(r"([0-9]{1,9})\s*([kmg]?b)", text)
    if not found or not int(found[1]):
        raise _WrongError(_expected(_('a size such as "500KB" or "25MB"'), value))
    return int(found[1]) * _BYTES[found[2]]


def _port(value: Any, _node: Node) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 65535:
        raise _WrongError(_expected(_("a port number up to 65535"), value))
    return value


def _count(value: Any, _node: Node) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 1_000_000:
        raise _WrongError(_expected(_("a whole number, not negative"), value))
    return value


def _day(value: Any, _node: Node) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(value)
    except (ValueError, TypeError):
        raise _WrongError(_expected(_('a day such as "2026-12-31"'), value)) from None


_EVERY = re.compile(  # steps of a day at most: they are counted from its midnight
    r"hour|(?:[1-9]|1[0-9]|2[0-4])h|(?:[1-9][0-9]{0,2}|1[0-3][0-9]{2}|14[0-3][0-9]|1440)m|"
    r"(?:day|mon|tue|wed|thu|fri|sat|sun) (?:[01][0-9]|2[0-3]):[0-5][0-9]"
)


def _every(value: Any, _node: Node) -> str:
    if not isinstance(value, str) or not _EVERY.fullmatch(value):
        raise _WrongError(_expected(_('"hour", "15m", "day 09:00" or "mon 09:00"'), value))
    return value


def _names(value: Any, node: Node) -> tuple[str, ...]:
    """One name, or a list of them."""
    several = value if isinstance(value, list) else [value]
    return tuple(_name(one, node) for one in several)


def _target(value: Any, node: Node) -> Mapping[str, timedelta]:
    """One time for every priority, or each with its own."""
    priorities = [str(priority) for priority in Priority]
    if not isinstance(value, dict):
        return dict.fromkeys(priorities, _positive(value, node))
    for name in value:
        _choice(name, priorities)
    return {name: _positive(one, node) for name, one in value.items()}


def _positive(value: Any, node: Node) -> timedelta:
    found = _duration(value, node)
    if not found:
        raise _WrongError(_expected(_("a time longer than nothing"), value))
    return found


def _warn(value: Any, node: Node) -> float | timedelta:
    if isinstance(value, str):
        return _duration(value, node)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 1:
        raise _WrongError(_expected(_('a share such as 0.8, or a time such as "30m"'), value))
    return float(value)


def _path(value: Any, node: Node) -> Path:
    if not isinstance(value, str) or not value or "\0" in value:
        raise _WrongError(_expected(_("a path in quotes"), value))
    try:
        return node.document.file.absolute().parent / Path(value).expanduser()
    except RuntimeError:
        raise _WrongError(_("there is no such home folder: {path}").format(path=value)) from None


def _sqlite(value: Any, node: Node) -> str:
    scheme = "sqlite:///"
    if not isinstance(value, str) or not value.startswith(scheme) or value == scheme:
        raise _WrongError(_expected(_('a database such as "sqlite:///desk.db"'), value))
    return f"{scheme}{_path(value.removeprefix(scheme), node)}"


def _timezone(value: Any, _node: Node) -> str:
    import zoneinfo

    if not isinstance(value, str):
        raise _WrongError(_expected(_('a time zone such as "Asia/Shanghai"'), value))
    try:
        return zoneinfo.ZoneInfo(value).key
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):  # OSError: the name of a folder
        raise _WrongError(
            _("unknown time zone {found}; {nearest}").format(
                found=_found(value), nearest=_nearest_zone(value, zoneinfo.available_timezones())
            )
        ) from None


def _nearest_zone(value: str, zones: set[str]) -> str:
    by_city = {zone.rsplit("/", 1)[-1].casefold(): zone for zone in sorted(zones)}
    city = value.strip().replace(" ", "_").rsplit("/", 1)[-1].casefold()
    if city in by_city:
        return _("did you mean “{name}”?").format(name=by_city[city])
    from difflib import get_close_matches

    close = get_close_matches(value, zones, n=1) or ["Asia/Shanghai"]
    return _("write it like “{name}”").format(name=close[0])


def _secret(value: Any, node: Node) -> Secret:
    ways = ("env", "command", "keyring", "file")
    if isinstance(value, str) and value:
        return Secret(plain=value)
    if isinstance(value, dict) and len(value) == 1:
        ((way, what),) = value.items()
        if way in ways and isinstance(what, str) and what:
            return Secret(**{way: str(_path(what, node)) if way == "file" else what})
    raise _WrongError(
        _(
            'expected a secret: { env = "NAME" }, { command = "…" }, '
            '{ keyring = "service/user" }, { file = "…" } or a text'
        )
    )


def _steps(value: Any, _node: Node) -> tuple[str, ...]:
    """Steps by name; true for all of them."""
    if isinstance(value, bool):
        return STEPS if value else ()
    if isinstance(value, list) and all(isinstance(one, str) and one in STEPS for one in value):
        return tuple(value)
    raise _WrongError(
        _expected(_("true, or a list of {names}").format(names=", ".join(STEPS)), value)
    )


def _on_closed(value: Any, node: Node) -> str | timedelta:
    if isinstance(value, dict) and set(value) == {"reopen_within"}:
        return _duration(value["reopen_within"], node)
    if isinstance(value, str) and value in ("reopen", "new"):
        return value
    raise _WrongError(_expected(_('"reopen", "new" or { reopen_within = "7d" }'), value))


_KINDS: dict[Any, Callable[[Any, Node], Any]] = {
    str: _text,
    bool: _switch,
    timedelta: _duration,
    Path: _path,
    Secret: _secret,
    "name": _name,
    "names": _names,
    "email": _email,
    "sender": _sender,
    "prefix": _prefix,
    "color": _color,
    "port": _port,
    "size": _size,
    "timezone": _timezone,
    "sqlite": _sqlite,
    "on_closed": _on_closed,
    "steps": _steps,
    "count": _count,
    "day": _day,
    "every": _every,
    "target": _target,
    "warn": _warn,
}
