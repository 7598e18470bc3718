"""Where tickets ended: as it happened, beside as it came of the replay."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from kfdesk.model import Priority
from kfdesk.store.history.past import Past, Window
from kfdesk.store.rows import Row

#: {field: (as it happened, as replayed)}
Fields = dict[str, tuple[Any, Any]]

_PLAIN = ("subject", "status", "substatus", "type", "category", "team", "assignee")
_KEPT = ("breached",)  # no journal says what it was
_AT_ONCE = 500


def differing(past: Past, copy: Past, window: Window, numbers: Iterable[int]) -> dict[int, Fields]:
    """Return {ticket: the fields in which it ended otherwise}, for those that did."""
    later = past.first_olds(window)
    found: dict[int, Fields] = {}
    wanted = sorted(numbers)
    for start in range(0, len(wanted), _AT_ONCE):
        some = wanted[start : start + _AT_ONCE]
        then, now = _values(past, some), _values(copy, some)
        for number in some:
            if number not in now or number not in then:
                continue
            happened = then[number]
            if number in later:
                happened |= later[number]
                for name in _KEPT:
                    happened[name] = now[number][name]
            names = happened.keys() | now[number].keys()
            one: Fields = {
                name: (happened.get(name), now[number].get(name))
                for name in sorted(names)
                if _told(happened.get(name)) != _told(now[number].get(name))
            }
            if one:
                found[number] = one
    return found


def _told(value: Any) -> Any:
    return value or None


def _values(reader: Past, numbers: list[int]) -> Mapping[int, dict[str, Any]]:
    tags = reader.tags(numbers)
    return {
        number: _of(row) | {"tags": tags.get(number, [])}
        for number, row in reader.tickets(numbers).items()
    }


def _of(row: Row) -> dict[str, Any]:
    custom = json.loads(row["fields"])
    return {
        **{name: row[name] for name in _PLAIN},
        "priority": str(Priority.of_rank(row["priority"])),
        "sla": row["sla_chosen"],
        "snoozed_until": row["snoozed_until"],
        "task_due": row["task_due"],
        "spam": bool(row["spam"]),
        "breached": bool(row["breached"]),
        **{f"field.{name}": value for name, value in custom.items()},
    }
