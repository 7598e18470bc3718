"""Names that were mistyped: the nearest one that exists."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from kfdesk.i18n import _
from kfdesk.text import fold


def nearest(name: str, names: Iterable[str]) -> str:
    """Return the name that `name` was probably meant to be, or an empty string."""
    by_fold = {fold(known): known for known in names}
    close = get_close_matches(fold(name), by_fold, 1, 0.6)
    return by_fold[close[0]] if close else ""


def meant(name: str, known: Iterable[str]) -> str:
    """Return what a person is told who typed a name that there is not: the nearest, or all."""
    names = list(known)
    if close := nearest(name, names):
        return _("did you mean {name}?").format(name=close)
    return _("known are {known}").format(known=", ".join(names))


def hint(name: str, names: Iterable[str], most: int = 12) -> str:
    """Return what to add to "unknown …": the nearest name, or the names there are."""
    known = list(names)
    if close := nearest(name, known):
        return _("; did you mean {name}?").format(name=close)
    if not known:
        return _("; there are none")
    shown = ", ".join(known[:most]) + (", …" if len(known) > most else "")
    return _("; there are: {names}").format(names=shown)
