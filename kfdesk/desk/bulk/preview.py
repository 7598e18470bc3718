"""What a deed would make of tickets, told before it is done: differences, texts, what forbids it.

Nothing is written. What rules make of it afterwards is not foreseen.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from kfdesk.desk import Desk
from kfdesk.desk.bulk.deed import Deed
from kfdesk.desk.conversation.answers import no_address, recipients
from kfdesk.desk.conversation.placeholders import Values, Words, values_of
from kfdesk.desk.sending import colleagues
from kfdesk.desk.tickets import edit
from kfdesk.desk.tickets.constraints import check
from kfdesk.desk.tickets.edit import Diff
from kfdesk.errors import UserError
from kfdesk.i18n import _
from kfdesk.model import KEEP, Actor, Address, Change, Status
from kfdesk.rules.actions import (
    Action,
    Assign,
    Collaborator,
    Follow,
    Link,
    Mail,
    Note,
    Notify,
    Progress,
    Reply,
    Snooze,
    Survey,
    Webhook,
    words,
)
from kfdesk.rules.reading.read_change import joined
from kfdesk.rules.template import render
from kfdesk.rules.timing.schedules import snoozed_until
from kfdesk.rules.wording import PROGRESS
from kfdesk.store import answering, tickets
from kfdesk.store.conditions.matching import holding
from kfdesk.store.teamwork import presence
from kfdesk.store.tickets import State
from kfdesk.store.tx import Tx
from kfdesk.text import clean


@dataclass(frozen=True, slots=True)
class Told:
    """Something beside the fields: its kind as in `do`, to whom, and the words filled in."""

    kind: str
    text: str
    to: str = ""
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What would become of one ticket; `refused` says why nothing does, where nothing does.

    `version` is that of the ticket as it was looked at.
    """

    number: int
    version: int = 0
    subject: str = ""
    diff: Diff = field(default_factory=dict)
    told: tuple[Told, ...] = ()
    refused: str = ""

    @property
    def acts(self) -> bool:
        """Whether anything becomes of it."""
        return not self.refused and bool(self.diff or self.told)


def foresee(
    desk: Desk, tx: Tx, deed: Deed, numbers: Sequence[int], actor: Actor, now: datetime
) -> dict[int, Foreseen]:
    """Return what a deed would make of each of these tickets, in their order."""
    if deed.kind == "merge":
        tickets.state(tx, deed.into)
    states = tickets.states(tx, numbers)
    found = {number: Foreseen(number, refused=_gone(number, states)) for number in numbers}
    live = {n: states[n] for n, one in found.items() if not one.refused}
    diffs = differences(desk, deed, live, now)
    refused = refusals(desk, tx, deed, live, diffs, actor, now)
    live = {n: state for n, state in live.items() if n not in refused}
    told = _Telling(desk, tx, actor, live).told(deed.actions)
    for number, state in states.items():
        if not found[number].refused:
            found[number] = Foreseen(
                number,
                state.version,
                state.subject,
                {} if number in refused else diffs[number],
                told.get(number, ()),
                refused.get(number, ""),
            )
    return found


def _gone(number: int, states: Mapping[int, State]) -> str:
    state = states.get(number)
    if state is None or state.deleted:
        return _("there is no ticket {number}").format(number=number)
    if state.merged_into is not None:
        return _("it was merged into {number}").format(number=state.merged_into)
    return ""


def differences(
    desk: Desk, deed: Deed, states: Mapping[int, State], now: datetime
) -> dict[int, Diff]:
    """Return what a deed changes of fields, {ticket: difference}."""
    match deed.kind:
        case "merge":
            return {n: {"merged_into": (None, deed.into)} for n in states}
        case "delete":
            return {n: {"deleted": (False, True)} for n in states}
    wanted = Change()
    for action in deed.actions:
        if isinstance(action, Change):
            wanted = joined(wanted, action)
        elif isinstance(action, Snooze):
            until = snoozed_until(action, now, desk.settings.desk.timezone)
            wanted = joined(wanted, Change(snoozed_until=until))
    opens = deed.answers and wanted.status is KEEP
    new = {n: state for n, state in states.items() if opens and state.status is Status.NEW}
    others = {n: state for n, state in states.items() if n not in new}
    return {
        **edit.differences(new, replace(wanted, status=Status.OPEN)),
        **edit.differences(others, wanted),
    }


