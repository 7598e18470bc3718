"""The line above: where one is, and how many tickets there are."""

from __future__ import annotations

from dataclasses import dataclass

from rich.cells import cell_len
from textual.content import Content
from textual.widgets import Static

from kfdesk.cells import fit, plain_line
from kfdesk.i18n import _, ngettext
from kfdesk.settings import View
from kfdesk.tui.lines.content import content
from kfdesk.tui.views.catalogue import DIGITS

#: With less room than this a filter is told, and a sync that went well is not.
_NARROW = 40
#: From here on it is said what is counted.
_ROOMY = 100
#: What is left beside words of trouble for the views.
_ONE_VIEW = 16


@dataclass(frozen=True, slots=True)
class Where:
    """What the line above says."""

    desk: str
    views: tuple[View, ...]
    view: int
    query: str
    count: int | None
    more: bool  # there are more than have been counted
    arrived: int
    away: bool
    sync: str
    trouble: bool
    marked: int = 0
    ranging: bool = False  # marks follow the cursor
    tabs: int = 10  # so many of the views stand there, and the one that is shown


class Bar(Static):
    """One line that is painted only when it says something else."""

    _said = content()

    def say(self, text: Content) -> None:
        """Say it."""
        if not self._said.is_same(text):
            self._said = text
            self.update(text, layout=False)


class Wrong(Bar):
    """What is wrong with the configuration, for as long as it is."""

    def show(self, error: str, width: int) -> None:
        """Say the first line of it, or take no room."""
        self.display = bool(error)
        first = error.partition("\n")[0]
        self.say(content((fit(f" {first}", width), "$on-primary on $alarm bold")))


class Above(Bar):
    """The desk, its views, the filter, how many, and how the last sync went."""

    def show(self, where: Where, width: int, flash: str = "") -> None:
        """Say it in the room there is; for a moment, what is called out."""
        self.say(flashed(flash, width) if flash else above(where, width))


def flashed(text: str, width: int) -> Content:
    """A line that is called out over a whole line."""
    return content((fit(f" {text}", width), "$background on $warning bold"))


def above(where: Where, width: int) -> Content:
    """The line above, at most `width` cells: the views give way first, then the sync's words."""
    left = [(f" {plain_line(where.desk)} ", "$on-primary on $badge bold"), (" ", "")]
    filtered = where.query != where.views[where.view].query
    count = f"{where.count:,}{'+' if where.more else ''}" if where.count is not None else "…"
    if where.count is not None and width >= _ROOMY and not where.trouble:
        count = ngettext("{n} ticket", "{n} tickets", where.count).format(n=count)
    counted = [(count, "bold")]
    if where.arrived:
        new = ngettext("{n} new ↑", "{n} new ↑", where.arrived).format(n=f"{where.arrived:,}")
        counted.append((f"  {new}", "$warning bold"))
    if where.marked:
        marked = ngettext("{n} marked", "{n} marked", where.marked).format(n=where.marked)
        counted.append((f"  {marked}", "$accent bold"))
        if where.ranging:
            counted.append((" ↕ " + _("range"), "$accent"))
    if where.away:
        counted += [("  ", ""), (_("away"), "$warning bold")]
    right = [*counted, ("   ", "")]
    room = width - _size(left) - _size(right) - 2
    for_sync = 0 if filtered and room < _NARROW else max(0, room // 2)
    if where.trouble:  # to be read whole: the view that is shown is enough beside it
        for_sync = max(room // 2, room - _ONE_VIEW)
    sync = fit(where.sync, min(cell_len(plain_line(where.sync)), for_sync))
    right.append((f"{sync} ", "$error" if where.trouble else "$ink-muted"))
    room = width - _size(left) - _size(right) - 1
    query = cell_len(plain_line(where.query)) if filtered else 0
    tabs = _tabs(where, filtered, room - (3 + min(query, room // 2) if filtered else 0))
    if filtered and (rest := room - _size(tabs) - 3) > 0:
        said = fit(where.query, min(query, rest))
        tabs += [(" / ", "$primary bold"), (said, "$warning")]
    gap = " " * max(1, width - _size(left) - _size(tabs) - _size(right))
    return content(*left, *tabs, gap, *right)


def _tabs(where: Where, filtered: bool, room: int) -> list[tuple[str, str]]:
    """The views behind their keys, with a colon: a bare number would be read as how many.

    Where there is no room for all, the last ones are left out.
    """
    tabs: list[list[tuple[str, str]]] = []
    places = [*range(min(where.tabs, len(where.views)))]
    for index in places if where.view in places else [*places, where.view]:
        view, chosen = where.views[index], index == where.view and not filtered
        title = plain_line(view.title or view.name)
        tabs.append(
            [
                (f" {index}:" if index < DIGITS else " ", "$primary" if chosen else "$ink-muted"),
                (f"{title} ", "bold $primary" if chosen else "$ink-muted"),
            ]
        )
    here = tabs[places.index(where.view) if where.view in places else -1]
    while len(tabs) > 1 and sum(map(_size, tabs)) > room:
        del tabs[-2 if tabs[-1] is here else -1]
    return [part for tab in tabs for part in tab]


def _size(parts: list[tuple[str, str]]) -> int:
    return sum(cell_len(text) for text, style in parts)
