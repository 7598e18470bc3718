"""The registry is the one notion of an action, and its keys cannot contradict each other."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import kfdesk.tui.screens
from kfdesk.actions import ACTIONS, BY_ID, Scope, find
from kfdesk.actions.document import document
from kfdesk.errors import ConfigError, UserError
from kfdesk.tui import verbs
from kfdesk.tui.keys.keymap import Keys, keymap
from kfdesk.tui.screens.sheet import Sheet


def _below(sheet: type[Sheet[Any]]) -> Iterator[type[Sheet[Any]]]:
    for each in sheet.__subclasses__():
        yield each
        yield from _below(each)


KEYS_PAGE = Path(__file__).parents[2] / "docs" / "keys.md"


def test_the_page_of_keys_is_what_the_registry_says() -> None:
    """docs/keys.md is written by `python -m kfdesk.actions docs/keys.md`."""
    assert KEYS_PAGE.read_text(encoding="utf-8") == document()


def test_every_action_has_one_verb_and_every_verb_an_action() -> None:
    """Nothing in the registry is without effect, and nothing works that is not in it."""
    for module in pkgutil.iter_modules(kfdesk.tui.screens.__path__):
        importlib.import_module(f"kfdesk.tui.screens.{module.name}")
    sheets = list(_below(Sheet))
    own = {action for each in sheets for action in each.VERBS}
    done = [*verbs._PLAIN, *verbs._TAKING, *sorted(own)]
    done += [name for name in BY_ID if name.startswith("sheet.")]
    assert sorted(done) == sorted(BY_ID)
    assert len(ACTIONS) == len(BY_ID)


def test_the_keys_as_they_come_do_not_contradict_each_other() -> None:
    """No key means two things in one place."""
    assert keymap({})["ticket.assign"] == ("a",)


def test_a_key_is_moved_by_the_action_s_id() -> None:
    """`[ui] keys` takes keys as people write them, several with commas."""
    keys = keymap({"ticket.assign": "A", "queue.filter": "/, ctrl+g", "console.help": "f1"})
    assert keys["ticket.assign"] == ("A",)
    assert keys["queue.filter"] == ("slash", "ctrl+g")
    assert keys["console.help"] == ("f1",)


@pytest.mark.parametrize(
    ("overrides", "said"),
    [
        ({"ticket.assign": "r"}, "both on r"),
        ({"ticket.asign": "A"}, "did you mean “ticket.assign”"),
        ({"ticket.assign": "ctrl+i"}, "a terminal sends Tab"),
        ({"ticket.assign": "Ctrl+H"}, "a terminal sends Backspace"),
        ({"ticket.assign": "ctrl+m"}, "a terminal sends Enter"),
        ({"ticket.assign": "ctrl+["}, "a terminal sends Esc"),
        ({"ticket.assign": "B", "ticket.status": "B"}, "both on B"),
    ],
)
def test_a_key_that_cannot_be_is_refused_by_name(overrides: dict[str, str], said: str) -> None:
    """What a terminal cannot send, and what already means something, is an error at the start."""
    with pytest.raises(ConfigError, match=r"ui\.keys") as caught:
        keymap(overrides)
    assert said in str(caught.value)


def test_two_keys_may_be_swapped() -> None:
    """A key is free once its action has moved away."""
    keys = keymap({"ticket.assign": "s", "ticket.status": "a"})
    assert (keys["ticket.assign"], keys["ticket.status"]) == (("s",), ("a",))


def test_a_command_is_found_by_id_or_alias_and_the_nearest_is_named() -> None:
    """`:assign`, `:ticket.assign`; `:asign` says what was meant."""
    assert find("assign") is find("ticket.assign")
    with pytest.raises(UserError, match="did you mean “assign”"):
        find("asign")


def test_keys_one_after_another_are_one_action() -> None:
    """`g` waits for the next key; what may follow is told."""
    keys = Keys(keymap({"ticket.assign": "g a"}))
    assert keys.begins(Scope.QUEUE, ("g",))
    assert keys.find(Scope.QUEUE, ("g",)) is None
    found = keys.find(Scope.QUEUE, ("g", "a"))
    assert found is not None
    assert found.action == "ticket.assign"
    assert {"g", "a"} <= {key for key, _action in keys.follow(Scope.QUEUE, ("g",))}
    assert not keys.begins(Scope.COMPOSER, ("g",))


def test_a_key_that_begins_others_is_refused_as_an_action() -> None:
    """Nobody could reach what comes behind it."""
    with pytest.raises(ConfigError, match="begins g "):
        keymap({"ticket.assign": "g"})
