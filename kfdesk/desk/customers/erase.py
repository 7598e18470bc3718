"""Erasing a person: what they said and who they were goes for good, figures stay.

Other people's words on their tickets stay, without their name, their identities, and what those
quote of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from kfdesk.desk import Desk
from kfdesk.desk.customers.people import living
from kfdesk.desk.customers.scrubbing import scrubber
from kfdesk.desk.operation import operation
from kfdesk.i18n import _
from kfdesk.mail.source import part_of
from kfdesk.model import Actor
from kfdesk.store import blobs, customers
from kfdesk.store.packing import Blob
from kfdesk.store.people import elsewhere, erasing, mentions, profiles, said
from kfdesk.store.people.profiles import Entry
from kfdesk.store.people.said import Written
from kfdesk.store.tx import Tx

_QUOTED = re.compile(r"^\s*>.*\n?", re.M)


@dataclass(frozen=True, slots=True)
class Erased:
    """What was erased: their messages and files, on which tickets."""

    customer: int
    tickets: tuple[int, ...]
    messages: int
    files: int


def warning(desk: Desk, who: str) -> str:
    """Say what erasing this customer means. NotFound if there is nobody."""
    with desk.store.read() as tx:
        row = living(tx, desk, who)
        count = len(customers.tickets_of(tx, [row.id]))
    return _(
        "Everything that {name} (customer {id}) said on {n} tickets is erased, and who they are; "
        "nobody can take that back."
    ).format(name=row.name or row.email, id=row.id, n=count)


def erase(desk: Desk, who: str, actor: Actor) -> Erased:
    """Erase a customer, and those merged into them. It cannot be undone.

    Their mails stay known as read, so that none comes back; on the mail server they stay.
    """
    with operation(desk, actor, "customer.erase", lasting=True) as tx:
        erasing.zeroing(tx)
        id = living(tx, desk, who).id
        family = profiles.family(tx, id)
        tickets = customers.tickets_of(tx, [id])
        found = _erase(tx, desk, id, family, tickets, actor)
    erasing.wipe(desk.store.file)
    return found


def _erase(
    tx: Tx, desk: Desk, id: int, family: Sequence[int], tickets: Sequence[int], actor: Actor
) -> Erased:
    values = [one.value for one in profiles.identities(tx, [id]).get(id, ()) if one.value]
    here = said.written_on(tx, tickets)
    here += said.written(tx, elsewhere.moved_from(tx, tickets) - {one.id for one in here})
    theirs = _theirs(tx, here, set(values), family)
    named = said.naming(tx, values)
    mine = {one.id for one in theirs}
    theirs += [one for one in named if one.author_email in values and one.id not in mine]
    mine |= {one.id for one in theirs}
    # What they were called where they wrote, too; addresses that they wrote from and have no more.
    names = erasing.names_of(tx, family) | {one.author for one in theirs}
    values = sorted({*values, *(one.author_email for one in theirs)} - {""})
    lost = {one.message_id for one in theirs if one.message_id}
    # What stands on their tickets, or answers them, may quote them and call them by name.
    close = {one.id: one for one in (*here, *said.answering(tx, lost)) if one.id not in mine}
    far = {one.id: one for one in named if one.id not in mine and one.id not in close}
    around = elsewhere.around(tx, tickets, mine | set(close), values)
    scrub, scrub_identities = scrubber(values, _spoken(names)), scrubber(values)
    near = {
        one.id: one
        for one in said.written_on(tx, around)
        if one.id not in mine | set(close)
        and scrub(one.text) + scrub(one.subject) != one.text + one.subject
    }
    others = close | far | near
    contents = said.contents_of(tx, [*mine, *others])
    for one in others.values():
        _keep_files(tx, one)
    rewritten = {id: _unquoted(one, values, lost, scrub) for id, one in close.items()}
    rewritten |= {id: _unnamed(one, values, scrub_identities) for id, one in far.items()}
    rewritten |= {id: _unnamed(one, values, scrub) for id, one in near.items()}
    said.rewrite(tx, rewritten, scrub)
    files = said.empty(tx, sorted(mine))
    said.drop_contents(tx, contents)
    elsewhere.forget(tx, around, elsewhere.subjects(tx, tickets), mine | set(close), values)
    erasing.tickets(tx, tickets, scrub)
    touched = {*around, *(one.ticket_id for one in (*theirs, *others.values()))}
    mentions.take_out(tx, values)
    mentions.unwrite(tx, touched, lambda text: scrub_identities(text) != text, scrub)
    mentions.untype(tx, scrub)
    erasing.operations(tx, [*tickets, *touched], family)
    mentions.forget_operations(tx, erasing.telling(values))
    erasing.people(tx, family, values, desk.clock())
    told = erasing.telling(values)
    erasing.everywhere(tx, told, scrubber(told))
    profiles.record(tx, [Entry(id, actor, "erased")], desk.clock())
    return Erased(id, tuple(tickets), len(mine), files)


def _theirs(
    tx: Tx, here: Iterable[Written], values: set[str], family: Sequence[int]
) -> list[Written]:
    """What customers wrote on these tickets, but for those who are known to be somebody else."""
    inbound = said.by_customers(tx, [one.id for one in here])
    theirs = [one for one in here if one.id in inbound]
    wrote = {one.author_email for one in theirs} - values
    strangers = erasing.others_addresses(tx, wrote, family)
    return [one for one in theirs if one.author_email not in strangers]


def _spoken(names: Iterable[str]) -> list[str]:
    """Names, and their parts where somebody would be called by one."""
    found: set[str] = set()
    for name in names:
        found |= {name, *(part for part in re.split(r"[\s,]+", name) if len(part) > 2)}
    return [name for name in found if len(name) > 1]


def _unquoted(
    one: Written, values: Sequence[str], lost: set[str], scrub: Callable[[str], str]
) -> dict[str, Any]:
    """What another wrote in answer to them: their own words, without names and what they quote."""
    own = scrub(_QUOTED.sub("", one.text[: one.cut]))
    return _unnamed(one, values, scrub) | {
        "subject": "",
        "text": own,
        "cut": len(own),
        "thread": " ".join(part for part in one.thread.split() if part not in lost),
    }


def _unnamed(one: Written, values: Sequence[str], scrub: Callable[[str], str]) -> dict[str, Any]:
    """What another wrote elsewhere, without their identities."""
    own = scrub(one.text[: one.cut])
    return {
        "subject": scrub(one.subject),
        "text": own + scrub(one.text[one.cut :]),
        "cut": len(own),
        "to": [pair for pair in one.to if pair[1] not in values],
        "cc": [pair for pair in one.cc if pair[1] not in values],
        "bcc": [pair for pair in one.bcc if pair[1] not in values],
        "reply_to": "" if one.reply_to in values else one.reply_to,
    }


def _keep_files(tx: Tx, one: Written) -> None:
    """Another's files outlive the source that they are parts of."""
    parts = said.parts_of(tx, one.id) if one.raw is not None else []
    if not parts or one.raw is None:
        return
    source = blobs.get(tx, one.raw)
    for attachment, part in parts:
        blob = Blob.of(part_of(source, part))
        blobs.put(tx, [blob])
        said.keep_file(tx, attachment, blob.sha256)
