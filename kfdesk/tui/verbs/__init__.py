"""What each action of the registry does, by its id."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from kfdesk.actions import ACTIONS, BY_ID
from kfdesk.model import Status
from kfdesk.tui.outside.browser import allow
from kfdesk.tui.verbs import (
    calling,
    changing,
    composing,
    console,
    customers,
    editing,
    explaining,
    filling,
    going,
    handling,
    history,
    knowing,
    listing,
    looks,
    macros,
    marking,
    moving,
    ordering,
    overview,
    passing,
    reading,
    replies,
    spelling,
    together,
    touring,
    viewing,
    watching,
    writing,
)
from kfdesk.tui.verbs.kind import Work

if TYPE_CHECKING:
    from kfdesk.tui.main import Main

_PLAIN: Mapping[str, Callable[[Main], Work]] = {
    "ticket.reply": partial(writing.write, "reply"),
    "ticket.note": partial(writing.write, "note"),
    "ticket.reply_all": partial(writing.write, "all"),
    "ticket.forward": partial(writing.write, "forward"),
    "ticket.back": passing.give_back,
    "ticket.follow": together.follow,
    "side.close": together.close_aside,
    "ticket.why": explaining.why,
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
    "message.copy": reading.copy,
    "link.copy": reading.copy_link,
    "message.open": reading.open_something,
    "message.source": reading.source,
    "message.unfold": reading.unfold,
    "conversation.unfold": reading.unfold_all,
    "conversation.next": partial(reading.step, 1),
    "conversation.previous": partial(reading.step, -1),
    "conversation.steps": reading.steps,
    "message.next": partial(moving.move, "next"),
    "message.previous": partial(moving.move, "previous"),
    **{
        action.id: partial(moving.move, action.id.removeprefix("move."))
        for action in ACTIONS
        if action.id.startswith("move.")
    },
    "view.next": partial(viewing.show_beside, 1),
    "view.previous": partial(viewing.show_beside, -1),
    "view.go": viewing.go,
    "view.choose": viewing.choose,
    "view.pane": viewing.toggle,
    "queue.group": ordering.group,
    "queue.unread": partial(ordering.unread, 1),
    "queue.unread_before": partial(ordering.unread, -1),
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
    "compose.solve": partial(writing.send, solve=True),
    "compose.next": partial(writing.send, onward=True),
    "compose.solve_next": partial(writing.send, solve=True, onward=True),
    "compose.recipients": composing.write_recipients,
    "compose.attach": composing.ask_file,
    "compose.attach_more": composing.ask_file,
    "compose.account": composing.choose_account,
    "compose.preview": composing.show,
    "compose.view": composing.show,
    "compose.tall": composing.grow,
    "compose.editor": editing.edit_outside,
    "compose.spelling": spelling.correct,
    "compose.canned": replies.insert,
    "compose.macro": macros.insert,
    "compose.keep": replies.keep,
    "compose.abort": writing.leave,
    "go.outbox": watching.outbox,
    "go.quarantine": watching.quarantine,
    "go.channels": watching.channels,
    "go.notices": watching.notices,
    "call.open": calling.card,
    "call.ticket": calling.ticket,
    "call.dismiss": calling.away,
    "call.take": calling.take_up,
    "change.undo": history.undo,
    "change.redo": history.redo,
    "ticket.delete": history.delete,
    "queue.mark": marking.mark,
    "queue.range": marking.mark_range,
    "queue.all": marking.mark_all,
    "board.show": overview.board,
    "rules.show": overview.rules,
    "errors.show": overview.errors,
    "console.back": moving.back,
    "console.close": moving.close,
    "console.sync": console.sync_now,
    "change.repeat": console.repeat,
    "console.command": console.ask_command,
    "console.palette": console.show_palette,
    "console.help": console.show_help,
    "console.quit": moving.leave_console,
    "tour.begin": touring.begin,
    "tour.next": partial(touring.turn, 1),
    "tour.back": partial(touring.turn, -1),
}
_TAKING: Mapping[str, Callable[[Main, str], Work]] = {
    "ticket.open": moving.open_ticket,
    "ticket.number": going.to_number,
    "go.log": watching.log,
    "customer.card": customers.card,
    "go.articles": watching.articles,
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
    "report.show": overview.report,
    "search.show": overview.search,
    "queue.filter": listing.filter_by,
    "conversation.find": reading.find,
    "console.theme": looks.theme_of,
    "console.language": looks.language,
    "view.show": viewing.show,
    "queue.sort": ordering.sort,
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
