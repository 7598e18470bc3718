"""Gettext: every text a person reads, in English and Simplified Chinese."""

from __future__ import annotations

import gettext
import locale
import os
from pathlib import Path
from typing import Literal

Language = Literal["zh", "en"]

_FOLDER = Path(__file__).parent / "locale"
_catalogue: gettext.NullTranslations = gettext.NullTranslations()
_current: Language = "en"


def use(language: Language) -> None:
    """Switch every later text of this process to `language`."""
    global _catalogue, _current
    _current = language
    name = {"zh": "zh_CN", "en": "en"}[language]
    _catalogue = gettext.translation("kfdesk", _FOLDER, [name], fallback=True)


def current() -> Language:
    """The language in use."""
    return _current


def preferred() -> Language:
    """The language that the environment asks for."""
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(variable):
            return "zh" if value.lower().startswith("zh") else "en"
    return "zh" if (locale.getlocale()[0] or "").lower().startswith("zh") else "en"


def _(message: str) -> str:
    """The text in the language in use; looked up at each call, so never at import."""
    return _catalogue.gettext(message)


def pgettext(context: str, message: str) -> str:
    """The text where one English word means several things: `context` tells which."""
    return _catalogue.pgettext(context, message)


def ngettext(one: str, many: str, n: int) -> str:
    """The text for `n` things, in the language in use."""
    return _catalogue.ngettext(one, many, n)
