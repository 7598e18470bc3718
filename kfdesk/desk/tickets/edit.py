"""What a change does to tickets: the columns that differ, the clocks that follow, the journal."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from operator import attrgetter
from typing import Any

from kfdesk.desk.tickets.constraints import check
from kfdesk.model import KEEP, OPEN_STATUSES, Actor, By, Change, Status
from kfdesk.settings import Settings
from kfdesk.store import journal, tickets
from kfdesk.store.journal import NewEvent
from kfdesk.store.people import spammers
from kfdesk.store.tickets import State
from kfdesk.store.tx import Tx

#: {field: (old, new)}; names as in the query language, custom fields as `field.NAME`.
Diff = dict[str, tuple[Any, Any]]


@dataclass(frozen=True, slots=True)
class Written:
    """What a change came to: its journal event and what really differed."""

    event_id: int
    diff: Diff


def apply(
    tx: Tx,
    changes: Mapping[int, Change],
    actor: Actor,
    now: datetime,
    *,
    states: dict[int, State],
    roots: Mapping[int, int],
    rule: str,
    settings: Settings | None = None,
) -> dict[int, Diff]:
    """Write a rule's changes, in bulk; return what really differed of each ticket that changed.

    `states` is what is known of tickets in this transaction: read where missing, kept up to date.
    """
    done = write(tx, changes, actor, now, states=states, roots=roots, rule=rule, settings=settings)
    return {number: written.diff for number, written in done.items()}


def write(
    tx: Tx,
    changes: Mapping[int, Change],
    actor: Actor,
    now: datetime,
    *,
    states: dict[int, State] | None = None,
    roots: Mapping[int, int] | None = None,
    rule: str = "",
    settings: Settings | None = None,
) -> dict[int, Written]:
    """Write changes and their journal; a ticket that is already as wanted is left alone.

    With `settings`, FieldError where one would break what they demand, and nothing is written.
    """
    known = {} if states is None else states
    known |= tickets.states(tx, [number for number in changes if number not in known])
    diffs = _real(known, changes)
    if not diffs:
        return {}
    if settings is not None:
        check(tx, settings, known, diffs)
    setting = _setting(known, diffs, actor, now)
    events = _put(tx, setting, diffs, actor, now, rule, roots or {})
    for numbers, values in setting:
        for number in numbers:
            state, diff = known[number], diffs[number]
            tags = diff["tags"][1] if "tags" in diff else state.tags
            known[number] = state.moved({**values, "version": state.version + 1}, tags)
    return {number: Written(event, diffs[number]) for number, event in events.items()}


def _real(states: Mapping[int, State], changes: Mapping[int, Change]) -> dict[int, Diff]:
    """What changes would really change, of those tickets that they do change."""
    alike: dict[int, dict[int, State]] = defaultdict(dict)
    for number, wanted in changes.items():
        if number in states:
            alike[id(wanted)][number] = states[number]
    found: dict[int, Diff] = {}
    for some in alike.values():
        found |= differences(some, changes[next(iter(some))])
    return {number: found[number] for number in changes if found.get(number)}


def difference(state: State, wanted: Change) -> Diff:
    """Return what a change would really change of a ticket."""
    diff: Diff = {}
    for name in ("subject", "status", "priority", "category", "team", "assignee", "type"):
        old, new = getattr(state, name), getattr(wanted, name)
        if new is not KEEP and new != old:
            diff[name] = (str(old), str(new))
    diff |= _own_status(state, wanted)
    if wanted.sla is not KEEP and wanted.sla != state.sla_chosen:
        diff["sla"] = (state.sla_chosen, wanted.sla)
    if wanted.snoozed_until is not KEEP and wanted.snoozed_until != state.snoozed_until:
        diff["snoozed_until"] = (_iso(state.snoozed_until), _iso(wanted.snoozed_until))
    due = wanted.task_due
    if due is KEEP and "type" in diff:  # only a task is due
        due = None
    if due is not KEEP and due != state.task_due:
        diff["task_due"] = (_iso(state.task_due), _iso(due))
    if wanted.spam is not KEEP and wanted.spam != state.spam:
        diff["spam"] = (state.spam, wanted.spam)
    tags = (set(state.tags) - set(wanted.remove_tags)) | set(wanted.add_tags)
    if tags != set(state.tags):
        diff["tags"] = (list(state.tags), sorted(tags))
    for name, new in wanted.fields.items():
        old = state.fields.get(name)
        if new != old:
            diff[f"field.{name}"] = (old, new)
    return diff


_SEVERAL = ("fields", "add_tags", "remove_tags")
#: What of a ticket the difference depends on, where it is not the field that is set alone.
_BESIDE = {"status": ("status", "substatus"), "type": ("type", "task_due"), "sla": ("sla_chosen",)}


def differences(states: Mapping[int, State], wanted: Change) -> dict[int, Diff]:
    """The same of one change to many tickets: those that change alike share one difference."""
    if wanted.fields or len(states) == 1:
        return {number: difference(state, wanted) for number, state in states.items()}
    tags = ("tags",) if wanted.add_tags or wanted.remove_tags else ()
    single = [each.name for each in fields(Change) if each.name not in _SEVERAL]
    named = [name for name in single if getattr(wanted, name) is not KEEP]
    beside = (one for name in named for one in _BESIDE.get(name, (name,)))
    read = attrgetter("deleted", *tags, *beside)
    alike: dict[Any, Diff] = {}
    found: dict[int, Diff] = {}
    for number, state in states.items():
        key = read(state)
        if key not in alike:
            alike[key] = difference(state, wanted)
        found[number] = alike[key]
    return found


def put(
    tx: Tx, states: Mapping[int, State], diffs: Mapping[int, Diff], actor: Actor, now: datetime
) -> dict[int, int]:
    """Write what a person changes of tickets, and the journal; return {ticket: its event}.

    Tickets that share a difference are written by one statement.
    """
    return _put(tx, _setting(states, diffs, actor, now), diffs, actor, now, "", {})


#: Tickets, and the columns that are set to the same of all of them; versions grow by one besides.
_Setting = list[tuple[list[int], dict[str, Any]]]


def _setting(
    states: Mapping[int, State], diffs: Mapping[int, Diff], actor: Actor, now: datetime
) -> _Setting:
    """What is to be set of tickets, by those of which it is the same."""
    alike: dict[Any, list[int]] = defaultdict(list)
    for number, diff in diffs.items():
        own = number if any(name.startswith("field.") for name in diff) else 0
        alike[id(diff), states[number].updated_at == now, own].append(number)
    found: _Setting = []
    for numbers in alike.values():
        values = columns(states[numbers[0]], diffs[numbers[0]], actor, now)
        del values["version"]
        found.append((numbers, values))
    return found


def _put(
    tx: Tx,
    setting: _Setting,
    diffs: Mapping[int, Diff],
    actor: Actor,
    now: datetime,
    rule: str,
    roots: Mapping[int, int],
) -> dict[int, int]:
    tickets.update_alike(tx, setting)
    tagged = [(number, *diff["tags"]) for number, diff in diffs.items() if "tags" in diff]
    tickets.remove_tags(tx, ((n, tag) for n, old, new in tagged for tag in old if tag not in new))
    tickets.add_tags(tx, ((n, tag) for n, old, new in tagged for tag in new if tag not in old))
    lines = [
        NewEvent(number, actor, "changed", diff, rule, root=roots.get(number, 0))
        for number, diff in diffs.items()
    ]
    events = journal.record(tx, lines, now)
    if actor.kind is By.AGENT:
        spammers.follow(tx, {n: d["spam"][1] for n, d in diffs.items() if "spam" in d}, now)
    return dict(zip(diffs, events, strict=True))


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def moved(state: State, status: Status) -> Diff:
    """Return what coming to a standard status changes of a ticket."""
    return difference(state, Change(status=status))


def _own_status(state: State, wanted: Change) -> Diff:
    """A status alone is the standard one: it takes the team's own name off."""
    own = wanted.substatus
    if own is KEEP and wanted.status is not KEEP:
        own = ""
    return {} if own is KEEP or own == state.substatus else {"substatus": (state.substatus, own)}


