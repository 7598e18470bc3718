"""What each action of the registry does, by its id."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from kfdesk.actions import ACTIONS
from kfdesk.errors import UserError
from kfdesk.i18n import _
from kfdesk.model import Status
from kfdesk.tui.outside.browser import allow
from kfdesk.tui.verbs import (
    calling,
    changing,
    composing,
    console,
    customers,
    deleting,
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
    merging,
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
    "ticket.delete": deleting.delete,
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
    "tour.begin": touring.begin,
    "tour.next": partial(touring.turn, 1),
    "tour.back": partial(touring.turn, -1),
    "console.suspend": console.suspend,
    "console.quit": moving.leave_console,
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
    "ticket.merge": merging.merge,
    "ticket.unmerge": merging.unmerge,
    "ticket.restore": deleting.restore,
    "message.split": merging.split,
    "message.move": merging.move,
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
#: What is done to a ticket; of that, what needs none, and what may be told which.
_OF_A_TICKET = ("ticket.", "message.", "link.", "customer.")
_NEEDS_NONE = frozenset(
    f"{subject}.{what}"
    for subject, several in (("ticket", "new number next previous"), ("message", "next previous"))
    for what in several.split()
)
_TOLD_WHICH = frozenset({"ticket.open", "ticket.restore", "customer.card"})
WITHOUT_DESK = frozenset({"console.quit", "console.close", "console.help"})


def perform(main: Main, action: str, argument: str = "") -> Work:
    """Do an action of the registry, where there is a desk to do it to."""
    allow(main.app, action)
    if main.source is None and action not in WITHOUT_DESK:
        return None
    if _lacks_a_ticket(main, action, argument):
        raise UserError(_("there is no ticket here"))
    if taking := _TAKING.get(action):
        return taking(main, argument)
    return _PLAIN[action](main)


def _lacks_a_ticket(main: Main, action: str, argument: str) -> bool:
    if not action.startswith(_OF_A_TICKET) or action in _NEEDS_NONE:
        return False
    told = bool(argument) and action in _TOLD_WHICH
    return not told and main.number is None and not marking.marked(main)
