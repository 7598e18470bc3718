"""The key map: the registry's keys, remapped as `[ui] keys` asks, and what they mean where."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass

from kfdesk.actions import ACTIONS, BY_ID, NAMES, Action, Scope, shown
from kfdesk.errors import ConfigError, Place
from kfdesk.i18n import _

#: What a terminal sends for these is another key.
_IMPOSSIBLE = {
    "ctrl+h": "Backspace",
    "ctrl+i": "Tab",
    "ctrl+m": "Enter",
    "ctrl+left_square_bracket": "Esc",
}


@dataclass(frozen=True, slots=True)
class Pressed:
    """What keys come to: an action, with the key as its argument where it takes one."""

    action: str
    argument: str = ""


class Keys:
    """One key map: which action a key, or several one after another, mean in each scope."""

    def __init__(self, keys: Mapping[str, tuple[str, ...]]) -> None:
        self.of_action = keys
        self._found: dict[Scope, dict[tuple[str, ...], Pressed]] = {scope: {} for scope in Scope}
        self._begun: dict[Scope, set[tuple[str, ...]]] = {scope: set() for scope in Scope}
        for action in ACTIONS:
            for text in keys[action.id]:
                sequence = tuple(text.split(" "))
                argument = sequence[-1] if action.key_is_argument else ""
                for scope in action.scopes:
                    self._found[scope][sequence] = Pressed(action.id, argument)
                    self._begun[scope].update(sequence[:n] for n in range(1, len(sequence)))

    def find(self, scope: Scope, sequence: tuple[str, ...]) -> Pressed | None:
        """What these keys do there; None for nothing, or nothing yet."""
        for each in scope.within:
            if found := self._found[each].get(sequence):
                return found
        return None

    def begins(self, scope: Scope, sequence: tuple[str, ...]) -> bool:
        """Whether more keys have to follow these."""
        return any(sequence in self._begun[each] for each in scope.within)

    def follow(self, scope: Scope, sequence: tuple[str, ...]) -> list[tuple[str, Action]]:
        """The keys that may follow these, and what each then does."""
        size = len(sequence)
        return [
            (keys[size], BY_ID[pressed.action])
            for each in scope.within
            for keys, pressed in self._found[each].items()
            if keys[:size] == sequence and len(keys) > size
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
        keys[name] = tuple(_keys(name, part, where) for part in wanted.split(",") if part.strip())
    _refuse_conflicts(keys, overrides, where)
    return keys


def _keys(action: str, text: str, where: Place) -> str:
    """The Textual names of one key, or of several that are pressed one after another."""
    return " ".join(_key(action, part, where) for part in text.split())


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
    """ConfigError where keys already mean something in the same place, or begin others."""
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
    _refuse_hidden(taken, where)


def _refuse_hidden(taken: Mapping[tuple[Scope, str], str], where: Place) -> None:
    """ConfigError where one key is an action and also begins others, which it would hide."""
    for (scope, key), longer in taken.items():
        steps = key.split(" ")
        for begun in (" ".join(steps[:size]) for size in range(1, len(steps))):
            hiding = next((taken[s, begun] for s in scope.within if (s, begun) in taken), None)
            if hiding is not None:
                raise ConfigError(
                    _("“{action}” is on {key}, which begins {longer} of “{other}”").format(
                        action=hiding, key=shown(begun), longer=shown(key), other=longer
                    ),
                    where,
                )
