"""What a person chose in the console, `:theme` and `:language`; it holds until the file says else.

Beside each choice stands what the configuration said then: once it says something else, that is
what was said last.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from kfdesk.settings import Settings, Ui

KEYS = ("theme", "language")


def chosen(settings: Settings, state: Mapping[str, Any]) -> Settings:
    """The configuration with what was chosen over it."""
    made = {key: state[key]["chosen"] for key in KEYS if _holds(settings.ui, state, key)}
    return replace(settings, ui=replace(settings.ui, **made)) if made else settings


def _holds(ui: Ui, state: Mapping[str, Any], key: str) -> bool:
    return key in state and state[key]["over"] == getattr(ui, key)


def choice(ui: Ui, key: str, value: str) -> dict[str, Any]:
    """A choice as it is remembered; `ui` is what the file says."""
    return {key: {"chosen": value, "over": getattr(ui, key)}}
