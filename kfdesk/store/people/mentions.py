"""Where agents named somebody: heads of letters, drafts, lines typed, what can be taken back."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

import zstandard
from sqlalchemy import String, bindparam, or_, select, type_coerce, update

from kfdesk.model import OutboxState
from kfdesk.store.ids import among, these
from kfdesk.store.prepared import Prepared
from kfdesk.store.tables import ConsoleStateRow, DraftRow, OperationRow, OutboxTable, SideRow
from kfdesk.store.tx import Tx

_state = ConsoleStateRow.__table__  # type: ignore[attr-defined]
_draft = DraftRow.__table__  # type: ignore[attr-defined]
_operation = OperationRow.__table__  # type: ignore[attr-defined]
_outbox = OutboxTable.__table__  # type: ignore[attr-defined]
_side = SideRow.__table__  # type: ignore[attr-defined]
_DRAFT = Prepared(
    update(_draft)
    .where(
        _draft.c.ticket_id == bindparam("_ticket"),
        _draft.c.agent == bindparam("_agent"),
        _draft.c.kind == bindparam("_kind"),
    )
    .values(text=bindparam("_text"), head=bindparam("_head", type_=_draft.c.head.type))
)


def take_out(tx: Tx, emails: Sequence[str]) -> None:
    """They get no letter and no word aside; what waits for them alone is cancelled."""
    lost = set(emails)
    for column, waits in ((_outbox.c.to, True), (_side.c.to, False)):
        table, text = column.table, type_coerce(column, String)
        named = or_(*(text.contains(one, autoescape=True) for one in emails))
        for id, people in tx.execute(select(table.c.id, column).where(named)).all():
            left = [one for one in people if (one if waits else one[1]) not in lost]
            values: dict[str, Any] = {"to": left}
            if waits:
                values["recipient"] = left[0] if left else ""
            tx.execute(update(table).where(table.c.id == id).values(values))
            if waits and not left:
                queued = (_outbox.c.id == id, _outbox.c.state == OutboxState.QUEUED.value)
                tx.execute(update(_outbox).where(*queued).values(state=OutboxState.CANCELLED.value))


def unwrite(
    tx: Tx, near: Collection[int], names_them: Callable[[str], bool], name: Callable[[str], str]
) -> None:
    """What agents are writing names them no more: on tickets near theirs, and to them on any."""
    rows = tx.execute(select(_draft)).all()
    _DRAFT.many(
        tx,
        (
            {
                "_ticket": row.ticket_id,
                "_agent": row.agent,
                "_kind": row.kind,
                "_text": name(row.text),
                "_head": said_otherwise(row.head, name),
            }
            for row in rows
            if row.ticket_id in near or names_them(f"{row.text} {row.head}")
        ),
    )


def said_otherwise(kept: Any, name: Callable[[str], str]) -> Any:
    """What is kept as JSON, with every text in it said otherwise."""
    if isinstance(kept, str):
        return name(kept)
    if isinstance(kept, list):
        return [said_otherwise(one, name) for one in kept]
    if isinstance(kept, Mapping):
        keys = ((name(key) if "@" in key else key, one) for key, one in kept.items())
        return {key: said_otherwise(one, name) for key, one in keys}
    return kept


def untype(tx: Tx, name: Callable[[str], str]) -> None:
    """No console remembers a line, or a query, in which they are named."""
    for agent, state in tx.execute(select(_state.c.agent, _state.c.state)).all():
        lines = {
            kind: [one for one in several if name(str(one)) == str(one)]
            for kind, several in state.get("lines", {}).items()
        }
        where = dict(state.get("where", {}))
        if name(query := str(where.get("query", ""))) != query:
            del where["query"]
        kept = {"lines": lines, "where": where}
        changed = state | {part: kept[part] for part in kept if part in state}
        if changed != state:
            tx.execute(update(_state).where(_state.c.agent == agent).values(state=changed))


def forget_operations(tx: Tx, values: Iterable[str]) -> None:
    """What shows their identities, as in a letter that was taken back, cannot be undone."""
    words = [form.lower() for one in values for form in forms(one)]
    statement = select(
        _operation.c.id, _operation.c.images, type_coerce(_operation.c.detail, String)
    )
    found = []
    for id, packed, detail in tx.execute(statement):
        text = (detail or "") + (zstandard.decompress(packed).decode() if packed else "")
        if any(word in text.lower() for word in words):
            found.append(id)
    gone = update(_operation).where(among(_operation.c.id)).values(images=None, detail={})
    tx.execute(gone, these(found))


def forms(text: str) -> set[str]:
    """A text, and how it stands in JSON, and in JSON that is kept in JSON."""
    once = json.dumps(text)[1:-1]
    return {text, once, json.dumps(once)[1:-1]}
