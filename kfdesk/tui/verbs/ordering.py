"""In which order the queue lists tickets, and which stand together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kfdesk import labels
from kfdesk.i18n import _
from kfdesk.rules.language.fields import SORTS
from kfdesk.rules.language.sorting import ordered, restricted
from kfdesk.tui.lines.content import notify
from kfdesk.tui.queue.columns import falls, sort_of
from kfdesk.tui.queue.painter import FALLS, RISES

if TYPE_CHECKING:
    from kfdesk.tui.main import Main
    from kfdesk.tui.verbs.kind import Work

#: What tickets are put together by, one after the other.
_TOGETHER = {"": "customer", "customer": "category", "category": ""}


def by_column(main: Main, column: str) -> Work:
    """Sort by a column; the other way where it is sorted by it."""
    if main.source is None or (key := sort_of(column)) is None:
        return None
    order = main.queue.looked.order
    falling = not order[1] if order and order[0] == key else falls(key)
    return main.show(ordered(main.feed.query, key, falling=falling))


def sort(main: Main, argument: str) -> Work:
    """Sort by what was typed, `due` or `-updated`; without it, let a person choose."""
    return _sort(main, argument.strip()) if argument.strip() else _choose(main)


async def _choose(main: Main) -> None:
    from kfdesk.tui.pickers.picker import Choice, pick

    keys = (*SORTS, *(f"field.{one.name}" for one in main.settings.fields))
    choices = [
        Choice(
            f"{'-' * way}{key}",
            f"{labels.field(key)} {FALLS if way else RISES}",
            f"sort:{'-' * way}{key}",
        )
        for key in keys
        for way in ((True, False) if falls(key) else (False, True))
    ]
    order = main.queue.looked.order
    current = f"{'-' * order[1]}{order[0]}" if order else ""
    chosen = await pick(main.app, _("Sort by"), choices, current)
    if chosen is not None:
        await _sort(main, chosen)


async def _sort(main: Main, key: str) -> None:
    query = ordered(main.feed.query, key.removeprefix("-"), falling=key.startswith("-"))
    if not await main.show(query) and main.feed.failed is not None:
        raise main.feed.failed


async def group(main: Main) -> None:
    """Put tickets of one customer together, then those of one category, then none."""
    await main.feed.group(_TOGETHER[main.queue.face.grouped])
    main.poller.say()


async def unread(step: int, main: Main) -> None:
    """Go to the next ticket that nobody has opened, or to the one before."""
    place = await main.feed.beside(step, restricted(main.feed.query, "is:unread"))
    if place is not None:
        main.queue.go(place)
    elif step > 0:
        notify(main.app, _("No unread ticket further down"))
    else:
        notify(main.app, _("No unread ticket further up"))
