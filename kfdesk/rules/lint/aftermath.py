"""What is so once a rule has done what it does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kfdesk.model import KEEP, Change
from kfdesk.rules.actions import Assign, HandOver, Snooze
from kfdesk.rules.lint.claim import FALSE, UNCHANGED, World
from kfdesk.rules.lint.logic import ANY, either
from kfdesk.rules.lint.space import Space
from kfdesk.rules.triggers import Rule

#: Of an event, or of how much time is left: what a change makes open again.
_FLEETING = (
    "by", "created", "came", "what", "sla.target", "changed", "updated", "due",
    "is breached", "csat", "helped",
)  # fmt: skip
_PLAIN = (
    "status", "substatus", "priority", "subject", "category", "team", "assignee", "sla", "type",
    "spam",
)  # fmt: skip


def changes(rule: Rule) -> tuple[Change, ...]:
    """The plain changes among a rule's actions."""
    return tuple(action for action in rule.do if isinstance(action, Change))


def writes(rule: Rule) -> frozenset[str]:
    """The fields, as a change set calls them, that a rule may change."""
    found: set[str] = set()
    for action in rule.do:
        if isinstance(action, Assign):
            found |= {"assignee", "team"}
        elif isinstance(action, Snooze):
            found.add("snoozed_until")
        elif isinstance(action, HandOver):
            found.add("team")
        elif isinstance(action, Change):
            found |= {name for name in _PLAIN if getattr(action, name) is not KEEP}
            found |= {f"field.{name}" for name in action.fields}
            if action.snoozed_until is not KEEP:
                found.add("snoozed_until")
            if action.add_tags or action.remove_tags:
                found.add("tags")
    return frozenset(found)


def does_something(space: Space, rule: Rule) -> Sequence[World]:
    """The tickets that a rule would really change: one of its fields has another value."""
    if not writes(rule):
        return ()
    ways: list[Sequence[World]] = []
    known = {"tags"}
    for change in changes(rule):
        for name, values in space.written(change).items():
            known.add(name)
            if name != "tag any":
                ways.append([{name: space.opposite(name, values)}])
    if writes(rule) - known:
        return ANY  # it sets something that is not known beforehand
    return either(ways)


def after(space: Space, rule: Rule, before: Iterable[World], named: Iterable[str]) -> list[World]:
    """What is known once it fired on such tickets, to a rule that then looks.

    `named` are the fields whose change that rule may ask about: of those, what was not written
    has not changed.
    """
    wrote = writes(rule)
    event: World = {"by": frozenset(("rule",)), "created": FALSE, "came": FALSE}
    event["what"] = frozenset(("",))
    for name in named:
        if name not in wrote:
            event |= {f"changed {name}": FALSE, f"{name}.was": UNCHANGED, f"{name}.now": UNCHANGED}
    written: World = {}
    for change in changes(rule):
        written |= space.written(change)
    if any(isinstance(action, Assign) for action in rule.do):
        written["assignee"] = space.values("assignee") - {""}
    sides = {name: f"{name}.was" for name in written if not name.startswith("tag")}
    event |= {f"{name}.now": written[name] for name in sides}
    tagged = "tag any" in written
    found: list[World] = []
    for world in before:
        kept = {name: v for name, v in world.items() if not _open(name, wrote, tagged)}
        was = {side: world[name] for name, side in sides.items() if name in world}
        found.append(kept | written | event | was)
    return found


def _open(name: str, wrote: frozenset[str], tagged: bool) -> bool:
    """Whether what was known of a field may no longer be so."""
    field = name.partition(" ")[0].partition("=")[0]
    if field in _FLEETING or name in _FLEETING or field.endswith((".was", ".now")):
        return True
    if field == "tag":
        return "tags" in wrote and not ("=" in name or (tagged and name == "tag any"))
    if field == "waiting":
        return "status" in wrote
    return field in wrote
