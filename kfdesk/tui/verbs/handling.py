"""Working on a ticket beside answering it: solving it, time spent, spam, links."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from kfdesk import number as numbers
from kfdesk.errors import UserError
from kfdesk.i18n import _
from kfdesk.model import Status
from kfdesk.tui.lines.content import notify
from kfdesk.tui.pickers.picker import Choice, pick
from kfdesk.tui.verbs import changing, marking, onward
from kfdesk.tui.verbs.kind import Work, desk_of

if TYPE_CHECKING:
    from kfdesk.tui.main import Main


def spend(main: Main, argument: str) -> Work:
    """Write down work: `25m what was done`; without it, ask for it."""
    if argument:
        return spent(main, argument)
    main.prompt.ask("spent", _("time spent") + " ", "")
    return None


async def spent(main: Main, text: str) -> None:
    """Write down the work of a line: a length of time, and on what."""
    from kfdesk.desk.tickets.spent import read
    from kfdesk.desk.tickets.spent import spend as write

    number = main.number
    if number is None or not text.strip():
        return
    time, _blank, note = text.strip().partition(" ")
    length = read(time)
    await main.threads.write(
        desk_of(main).do, lambda desk, me: write(desk, number, length, me, note)
    )
    await main.refresh_all()


async def spam(main: Main) -> None:
    """Call a ticket spam; one that is, spam no longer."""
    from kfdesk.desk.tickets import spam as release

    if (number := main.number) is None:
        return
    ticket = (await main.threads.read(desk_of(main).reading, number)).ticket
    main.repeat = spam
    verb = release.ham if ticket.spam else release.spam
    await main.threads.write(desk_of(main).do, lambda desk, me: verb(desk, number, me))
    said = _("#{number} is no spam") if ticket.spam else _("#{number} is spam now")
    notify(main.app, said.format(number=number))
    await main.refresh_all()


async def let_out(main: Main) -> None:
    """Let a ticket out of quarantine."""
    from kfdesk.desk.tickets.spam import release

    if (number := main.number) is None:
        return
    await main.threads.write(desk_of(main).do, lambda desk, me: release(desk, number, me))
    await main.refresh_all()


async def link(main: Main, argument: str) -> None:
    """Link with another ticket: `parent 12`."""
    from kfdesk.desk.tickets import link as links

    kind, _blank, other = argument.partition(" ")
    if (number := main.number) is None:
        return
    if not kind or not other.strip():
        raise UserError(_("say what the other ticket is, and which: :link parent 12"))
    target = numbers.read(other)
    main.repeat = partial(link, argument=argument)
    await main.threads.write(
        desk_of(main).do, lambda desk, me: links.link(desk, number, kind, target, me)
    )
    await main.refresh_all()


async def unlink(main: Main, argument: str) -> None:
    """Take the links with another ticket apart."""
    from kfdesk.desk.tickets import link as links

    if (number := main.number) is None:
        return
    target = numbers.read(argument)
    await main.threads.write(
        desk_of(main).do, lambda desk, me: links.unlink(desk, number, target, me)
    )
    await main.refresh_all()


def solve(main: Main) -> Work:
    """Solve a ticket; of a problem, its incidents too if that is wanted."""
    reading, number = main.follow.reading, main.number
    if number is None or marking.marked(main) or reading is None:
        return changing.to_status(Status.SOLVED, main)
    kinds = {kind for kind, _other, _why in reading.ticket.links}
    if reading.ticket.number != number or "incident" not in kinds:
        return changing.to_status(Status.SOLVED, main)
    return _solve_problem(main, number)


async def _solve_problem(main: Main, number: int) -> None:
    from kfdesk.desk.tickets import solving

    waiting = await main.threads.read(
        desk_of(main).do, lambda desk, _me: solving.incidents_of(desk, number)
    )
    together: str | None = "no"
    if waiting:
        names = _(", ").join(f"#{one}" for one in waiting)
        choices = [
            Choice("no", _("this ticket alone")),
            Choice("yes", _("its incidents too"), names),
        ]
        together = await pick(main.app, _("Solve the problem"), choices)
    if together:
        work = main.threads.write(
            desk_of(main).do,
            lambda desk, me: solving.solve(desk, number, me, incidents=together == "yes"),
        )
        await onward.change(main, number, work)
