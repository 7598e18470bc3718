"""Giving a ticket to an agent or a team, with a note, and giving it back.

A ticket that is passed on to a team leaves its agent: the team's route, or a person, takes it.
"""

from __future__ import annotations

from kfdesk.desk import Desk
from kfdesk.desk.conversation.notes import write_notes
from kfdesk.desk.operation import operation
from kfdesk.desk.reacting.roots import Root
from kfdesk.desk.reacting.settle import settle
from kfdesk.desk.tickets.edit import write
from kfdesk.errors import Conflict, UserError
from kfdesk.i18n import _
from kfdesk.model import KEEP, Actor, By, Change, Ticket
from kfdesk.rules.names import meant
from kfdesk.settings import Settings
from kfdesk.store import journal, tickets, whole_tickets
from kfdesk.store.tx import Tx
from kfdesk.text import clean

#: Who a ticket goes to: whoever it was passed on by.
BACK = "back"


def target(settings: Settings, who: str, me: str = "") -> Change:
    """Return the change that `who` means: an agent, a team, `agent:X`, `team:X`, `me`, `none`."""
    kind, colon, name = who.partition(":")
    if not colon:
        kind, name = "", who
    if name == "none" and kind in ("", "agent"):
        return Change(assignee="")
    if name == "none" and kind == "team":
        return Change(team="")
    if name == "me" and kind in ("", "agent"):
        name = me
    agents = [agent.name for agent in settings.agents]
    teams = [team.name for team in settings.teams]
    if kind in ("", "agent") and name in agents:
        return Change(assignee=name)
    if kind in ("", "team") and name in teams:
        return Change(team=name, assignee="")
    known = [*(agents if kind != "team" else ()), *(teams if kind != "agent" else ())]
    hint = meant(name, known)
    raise UserError(_("nobody is called “{who}”: {hint}").format(who=who, hint=hint))


def assign(
    desk: Desk, number: int, who: str, actor: Actor, version: int | None = None, note: str = ""
) -> Ticket:
    """Pass a ticket on to an agent or a team of the configuration, or `back`; a note goes with it.

    UserError for an unknown name, or where there is nobody to give it back to. `version` is what
    the caller looked at: Conflict if somebody was faster.
    """
    if who == BACK:
        return hand_back(desk, number, actor, version, note)
    wanted = target(desk.settings, who, actor.name)
    with operation(desk, actor, "assign") as tx:
        return _pass_on(desk, tx, number, wanted, actor, version, note)


def hand_back(
    desk: Desk, number: int, actor: Actor, version: int | None = None, note: str = ""
) -> Ticket:
    """Give a ticket back to whom, and to which team, a person took it from last.

    UserError where no person has passed it on, or who had it is no agent any more.
    """
    with operation(desk, actor, "assign") as tx:
        wanted = _before(desk, tx, number)
        return _pass_on(desk, tx, number, wanted, actor, version, note)


def _before(desk: Desk, tx: Tx, number: int) -> Change:
    """What a ticket's assignee and team were before a person changed them last."""
    tickets.state(tx, number)
    for event in reversed(journal.events(tx, number)):
        moved = {
            name: event.changes[name] for name in ("assignee", "team") if name in event.changes
        }
        if event.actor.kind is not By.AGENT or not moved:
            continue
        before = {name: old or "" for name, (old, _new) in moved.items()}
        if not any(before.values()):
            break
        if (who := before.get("assignee")) and who not in {a.name for a in desk.settings.agents}:
            raise UserError(_("{agent} had it before, and is no agent any more").format(agent=who))
        return Change(assignee=before.get("assignee", KEEP), team=before.get("team", KEEP))
    raise UserError(
        _("no person passed ticket {number} on; `kfdesk assign {number} none` frees it").format(
            number=number
        )
    )


def _pass_on(
    desk: Desk, tx: Tx, number: int, wanted: Change, actor: Actor, version: int | None, note: str
) -> Ticket:
    """Write the change and the note as one event, and what follows from it."""
    now = desk.clock()
    state = tickets.state(tx, number)
    if version is not None and state.version != version:
        raise Conflict(
            _("ticket {number} was changed meanwhile; look at it again and repeat").format(
                number=number
            )
        )
    states = {number: state}
    done = write(tx, {number: wanted}, actor, now, states=states, settings=desk.settings).get(
        number
    )
    roots = [Root(number, "updated", actor, None, done.diff, done.event_id)] if done else []
    if text := clean(note).strip():
        event = {number: done.event_id} if done else None
        id, line = write_notes(tx, states, {number: text}, actor, now, roots=event)[number]
        roots.append(Root(number, "updated", actor, id, {}, line))
    settle(desk, tx, roots, now)
    return whole_tickets.get(tx, number)