def refusals(
    desk: Desk,
    tx: Tx,
    deed: Deed,
    states: Mapping[int, State],
    diffs: Mapping[int, Diff],
    actor: Actor,
    now: datetime,
) -> dict[int, str]:
    """Return {ticket: why a deed, which would change so much of it, cannot be done to it}."""
    refused: dict[int, str] = {}
    if deed.macro is not None and deed.macro.when.where is not None:
        scope = desk.scope(actor.name, now)
        held = holding(tx, deed.macro.when, scope, list(states))
        why = _("the macro is for others: {when}").format(when=deed.macro.when.text)
        refused |= dict.fromkeys(states.keys() - held, why)
    if deed.kind == "merge" and deed.into in states:
        refused[deed.into] = _("it is the one that the others are merged into")
    if deed.answers:
        refused |= _unanswerable(tx, states, actor, now)
    return _demanded(desk, tx, states, diffs) | refused


def _unanswerable(
    tx: Tx, states: Mapping[int, State], actor: Actor, now: datetime
) -> dict[int, str]:
    asked = answering.newest_inbound_of(tx, list(states))
    to = recipients(tx, list(states.values()), asked)
    refused = {number: no_address(number) for number, person in to.items() if person is None}
    for one in presence.everybody(tx, now, now):
        if one.ticket in states and one.agent != actor.name and one.writes(now):
            refused[one.ticket] = _("{who} is answering it just now").format(who=one.agent)
    return refused


def _demanded(
    desk: Desk, tx: Tx, states: Mapping[int, State], diffs: Mapping[int, Diff]
) -> dict[int, str]:
    """What fields and children demand: looked at all at once, and one by one where that fails."""
    try:
        check(tx, desk.settings, states, diffs)
    except UserError as error:
        if len(diffs) == 1:
            return dict.fromkeys(diffs, str(error))
    else:
        return {}
    refused: dict[int, str] = {}
    for number, diff in diffs.items():
        refused |= _demanded(desk, tx, states, {number: diff})
    return refused


class _Telling:
    """Fills in the texts of actions, for tickets."""

    def __init__(self, desk: Desk, tx: Tx, actor: Actor, states: Mapping[int, State]) -> None:
        self.desk, self.tx, self.actor, self.states = desk, tx, actor, states

    def told(self, actions: Sequence[Action]) -> dict[int, tuple[Told, ...]]:
        """Return {ticket: what is said and leaves}, in the order of the actions."""
        telling = [action for action in actions if not isinstance(action, Change | Snooze)]
        if not telling or not self.states:
            return {}
        values = values_of(self.tx, self.desk, self.states, actor=self.actor)
        to = self._to(telling)
        return {
            number: tuple(
                told for action in telling for told in self._one(action, state, values[number], to)
            )
            for number, state in self.states.items()
        }

    def _to(self, actions: Sequence[Action]) -> Mapping[int, Address | None]:
        if not any(isinstance(action, Reply | Mail | Survey | Progress) for action in actions):
            return {}
        asked = answering.newest_inbound_of(self.tx, list(self.states))
        return recipients(self.tx, list(self.states.values()), asked)

    def _one(
        self, action: Action, state: State, values: Values, to: Mapping[int, Address | None]
    ) -> Iterator[Told]:
        settings = self.desk.settings
        customer = str(to.get(state.id) or "")
        match action:
            case Reply():
                subject, text = Words.of_reply(settings, action).filled(values)
                yield Told("reply", text, customer, subject)
            case Survey(template):
                subject, text = Words.of_template(settings, template).filled(values)
                yield Told("csat", text, customer, subject)
            case Progress():
                subject, text = Words.of_template(settings, PROGRESS).filled(values)
                yield Told("progress", text, customer, subject)
            case Mail(whom, template):
                to_us = whom != "customer"
                mailed = Words.of_template(settings, template).filled(values, to_us=to_us)
                subject, text = mailed
                yield Told("mail", text, self._whom(whom, state, customer), subject)
            case Notify(whom, text):
                yield Told("notify", clean(render(text, values)), self._whom(whom, state, ""))
            case Note(text):
                yield Told("note", clean(render(text, values)))
            case Webhook(url, text, robot):
                yield Told("webhook", clean(render(text, values)), url or robot)
            case Follow(who):
                yield Told("follow", "", self._whom(who, state, customer))
            case Collaborator(who):
                yield Told("collaborator", "", self._whom(who, state, customer))
            case Link(other, kind):
                yield Told("link", f"{kind} #{other}")
            case Assign():
                (way,) = words(action).values()
                yield Told("assign", way if isinstance(way, str) else ", ".join(way))

    def _whom(self, to: str, state: State, customer: str) -> str:
        """Whom an action means, by name."""
        if to == "customer":
            return customer
        agents = colleagues.meant(self.desk.settings, to, state)
        return to if agents is None else ", ".join(agent.title or agent.name for agent in agents)
