"""What rules did then against what they do now: a balance for each ticket, in which like cancels.

Nothing is kept of a ticket on which both did the same, so the past may be as long as it likes.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from kfdesk.desk.reacting.roots import Diff, then
from kfdesk.model import By
from kfdesk.store.history.past import Past, PastEvent

What = Literal["change", "mail", "note", "notice", "webhook", "held back", "alarm", "other"]
#: What stands in a journal behind a root and is no rule's doing.
_FACTS = ("bounce",)


@dataclass(frozen=True, slots=True)
class Effect:
    """One thing that a rule did. Which rule that was is told, but makes no difference.

    `root` is the event of then at which it was done; 0 where time brought it. A change is one of
    `name` to `value`; of a mail `name` is whom it is to and `value` its subject; else `value` is
    the text.
    """

    at: int  # ms
    root: int
    what: What
    name: str
    value: str
    rule: str = field(default="", compare=False)


@dataclass(slots=True)
class Balance:
    """{ticket: effects that happened (+) or came of the replay (-) and have no counterpart}."""

    open: dict[int, Counter[Effect]] = field(default_factory=dict)
    loops: list[tuple[int, Effect]] = field(default_factory=list)  # of the replay
    happened: Counter[str] = field(default_factory=Counter)  # mails, notes, … altogether
    replayed: Counter[str] = field(default_factory=Counter)

    def count(self, effects: Iterable[tuple[int, Effect]], sign: Literal[1, -1]) -> None:
        """Count what rules did then (+1), or now (-1)."""
        total = self.happened if sign == 1 else self.replayed
        for ticket, effect in effects:
            total[effect.what] += 1
            if effect.what == "alarm" and sign == -1:
                self.loops.append((ticket, effect))
            counter = self.open.setdefault(ticket, Counter())
            counter[effect] += sign
            if not counter[effect]:
                del counter[effect]
                if not counter:
                    del self.open[ticket]


def effects(
    reader: Past,
    events: Iterable[PastEvent],
    roots: Mapping[int, int],
    undone: set[tuple[int, int, str]],
) -> list[tuple[int, Effect]]:
    """Return (ticket, effect) of the events that rules wrote.

    `roots` says of which event of then each root is; one that it does not know, time brought.
    `undone` are (ticket, ms, rule) of what rules said and an undo took back with what they said it
    to: it is on neither side. What has no message any more is added to it.
    """
    by_rules = [event for event in events if _by_rule(event) and event.kind != "outbox"]
    said = [event.message for event in by_rules if event.message is not None]
    messages = reader.messages(said) if said else {}
    left = reader.outbox(said)
    found: list[tuple[int, Effect]] = []
    changes: dict[tuple[int, int, int, int], tuple[Diff, str]] = defaultdict(lambda: ({}, ""))
    for event in by_rules:
        root = roots.get(event.root, 0)
        if event.kind == "changed" or (event.changes and event.message is None):
            key = event.ticket, event.at, root, event.root
            diff = {name: (pair[0], pair[1]) for name, pair in event.changes.items()}
            changes[key] = then(changes[key][0], diff), event.rule
            continue
        message = messages.get(event.message or 0)
        spoken = event.ticket, event.at, event.rule
        if event.message is not None and message is None:
            undone.add(spoken)
        if event.message is not None and spoken in undone:
            continue
        effect = Effect(event.at, root, "other", event.kind, event.text, event.rule)
        if event.message in left:
            for queued in left[event.message]:
                to = ", ".join(json.loads(queued["to"]))
                mail = Effect(event.at, root, "mail", to, queued["subject"], event.rule)
                found.append((event.ticket, mail))
            continue
        if message is not None:
            effect = Effect(event.at, root, "note", "", message["text"], event.rule)
        elif event.kind in ("held back", "alarm"):
            effect = Effect(event.at, root, event.kind, "", event.text, event.rule)  # type: ignore[arg-type]
        found.append((event.ticket, effect))
    for (ticket, at, root, _of), (diff, rule) in changes.items():
        for name, (_old, new) in diff.items():
            found.append((ticket, Effect(at, root, "change", name, plain(name, new), rule)))
    return found


def beside(
    reader: Past, since: datetime, until: datetime, left_out: Container[int]
) -> list[tuple[int, Effect]]:
    """Return (ticket, effect) of what rules told agents, and web addresses."""
    return [
        (ticket, Effect(at, 0, kind, to, text, rule))  # type: ignore[arg-type]
        for ticket, at, kind, to, text, rule in reader.beside(since, until)
        if ticket not in left_out
    ]


def _by_rule(event: PastEvent) -> bool:
    if event.root == event.id:
        return event.by not in (By.CUSTOMER, By.AGENT)
    return bool(event.rule) or (event.by == By.SYSTEM and event.kind not in _FACTS)


def plain(name: str, value: Any) -> str:
    """A field's value as it is compared, in JSON: an instant to the millisecond, as stored."""
    if name == "snoozed_until" and value:
        value = datetime.fromisoformat(value).isoformat(timespec="milliseconds")
    return json.dumps(value, ensure_ascii=False)
