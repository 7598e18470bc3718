"""Moving about, opening, going back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kfdesk.number import read
from kfdesk.tui.verbs.history import lead
from kfdesk.tui.verbs.kind import Work, desk_of

if TYPE_CHECKING:
    from kfdesk.tui.main import Main


def move(way: str, main: Main) -> None:
    """Move in the pane that has the keys."""
    main.pane.move(way)


def beside(way: str, main: Main) -> Work:
    """The next ticket of the queue; where a conversation is read, the next conversation."""
    if main.pane is main.queue:
        main.queue.move(way)
        return None
    if main.follow.number == main.queue.listing.number:
        main.queue.move(way)
    number = main.queue.listing.number
    return _open(main, number) if number is not None else None


def open_ticket(main: Main, argument: str) -> Work:
    """Read the ticket under the cursor, or the one that was named."""
    number = read(argument) if argument else main.number
    return _open(main, number) if number is not None else None


async def _open(main: Main, number: int) -> None:
    main.add_class("-reading")
    main.set_focus(main.conversation)
    await main.follow.show(number)
    await lead(main)
    row = main.queue.window.rows.get(number)
    if main.follow.reading is not None and (row is None or row.unread):
        await main.threads.write(desk_of(main).opened, number)
        await main.feed.rows([number])


def unfold(main: Main) -> None:
    """Show or fold quoted text."""
    main.conversation.unfold()


def change_pane(main: Main) -> Work:
    """From the queue to the conversation, and back."""
    if main.pane is main.queue:
        return open_ticket(main, "")
    main.leave()
    return None


def toggle_facts(main: Main) -> None:
    """Show the facts where they are hidden, hide them where they are shown."""
    main.toggle_class("-facts")
    main.refocus()


def back(main: Main) -> Work:
    """One step back: the facts over the whole screen, the conversation, the marks, the filter."""
    query = main.status.views[main.status.view].query
    if main.has_class("-facts") and main.has_class("-narrow"):
        toggle_facts(main)
    elif main.pane is not main.queue:
        main.leave()
    elif main.queue.marks:
        main.queue.unmark()
        main.poller.say()
    elif main.status.query != query:
        return main.show(query)
    return None


def close(main: Main) -> Work:
    """One step back, and out at the top."""
    if main.pane is main.queue:
        leave_console(main)
        return None
    return back(main)


def leave_console(main: Main) -> None:
    """Quit; a draft is kept."""
    main.composer.save()
    main.call_later(main.app.exit)
