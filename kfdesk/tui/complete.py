"""What may stand at the end of a query that is being typed: fields, then their values."""

from __future__ import annotations

import re

from kfdesk.rules.known import Known
from kfdesk.text import fold

_LAST = re.compile(r"(?:^|[\s(])(-?)([\w.]*)(?:(:|=|!=|<=?|>=?)([^\s()]*))?$")
_MOST = 20


def complete(text: str, known: Known) -> list[str]:
    """Return whole words to put in the place of the last one; none where nothing is begun."""
    found = _LAST.search(text)
    if found is None or not (found[2] or found[3]):
        return []
    minus, name, operator, value = found[1], found[2], found[3], found[4] or ""
    if operator is None:
        fields = known.fields
        return [f"{minus}{each}:" for each in fields if each.startswith(name) and each != name][
            :_MOST
        ]
    field = known.fields.get(name)
    if field is None or not field.names:
        return []
    *before, last = value.split(",")
    start = f"{minus}{name}{operator}" + "".join(f"{each}," for each in before)
    values = sorted(
        {
            stored
            for folded, stored in known.of_kind(field.names).items()
            if folded.startswith(fold(last))
        }
    )
    return [start + (f'"{each}"' if " " in each else each) for each in values if each != last][
        :_MOST
    ]
