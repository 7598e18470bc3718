"""Macros from the keyboard: chosen with what they would do in view; their words in the composer."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from kfdesk.i18n import _
from kfdesk.tui.pickers.macros import Macros
from kfdesk.tui.pickers.picker import Choice
from kfdesk.tui.verbs import marking, onward
from kfdesk.tui.verbs.kind import desk_of

if TYPE_CHECKING:
    from kfdesk.desk.bulk.macros import Offered
    from kfdesk.tui.main import Main


async def use(main: Main, argument: str) -> None:
    """Do the macro that is named or picked, to the ticket or to those that are marked."""
    from kfdesk.desk.bulk import macros

    several = marking.marked(main)
    numbers = main.queue.marks.listed(main.queue.listing.ids) if several else [main.number]
    if not numbers or (number := numbers[0]) is None:
        return
    name = argument
    if not name:
        found = await main.threads.read(
            desk_of(main).do,
            lambda it, me: macros.offer(it, me, [n for n in numbers if n is not None]),
        )
        name = await _pick(main, _("Macros"), found)
    if not name:
        return
    main.repeat = partial(use, argument=name)
    if several:
        await marking.act(main, ["macro", name])
        return
    desk = desk_of(main)

    async def apply() -> None:
        await main.threads.write(desk.do, lambda it, me: macros.apply(it, number, name, me))
        main.poller.held = await main.threads.read(desk.waiting, number) or main.poller.held

    await onward.change(main, number, apply())


async def insert(main: Main) -> None:
    """Put what a macro would answer into the composer, to be edited; it does nothing else."""
    from kfdesk.desk.bulk import macros

    number = main.composer.number
    found = await main.threads.read(desk_of(main).do, lambda it, me: macros.offer(it, me, [number]))
    answering = [one for one in found if one.answer]
    if name := await _pick(main, _("Macros that answer"), answering):
        main.composer.insert(next(one.answer for one in answering if one.macro.name == name))


async def _pick(main: Main, title: str, found: list[Offered]) -> str:
    choices = [
        Choice(one.macro.name, one.macro.shown, one.macro.name if one.macro.title else "")
        for one in found
    ]
    previews = {one.macro.name: one.preview for one in found}
    chosen: str | None = await main.app.push_screen_wait(Macros(title, choices, previews))
    return chosen or ""
