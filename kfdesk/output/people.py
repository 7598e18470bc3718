"""The agents: who is there, and how much work they have."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from kfdesk.i18n import _
from kfdesk.output import record
from kfdesk.output.terminal import moment, show
from kfdesk.text import clean_line

if TYPE_CHECKING:
    from kfdesk.desk.assigning.presence import Presence


def print_agents(found: Iterable[Presence], timezone: str, *, as_json: bool) -> None:
    """Print agents: who is there, and how much work they have."""
    if as_json:
        for one in found:
            record(one.as_json())
        return
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, padding=(0, 1), header_style="bold")
    for title, justify in (
        (_("Agent"), "left"),
        (_("Teams"), "left"),
        (_("Available"), "left"),
        (_("Open"), "right"),
        (_("Capacity"), "right"),
        (_("Today"), "right"),
        (_("At"), "left"),
    ):
        table.add_column(title, justify=justify)  # type: ignore[arg-type]
    for one in found:
        name = one.agent if one.title == one.agent else f"{one.title} ({one.agent})"
        cells = (
            name,
            ", ".join(one.teams) or "–",
            _there(one, timezone),
            str(one.open),
            str(one.capacity or "–"),
            str(one.today),
            ", ".join(f"#{number}{' ✎' if writing else ''}" for number, writing in one.at),
        )
        table.add_row(*(Text(clean_line(cell)) for cell in cells))
    show(table)


def _there(one: Presence, timezone: str) -> str:
    """Whether an agent is there, in words."""
    if not one.away:
        return _("yes") if one.on_shift else _("off shift")
    told = _("away")
    if one.until is not None:
        told = _("away until {when}").format(when=moment(one.until, timezone))
    return f"{told}: {one.reason}" if one.reason else told
