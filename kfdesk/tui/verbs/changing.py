"""Changing a ticket: status, priority, assignee, tags; and copying from it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, TypeVar

from kfdesk import labels
from kfdesk.cells import plain_line
from kfdesk.errors import UserError
from kfdesk.i18n import _
from kfdesk.model import Change, Priority, Status
from kfdesk.rules.tickets.statuses import resolve
from kfdesk.tui.lines.content import notify
from kfdesk.tui.looks.colors import PRIORITY_GLYPH, STATUS_GLYPH
from kfdesk.tui.pickers.picker import Choice, pick
from kfdesk.tui.verbs import marking, onward
from kfdesk.tui.verbs.kind import Work, desk_of

if TYPE_CHECKING:
    from kfdesk.tui.main import Main

T = TypeVar("T")


async def _change(main: Main, number: int, change: Change) -> None:
    """Change a ticket, or those that are marked."""
    main.repeat = partial(_again, change)
    if marking.marked(main):
        from kfdesk.desk.bulk.deed import setting

        await marking.do(main, lambda _desk, _me: setting(change))
        return
    await onward.change(main, number, main.threads.write(desk_of(main).change, number, change))


def _again(change: Change, main: Main) -> Work:
    """The same change, wherever the cursor is now."""
    return _change(main, main.number, change) if main.number is not None else None


def to_status(status: Status, main: Main) -> Work:
    """Solve, close or reopen."""
    number = main.number
    return _change(main, number, Change(status=status)) if number is not None else None


async def set_status(main: Main, argument: str) -> None:
    """Set the status that is named or picked."""
    if (number := main.number) is None:
        return
    settings = main.settings
    if argument:
        words = {labels.status(value): value.value for value in Status}
        chosen: str | None = words.get(argument, argument)
    else:
        own = [(Status(one.kind), one.name) for one in settings.statuses]
        kinds = [(kind, name) for kind in Status for name in ("", *_of_kind(own, kind))]
        choices = [
            Choice(name or kind, f"{STATUS_GLYPH[kind]} {labels.status(kind, name)}")
            for kind, name in kinds
        ]
        ticket = main.ticket
        now = (ticket.substatus or ticket.status) if ticket else ""
        chosen = await pick(main.app, _("Status"), choices, now)
    if chosen:
        kind, name = resolve(settings, chosen)
        await _change(main, number, Change(status=kind, substatus=name))


def _of_kind(own: list[tuple[Status, str]], kind: Status) -> list[str]:
    return [name for one, name in own if one is kind]


async def set_priority(main: Main, argument: str) -> None:
    """Set the priority that is named or picked."""
    if (number := main.number) is None:
        return
    if argument:
        names = {labels.priority(value): value for value in Priority}
        chosen: str | None = _named(argument, names | {value.value: value for value in Priority})
    else:
        choices = [
            Choice(v, f"{PRIORITY_GLYPH[v]:<2} {labels.priority(v)}") for v in reversed(Priority)
        ]
        ticket = main.ticket
        chosen = await pick(main.app, _("Priority"), choices, ticket.priority if ticket else "")
    if chosen:
        await _change(main, number, Change(priority=Priority(chosen)))


def _named(argument: str, names: dict[str, T]) -> T:
    if argument not in names:
        raise UserError(
            _("“{word}” is none of {known}").format(word=argument, known=", ".join(names))
        )
    return names[argument]


async def assign(main: Main, argument: str) -> None:
    """Assign to somebody who is named or picked."""
    if (number := main.number) is None:
        return
    who = argument or await pick(main.app, _("Assign to"), people(main))
    if who:
        main.repeat = partial(assign, argument=who)
    if who and marking.marked(main):
        await marking.act(main, ["assign", who])
    elif who:
        await main.threads.write(desk_of(main).assign, number, who)
        await main.refresh_all()


def people(main: Main) -> list[Choice]:
    """Oneself first, then the others, the teams, and nobody."""
    me, settings = main.who.agent, main.settings
    return [
        *(
            Choice(f"agent:{a.name}", a.title or a.name, _("me") if a.name == me else a.name)
            for a in sorted(settings.agents, key=lambda agent: agent.name != me)
        ),
        *(Choice(f"team:{t.name}", t.title or t.name, _("team")) for t in settings.teams),
        Choice("none", _("nobody")),
    ]


async def change_tags(main: Main, argument: str) -> None:
    """Add the tags that are named, remove those with a minus; without any, edit them as a line."""
    if (number := main.number) is None:
        return
    words = argument.split()
    if words:
        remove = tuple(word[1:] for word in words if word.startswith("-"))
        add = tuple(word.lstrip("+") for word in words if not word.startswith("-"))
        await _change(main, number, Change(add_tags=add, remove_tags=remove))
        return
    if marking.marked(main):
        main.prompt.ask("marked tags", _("tags to add, -tags to remove:") + " ", "")
        return
    tags = (await main.threads.read(desk_of(main).reading, number)).ticket.tags
    main.prompt.ask("tags", _("tags") + " ", " ".join([*tags, ""]))


async def replace_tags(main: Main, text: str) -> None:
    """Let a ticket have the tags of a line, and no others."""
    if (number := main.number) is None:
        return
    old = (await main.threads.read(desk_of(main).reading, number)).ticket.tags
    new = text.split()
    add = tuple(tag for tag in new if tag not in old)
    remove = tuple(tag for tag in old if tag not in new)
    if add or remove:
        await _change(main, number, Change(add_tags=add, remove_tags=remove))


def copy_ticket(main: Main) -> None:
    """Put number and subject on the clipboard, over SSH too."""
    if (row := main.queue.row) is not None:
        main.app.copy_to_clipboard(plain_line(f"#{row.number} {row.subject}"))
        notify(main.app, _("Copied #{number}").format(number=row.number))
