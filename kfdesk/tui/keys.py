"""Keys from the registry: bindings for widgets, and the remapping that `[ui] keys` asks for."""

from __future__ import annotations

import difflib
from collections.abc import Mapping

from textual.binding import Binding, BindingType

from kfdesk.actions import ACTIONS, BY_ID, NAMES, Scope, shown
from kfdesk.errors import ConfigError, Place
from kfdesk.i18n import _

#: What a terminal sends for these is another key.
_IMPOSSIBLE = {
    "ctrl+h": "Backspace",
    "ctrl+i": "Tab",
    "ctrl+m": "Enter",
    "ctrl+left_square_bracket": "Esc",
}


def bindings(scope: Scope) -> list[BindingType]:
    """The bindings of a scope; the console's keymap replaces keys by the action's id."""
    return [
        Binding(
            key,
            f"screen.perform({action.id!r}, {key!r})"
            if action.key_is_argument
            else f"screen.perform({action.id!r})",
            show=False,
            id=None if action.key_is_argument else action.id,
            priority=scope is Scope.GLOBAL,
        )
        for action in ACTIONS
        if scope in action.scopes
        for key in action.keys
    ]


def keymap(overrides: Mapping[str, str], place: Place | None = None) -> dict[str, tuple[str, ...]]:
    """Return the keys of every action under `[ui] keys`; ConfigError for one that cannot be."""
    keys = {action.id: action.keys for action in ACTIONS}
    where = place or Place(key="ui.keys")
    for name, wanted in overrides.items():
        if name not in BY_ID:
            near = difflib.get_close_matches(name, BY_ID, 1)
            hint = _(" (did you mean “{name}”?)").format(name=near[0]) if near else ""
            raise ConfigError(
                _("there is no action “{name}”{hint}").format(name=name, hint=hint), where
            )
        keys[name] = tuple(_key(name, part, where) for part in wanted.split(",") if part.strip())
    _refuse_conflicts(keys, overrides, where)
    return keys


def _key(action: str, text: str, where: Place) -> str:
    """The Textual name of one key as people write it."""
    *modifiers, last = text.strip().split("+") if text.strip() != "+" else ["+"]
    if not last and modifiers:  # "ctrl++"
        modifiers, last = modifiers[:-1], "+"
    last = NAMES.get(last.lower() if len(last) > 1 else last, last)
    if modifiers or len(last) > 1:
        last = last.lower()
    key = "+".join([*(modifier.lower() for modifier in modifiers), last])
    if key in _IMPOSSIBLE:
        raise ConfigError(
            _("“{action}” cannot be on {key}: a terminal sends {other} for it").format(
                action=action, key=text.strip(), other=_IMPOSSIBLE[key]
            ),
            where,
        )
    return key


def _refuse_conflicts(
    keys: Mapping[str, tuple[str, ...]], overrides: Mapping[str, str], where: Place
) -> None:
    """ConfigError where a remapped key already means something in the same place."""
    taken: dict[tuple[Scope, str], str] = {}
    for action in sorted(ACTIONS, key=lambda action: action.id in overrides):
        for scope in action.scopes:
            for key in keys[action.id]:
                other = taken.setdefault((scope, key), action.id)
                if other != action.id:
                    raise ConfigError(
                        _("“{action}” and “{other}” are both on {key}: move one of them").format(
                            action=action.id, other=other, key=shown(key)
                        ),
                        where,
                    )
