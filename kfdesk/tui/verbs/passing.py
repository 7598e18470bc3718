"""Passing a ticket on, giving it back, putting it aside; going away oneself."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from kfdesk.i18n import _
from kfdesk.tui.lines.content import notify
from kfdesk.tui.pickers.picker import Choice, pick
from kfdesk.tui.verbs import marking
from kfdesk.tui.verbs.changing import people
from kfdesk.tui.verbs.kind import Work, desk_of

if TYPE_CHECKING:
    from kfdesk.tui.main import Main


async def transfer(main: Main, argument: str) -> None:
    """Pass on to somebody who is named or picked; the note is asked for where there is none."""
    if (number := main.number) is None:
        return
    who, _blank, note = argument.partition(" ")
    if note:
        await _pass_on(main, number, who, note)
        return
    choices = people(main)
    choices = [*choices[1:], choices[0]]  # what one passes on goes to somebody else
    chosen = who or await pick(main.app, _("Transfer to"), choices)
    if chosen:
        main.passing = number, chosen
        name = main.who.title(chosen.rpartition(":")[2])
        main.prompt.ask("transfer", _("note for {name}:").format(name=name) + " ", "")


async def transferred(main: Main, note: str) -> None:
    """The note is written: pass on."""
    if main.passing is not None:
        (number, who), main.passing = main.passing, None
        await _pass_on(main, number, who, note)


async def give_back(main: Main) -> None:
    """Give the ticket back to whom it came from."""
    if (number := main.number) is not None:
        await _pass_on(main, number, "back", "")


async def _pass_on(main: Main, number: int, who: str, note: str) -> None:
    main.repeat = partial(_again, who, note)
    await main.threads.write(desk_of(main).assign, number, who, note)
    await main.refresh_all()


def _again(who: str, note: str, main: Main) -> Work:
    """Pass on what the cursor is on now, to the same people with the same note."""
    return _pass_on(main, main.number, who, note) if main.number is not None else None


async def snooze(main: Main, argument: str) -> None:
    """Put aside until a time that is named or picked."""
    if (number := main.number) is None:
        return
    choices = [
        Choice("3h", _("for three hours")),
        Choice("day 09:00", _("until nine o'clock")),
        Choice("1d", _("for a day")),
        Choice("3d", _("for three days")),
        Choice("mon 09:00", _("until Monday, nine o'clock")),
        Choice("7d", _("for a week")),
        Choice("none", _("not any more: bring it back")),
    ]
    until = argument or await pick(main.app, _("Snooze"), choices)
    if until:
        main.repeat = partial(snooze, argument=until)
    if until and marking.marked(main):
        await marking.act(main, ["snooze", until])
    elif until:
        await main.threads.write(desk_of(main).snooze, number, until)
        await main.refresh_all()


async def away(main: Main, argument: str) -> None:
    """Go away, for the time that is named if any; who is away comes back."""
    desk = desk_of(main)
    if argument or not main.away:
        await main.threads.write(desk.leave, argument)
        notify(main.app, _("You are away: no tickets are routed to you"))
    else:
        await main.threads.write(desk.return_)
        notify(main.app, _("You are back"))
    main.away = await main.threads.read(desk.away)
    main.poller.say()
