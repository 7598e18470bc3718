"""What the schedules will make of a ticket: what each finds of it now, and when it looks next."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from kfdesk.desk import Desk
from kfdesk.desk.why.facts import Ahead
from kfdesk.model import By
from kfdesk.store.conditions import wave
from kfdesk.store.conditions.actual import LONGEST
from kfdesk.store.conditions.probe import probe
from kfdesk.store.conditions.wave import Entry
from kfdesk.store.tables import from_ms
from kfdesk.store.timing import epochs
from kfdesk.store.tx import Tx
from kfdesk.text import clean_line, shorten


def ahead(desk: Desk, tx: Tx, number: int, now: datetime) -> tuple[Ahead, ...]:
    """Return what every schedule finds of a ticket now, in the order of the file."""
    if not desk.rules.schedules:
        return ()
    zone = ZoneInfo(desk.settings.desk.timezone)
    fired = epochs.among_these(tx, [number])
    span = wave.fill(tx, [Entry(number, False, False, By.SYSTEM, 0, {})])
    scope = desk.scope(now=now)
    found: list[Ahead] = []
    for rule in desk.rules.schedules:
        assert rule.every is not None
        ((_number, failure),) = probe(rule.when).run(tx, scope, span)
        index, _blank, actual = (failure or "").partition(" ")
        condition = rule.when.quote(rule.when.conjuncts[int(index)]) if failure else ""
        ms = fired.get(rule.name, {}).get(number)
        at = from_ms(ms) if ms is not None else None
        later = now
        if at is not None and rule.repeat_after is not None:
            later = max(now, at + rule.repeat_after - timedelta(milliseconds=1))
        found.append(
            Ahead(
                rule.name,
                rule.every.text,
                rule.every.after(later, zone),
                failure is None,
                clean_line(condition),
                shorten(actual, LONGEST),
                at,
                at is not None and failure is None and rule.repeat_after is None,
            )
        )
    return tuple(found)