def columns(state: State, diff: Diff, actor: Actor, now: datetime) -> dict[str, Any]:
    """Return the columns to set for a difference: its own, and the clocks that follow from it."""
    values: dict[str, Any] = {"version": state.version + 1}
    if state.updated_at != now:  # else it is so already, and half of the indexes stay as they are
        values["updated_at"] = now
    if actor.kind in (By.AGENT, By.CUSTOMER):
        values["last_person_at"] = now
    fields = dict(state.fields)
    for name, (_old, new) in diff.items():
        if name == "priority":
            values["priority"] = type(state.priority)(new).rank
        elif name == "sla":
            values["sla_chosen"] = new
        elif name in ("snoozed_until", "task_due"):
            values[name] = datetime.fromisoformat(new) if new else None
        elif name.startswith("field."):
            fields[name.removeprefix("field.")] = new
            values["fields"] = fields
        elif name != "tags":
            values[name] = new
    if "status" in diff:
        values |= _clocks(Status(diff["status"][1]), now)
    return values


def _clocks(status: Status, now: datetime) -> dict[str, Any]:
    if status in OPEN_STATUSES:
        return {"solved_at": None, "closed_at": None}
    if status is Status.SOLVED:
        return {"solved_at": now, "closed_at": None, "waiting_since": None}
    return {"closed_at": now, "waiting_since": None}
