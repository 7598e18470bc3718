"""Marking tickets of the queue, and doing one thing to all that are marked."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from kfdesk.errors import UserError
from kfdesk.i18n import _, ngettext
from kfdesk.tui.lines.content import notify
from kfdesk.tui.verbs.kind import Work, desk_of

if TYPE_CHECKING:
    from kfdesk.desk import Desk
    from kfdesk.desk.bulk.deed import Deed
    from kfdesk.desk.bulk.many import Done
    from kfdesk.model import Actor
    from kfdesk.tui.main import Main

#: "All of them", as a number of tickets.
_ALL = 1 << 40
_PROGRESS_EVERY = 0.1


def mark(main: Main) -> None:
    """Mark the ticket under the cursor, or take its mark off, and go on to the next."""
    main.queue.mark()
    main.poller.say()


def mark_range(main: Main) -> None:
    """Begin a range, or end it."""
    main.queue.mark_range()
    main.poller.say()


async def mark_all(main: Main) -> None:
    """Mark every ticket of the query; where all are marked, none."""
    numbers: Sequence[int] = main.queue.listing.ids
    if not main.feed.complete:
        numbers = await main.threads.query(desk_of(main).ids, main.feed.query, _ALL)
    main.queue.mark_all(numbers)
    main.poller.say()


def marked(main: Main) -> bool:
    """Whether what is done now is done to the tickets that are marked."""
    return main.pane is main.queue and bool(main.queue.marks)


def do_typed(main: Main, argument: str) -> Work:
    """Do what was typed to the marked tickets; without marks, to the one under the cursor."""
    try:
        words = shlex.split(argument)
    except ValueError as error:
        raise UserError(_("{text}: a quotation mark is open").format(text=argument)) from error
    return act(main, words)


async def act(main: Main, words: Sequence[str]) -> None:
    """Do to all marked tickets what is said in words: `set status=open`, `assign anna`, …"""
    from kfdesk.desk.bulk.deed import parse

    await do(main, lambda desk, me: parse(desk, words, me.name))


async def do(main: Main, deed: Callable[[Desk, Actor], Deed]) -> None:
    """Do one thing to all marked tickets: shown first, then done as one, which `u` takes back."""
    from kfdesk.desk.bulk import many
    from kfdesk.tui.screens.bulk import Confirm

    desk = desk_of(main)
    numbers = main.queue.marks.listed(main.queue.listing.ids)
    if not numbers and main.number is not None:
        numbers = [main.number]
    plan = await main.threads.read(desk.do, lambda it, me: many.plan(it, deed(it, me), numbers, me))
    if not await main.app.push_screen_wait(Confirm(main, plan)):
        return
    # Told by the writing thread, read by this one.
    main.poller.working = (0, len(plan.acting))

    def progress(done: int, total: int) -> None:
        main.poller.working = (done, total)

    timer = main.set_interval(_PROGRESS_EVERY, main.poller.say_keys)
    try:
        done = await main.threads.write(desk.do, lambda it, me: many.run(it, plan, me, progress))
    finally:
        timer.stop()
        main.poller.working = None
    main.queue.unmark({one.number for one in plan.found} - done.left.keys())
    _say(main, done)
    await main.refresh_all()


def _say(main: Main, done: Done) -> None:
    n, left = len(done.changed), len(done.left)
    text = ngettext("{n} ticket changed", "{n} tickets changed", n).format(n=n)
    if left:
        were = ngettext("{n} was left unchanged: {why}", "{n} were left unchanged: {why}", left)
        why = next(iter(done.left.values()))
        text = _("; ").join((text, were.format(n=left, why=why)))
    notify(main.app, text, "warning" if left else "information")
