"""Moving about, opening, going back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

from kfdesk.number import read
from kfdesk.tui.verbs import going
from kfdesk.tui.verbs.kind import Work

if TYPE_CHECKING:
    from kfdesk.tui.console import Console
    from kfdesk.tui.main import Main


def move(way: str, main: Main) -> None:
    """Move in the pane that has the keys; from message to message only the conversation does."""
    pane = main.conversation if way in ("next", "previous") else main.pane
    pane.move(way)


def beside(way: str, main: Main) -> Work:
    """The next ticket of the queue; where a conversation is read, the next conversation."""
    if main.pane is main.queue:
        main.queue.move(way)
        return None
    here = main.follow.number
    if here == main.queue.listing.number:
        main.queue.move(way)
    number = main.queue.listing.number
    return going.open_ticket(main, number, here) if number is not None else None


def open_ticket(main: Main, argument: str) -> Work:
    """Read the ticket under the cursor, or the one that was named."""
    number = read(argument) if argument else main.number
    return going.open_ticket(main, number) if number is not None else None


def change_pane(main: Main) -> Work:
    """From the queue to the conversation, and back."""
    if main.pane is main.queue:
        return open_ticket(main, "")
    main.leave()
    return None


def toggle_facts(main: Main) -> None:
    """Show the facts where they are hidden, hide them where they are shown.

    Where there is no room beside the others, they take the place of what is read.
    """
    shown = main.laid_out is not None and bool(main.laid_out.facts)
    if main.at == "facts":
        main.at = "middle" if main.reading else "queue"
    elif not shown and main.has_class("-narrow"):
        main.set_focus(main.facts)
        return
    main.wish_for(replace(main.wish, facts=None if main.has_class("-narrow") else not shown))
    main.refocus()


def resize(step: int, main: Main) -> None:
    """Give the pane that has the keys more room, or less."""
    main.wish_for(main.wish.grown(main.at, step))


def toggle_conversation(main: Main) -> None:
    """Hide the conversation beside the queue; show it where it is hidden."""
    divided = main.laid_out is not None and main.laid_out.divided
    main.wish_for(main.wish.beside(not divided))


def to_queue(main: Main) -> None:
    """From anywhere to the queue."""
    cast("Console", main.app).to_main()
    main.leave()


def back(main: Main) -> Work:
    """One step back: the facts over the whole screen, the conversation, the marks, the filter."""
    query = main.status.views[main.status.view].query
    if main.at == "facts":
        toggle_facts(main)
    elif main.pane is not main.queue and main.follow.finding is not None:
        return main.follow.find("")
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
    cast("Console", main.app).leave()
