"""What may follow an action's name on the `:` line, in the words of the language."""

from __future__ import annotations

import re

from kfdesk.i18n import pgettext

_WORD = re.compile(r"[A-Z]{3,}")


def said(argument: str) -> str:
    """An action's argument with its placeholders translated; what is to be typed so stays."""
    names = {
        "ADDRESS": pgettext("argument", "ADDRESS"),
        "AGENT": pgettext("argument", "AGENT"),
        "FIELD": pgettext("argument", "FIELD"),
        "FORM": pgettext("argument", "FORM"),
        "MEASURE": pgettext("argument", "MEASURE"),
        "NAME": pgettext("argument", "NAME"),
        "NOTE": pgettext("argument", "NOTE"),
        "NUMBER": pgettext("argument", "NUMBER"),
        "PRIORITY": pgettext("argument", "PRIORITY"),
        "QUERY": pgettext("argument", "QUERY"),
        "STATUS": pgettext("argument", "STATUS"),
        "SUBJECT": pgettext("argument", "SUBJECT"),
        "TAG": pgettext("argument", "TAG"),
        "VALUE": pgettext("argument", "VALUE"),
        "VIEW": pgettext("argument", "VIEW"),
        "WHO": pgettext("argument", "WHO"),
        "WORDS": pgettext("argument", "WORDS"),
    }
    return _WORD.sub(lambda word: names[word[0]], argument)
