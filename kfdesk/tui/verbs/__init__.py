"""What each action of the registry does, by its id."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from kfdesk.actions import ACTIONS, BY_ID
from kfdesk.model import Status
from kfdesk.tui.browser import allow
from kfdesk.tui.verbs import (
    changing,
    console,
    customers,
    explaining,
    filling,
    going,
    handling,
    history,
    knowing,
    listing,
    macros,
    marking,
    moving,
    passing,
    replies,
    together,
    watching,
    writing,
)
from kfdesk.tui.verbs.kind import Work

if TYPE_CHECKING:
    from kfdesk.tui.main import Main

_PLAIN: Mapping[str, Callable[[Main], Work]] = {
    "ticket.reply": partial(writing.write, "reply"),
    "ticket.note": partial(writing.write, "note"),
    "ticket.back": passing.give_back,
    "ticket.follow": together.follow,
    "side.close": together.close_aside,
    "ticket.why": explaining.why,
    "customer.card": customers.card,
    "ticket.similar": knowing.similar,
    "ticket.solve": handling.solve,
    "ticket.fields": filling.edit_fields,
    "ticket.spam": handling.spam,
    "ticket.release": handling.let_out,
    "ticket.close": partial(changing.to_status, Status.CLOSED),
    "ticket.reopen": partial(changing.to_status, Status.OPEN),
    "ticket.copy": changing.copy_ticket,
    "ticket.next": partial(moving.beside, "down"),
    "ticket.previous": partial(moving.beside, "up"),
    "message.copy": changing.copy_message,
    "message.unfold": moving.unfold,
    "message.next": partial(moving.move, "next"),
    "message.previous": partial(moving.move, "previous"),
    **{
        action.id: partial(moving.move, action.id.removeprefix("move."))
        for action in ACTIONS
        if action.id.startswith("move.")
    },
    "view.next": partial(listing.show_beside, 1),
    "view.previous": partial(listing.show_beside, -1),
    "pane.next": moving.change_pane,
    "pane.previous": moving.change_pane,
    "pane.facts": moving.toggle_facts,
    "pane.grow": partial(moving.resize, 1),
    "pane.shrink": partial(moving.resize, -1),
    "pane.conversation": moving.toggle_conversation,
    "pane.queue": moving.to_queue,
    "open.next": partial(going.beside, 1),
    "open.previous": partial(going.beside, -1),
    "open.close": going.close,
    "place.back": going.back,
    "place.forward": going.forward,
    "compose.review": writing.review,
    "compose.leave": writing.leave,
    "compose.send": writing.send,
    "compose.force": writing.send_anyway,
    "compose.edit": writing.edit,
    "compose.canned": replies.insert,
    "compose.macro": macros.insert,
    "compose.keep": replies.keep,
    "compose.abort": writing.leave,
    "go.outbox": watching.outbox,
    "go.quarantine": watching.quarantine,
    "change.undo": history.undo,
    "change.redo": history.redo,
    "ticket.delete": history.delete,
    "queue.mark": marking.mark,
    "queue.range": marking.mark_range,
    "queue.all": marking.mark_all,
    "console.back": moving.back,
    "console.close": moving.close,
    "console.sync": console.sync_now,
    "console.command": console.ask_command,
    "console.palette": console.show_palette,
    "console.help": console.show_help,
    "console.quit": moving.leave_console,
}
_TAKING: Mapping[str, Callable[[Main, str], Work]] = {
    "ticket.open": moving.open_ticket,
    "ticket.number": going.to_number,
    "go.log": watching.log,
    "ticket.article": knowing.insert,
    "compose.article": knowing.insert,
    "ticket.assign": changing.assign,
    "ticket.transfer": passing.transfer,
    "ticket.snooze": passing.snooze,
    "ticket.collaborator": together.collaborate,
    "ticket.side": together.ask_aside,
    "agent.away": passing.away,
    "ticket.status": changing.set_status,
    "ticket.new": filling.open_new,
    "ticket.spent": handling.spend,
    "ticket.link": handling.link,
    "ticket.unlink": handling.unlink,
    "ticket.merge": history.merge,
    "ticket.unmerge": history.unmerge,
    "ticket.restore": history.restore,
    "message.split": history.split,
    "message.move": history.move,
    "ticket.priority": changing.set_priority,
    "ticket.tags": changing.change_tags,
    "ticket.macro": macros.use,
    "queue.bulk": marking.do_typed,
    "queue.filter": listing.filter_by,
    "view.show": listing.show_view,
}
_WITHOUT_DESK = frozenset({"console.quit", "console.close", "console.help"})
#: What may be pressed before there is a desk: it only looks, and is done once there is one.
_CAN_WAIT = frozenset(
    {"ticket.open", "view.show", *(name for name in BY_ID if name.startswith("move."))}
)


def perform(main: Main, action: str, argument: str = "") -> Work:
    """Do an action of the registry, where there is a desk to do it to."""
    allow(main.app, action)
    if main.source is None and action not in _WITHOUT_DESK:
        if action in _CAN_WAIT:
            main.early.append((action, argument))
        return None
    if taking := _TAKING.get(action):
        return taking(main, argument)
    return _PLAIN[action](main)
