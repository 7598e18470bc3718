"""What a rule does: its actions, typed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from kfdesk.model import KEEP, Change


@dataclass(frozen=True, slots=True)
class Assign:
    """Give the ticket to somebody by a [[route]], or by strategies among its team's agents."""

    route: str = ""
    strategies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Snooze:
    """Put the ticket aside: for a length of time ("3d"), or up to an instant ("mon 09:00")."""

    until: str


@dataclass(frozen=True, slots=True)
class Reply:
    """Answer the customer: with a template, an article of the knowledge base, or a text."""

    template: str
    article: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """Write an internal note; `{{…}}` in it is filled in."""

    text: str


@dataclass(frozen=True, slots=True)
class Mail:
    """Mail a template to `customer`, `assignee`, `team`, `agent:X`, `team:X` or an address."""

    to: str
    template: str


@dataclass(frozen=True, slots=True)
class Notify:
    """Tell `assignee`, `team`, `agent:NAME` or `team:NAME` in the console."""

    to: str
    text: str


@dataclass(frozen=True, slots=True)
class Webhook:
    """Post the ticket as JSON to an address of the web, or a text to a [[robot]]."""

    url: str
    text: str = ""
    robot: str = ""


@dataclass(frozen=True, slots=True)
class Survey:
    """Ask the customer how satisfied they are, with a template; once a ticket."""

    template: str


@dataclass(frozen=True, slots=True)
class Progress:
    """Tell the customer how far the ticket has come; what follows soon is told with it."""


@dataclass(frozen=True, slots=True)
class Collaborator:
    """Make somebody a party of the ticket: an address, or an agent by name."""

    who: str


@dataclass(frozen=True, slots=True)
class Follow:
    """Let `assignee`, `team`, `agent:NAME` or `team:NAME` follow the ticket."""

    who: str


#: What another ticket may be to one, as a person or a rule says it.
LINKS = ("related", "duplicate", "parent", "child", "incident", "problem")
#: What the one is to the other then. A link is kept once, by the word that stands first.
OTHER_SIDE: Mapping[str, str] = {
    "related": "related",
    "duplicate": "duplicate",
    "parent": "child",
    "problem": "incident",
    "maybe": "maybe-here",
    "follow-up": "followed-by",
    "merged": "merged-into",
    "split": "split-into",
}
INVERSE: Mapping[str, str] = {v: k for k, v in OTHER_SIDE.items()} | dict(OTHER_SIDE)


@dataclass(frozen=True, slots=True)
class Link:
    """Link the ticket with another one."""

    ticket: int
    kind: str = "related"


@dataclass(frozen=True, slots=True)
class HandOver:
    """Give the ticket to a person: no bot answers in it any more, and a note says what was said."""


#: What leaves the desk, or is written beside the ticket's own fields.
Effect = Note | Reply | Mail | Notify | Webhook | Survey | Progress | Collaborator | Follow | Link
Action = Change | Assign | Snooze | HandOver | Effect
#: Of these, what leaves the desk: it happens once for an event, whatever crashes or runs again.
LEAVING = (Reply, Mail, Notify, Webhook, Survey, Progress)


def words(action: Action) -> dict[str, Any]:
    """Return an action as plain data, in the words of the configuration."""
    match action:
        case Assign(route, strategies):
            return {"assign": f"route:{route}" if route else list(strategies)}
        case Snooze(until):
            return {"snooze": until}
        case Reply(template, article, text):
            if text:
                return {"reply": {"text": text}}
            return {"reply": template} if template else {"article": article}
        case Note(text):
            return {"note": text}
        case Mail(to, template):
            return {"mail": {"to": to, "template": template}}
        case Notify(to, text):
            return {"notify": {"to": to, "text": text}}
        case Webhook(url, text, robot):
            called = {"robot": robot} if robot else {"url": url}
            return {"webhook": {**called, "text": text} if text else called}
        case Survey(template):
            return {"csat": template}
        case Progress():
            return {"progress": True}
        case Collaborator(who):
            return {"collaborator": who}
        case Follow(who):
            return {"follow": who}
        case Link(ticket, kind):
            return {"link": {"ticket": ticket, "kind": kind}}
        case HandOver():
            return {"hand over": True}
    return _change(action)


def _change(change: Change) -> dict[str, Any]:
    names = ("status", "priority", "subject", "category", "team", "assignee", "sla", "type")
    plain: dict[str, Any] = {
        name: str(value) for name in names if (value := getattr(change, name)) is not KEEP
    }
    if change.substatus not in (KEEP, ""):
        plain["status"] = str(change.substatus)
    if change.spam is not KEEP:
        plain["spam"] = change.spam
    custom = {f"field.{name}": value for name, value in change.fields.items()}
    return {
        **plain,
        **custom,
        **_listed("tag", change.add_tags),
        **_listed("untag", change.remove_tags),
    }


def _listed(name: str, values: Iterable[str]) -> dict[str, list[str]]:
    found = list(values)
    return {name: found} if found else {}
