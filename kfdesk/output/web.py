"""Who has logged in over the web, and who has tried to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from kfdesk.i18n import _
from kfdesk.output import record
from kfdesk.output.terminal import moment, show
from kfdesk.text import clean_line

if TYPE_CHECKING:
    from kfdesk.store.people.credentials import Attempt


def print_attempts(found: Iterable[Attempt], timezone: str, *, as_json: bool) -> None:
    """Print attempts to log in."""
    if as_json:
        for one in found:
            record(
                {
                    "at": one.at,
                    "agent": one.agent or None,
                    "address": one.address,
                    "outcome": one.outcome.value,
                }
            )
        return
    from rich.table import Table
    from rich.text import Text

    words = {
        "in": _("logged in"),
        "wrong": _("wrong name or password"),
        "refused": _("refused: too many wrong ones"),
        "password": _("password changed"),
    }
    table = Table(box=None, padding=(0, 1), header_style="bold")
    for title in (_("Time"), _("Agent"), _("From"), _("Outcome")):
        table.add_column(title)
    for one in found:
        cells = (moment(one.at, timezone), one.agent or "–", one.address, words[one.outcome.value])
        table.add_row(*(Text(clean_line(cell)) for cell in cells))
    show(table)
