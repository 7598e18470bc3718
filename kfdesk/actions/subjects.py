"""Actions by what one is about: the order, and the headings, in which they are learnt."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kfdesk.actions.action import N_, READ, Action, Scope
from kfdesk.i18n import _

_SUBJECTS = (
    (
        N_("Answering"),
        "ticket.reply ticket.reply_all ticket.macro ticket.article ticket.note ticket.forward"
        " ticket.side side.close ticket.new",
    ),
    (
        N_("Changing"),
        "ticket.solve ticket.status ticket.priority ticket.assign ticket.transfer ticket.back"
        " ticket.tags ticket.snooze ticket.fields ticket.close ticket.reopen ticket.spent"
        " ticket.spam ticket.release ticket.delete ticket.restore ticket.collaborator ticket.follow"
        " change.undo change.redo change.repeat",
    ),
    (
        N_("Merging and linking"),
        "ticket.merge ticket.unmerge ticket.link ticket.unlink message.split message.move",
    ),
    (
        N_("Listing and marking"),
        "queue.filter queue.sort queue.group queue.unread queue.unread_before queue.mark"
        " queue.range queue.all queue.bulk view.show view.next view.previous",
    ),
    (
        N_("Reading"),
        "ticket.open customer.card ticket.why ticket.similar conversation.find conversation.next"
        " conversation.previous message.next message.previous ticket.next ticket.previous"
        " message.open message.unfold conversation.unfold conversation.steps message.source"
        " message.copy link.copy ticket.copy open.close",
    ),
    (
        N_("Going"),
        "pane.queue view.go ticket.number open.next open.previous place.back place.forward"
        " search.show go.articles board.show report.show go.outbox go.quarantine go.channels"
        " go.log go.notices rules.show errors.show",
    ),
    (
        N_("Panes"),
        "view.pane pane.facts pane.conversation pane.grow pane.shrink pane.next pane.previous",
    ),
    (
        N_("Moving"),
        "sheet.open sheet.find move.down move.up move.page_down move.page_up"
        " move.half_down move.half_up move.first move.last",
    ),
)
_TITLES = [title for title, _names in _SUBJECTS]
#: The subject of an action and its place in it.
_PLACE = {
    name: (subject, place)
    for subject, (_title, names) in enumerate(_SUBJECTS)
    for place, name in enumerate(names.split())
}


def by_subject(about: Scope, actions: Iterable[Action]) -> list[tuple[str, Sequence[Action]]]:
    """The actions of a place under headings: what is done there alone first, the console's last."""
    own: list[Action] = []
    rest: list[Action] = []
    found: dict[int, list[Action]] = {}
    for action in actions:
        if about not in READ and about in action.scopes and action.id not in _PLACE:
            own.append(action)
        elif action.id in _PLACE:
            found.setdefault(_PLACE[action.id][0], []).append(action)
        else:
            rest.append(action)
    subjects = [
        (_(_TITLES[subject]), sorted(found[subject], key=lambda one: _PLACE[one.id][1]))
        for subject in sorted(found)
    ]
    told = [(about.words, own), *subjects, (_("Console"), rest)]
    return [(title, several) for title, several in told if several]
