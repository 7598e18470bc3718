"""Gettext: every text a person reads, in English, Simplified and Traditional Chinese."""

from __future__ import annotations

import gettext
import locale
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

#: What customers are written in, and what the program speaks: Traditional Chinese is made of the
#: Simplified catalogue by OpenCC.
Language = Literal["zh", "en"]
Spoken = Literal["zh", "zh-TW", "en"]
#: Each language by its own name.
NAMES: Mapping[Spoken, str] = {"zh": "简体中文", "zh-TW": "繁體中文", "en": "English"}
_TRADITIONAL = ("tw", "hk", "mo", "hant")

_FOLDER = Path(__file__).parent / "locale"
_catalogue: gettext.NullTranslations = gettext.NullTranslations()
_current: Spoken = "en"


def use(language: Spoken) -> None:
    """Switch every later text of this process to `language`."""
    global _catalogue, _current
    _current = language
    name = {"zh": "zh_CN", "zh-TW": "zh_TW", "en": "en"}[language]
    _catalogue = gettext.translation("kfdesk", _FOLDER, [name], fallback=True)


def current() -> Spoken:
    """The language in use."""
    return _current


def known(name: str) -> Spoken | None:
    """The language that is meant by `zh`, `zh-TW`, `zh_HK.UTF-8`, `zh-Hant`, `en_GB`; else None."""
    first, *more = re.split(r"[-_.@]", name.lower())
    if first == "zh":
        return "zh-TW" if any(part in _TRADITIONAL for part in more) else "zh"
    return "en" if first == "en" else None


def preferred() -> Spoken:
    """The language that the environment asks for."""
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(variable):
            return known(value) or "en"
    return known(locale.getlocale()[0] or "") or "en"


def written() -> Language:
    """The language in use, as customers and configurations are written in."""
    return "en" if _current == "en" else "zh"


def _(message: str) -> str:
    """The text in the language in use; looked up at each call, so never at import."""
    return _catalogue.gettext(message)


def pgettext(context: str, message: str) -> str:
    """The text where one English word means several things: `context` tells which."""
    return _catalogue.pgettext(context, message)


def ngettext(one: str, many: str, n: int) -> str:
    """The text for `n` things, in the language in use."""
    return _catalogue.ngettext(one, many, n)
