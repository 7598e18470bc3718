"""How the tickets of a source hang together, once all of them are here."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice

from kfdesk.desk import Desk
from kfdesk.desk.porting.findings import Findings, Spot
from kfdesk.desk.porting.records import Ticket
from kfdesk.i18n import _
from kfdesk.store import links as store_links
from kfdesk.store import tickets
from kfdesk.store.porting import imported
from kfdesk.store.porting.staging import Staged, Staging
from kfdesk.store.tx import Tx

_KIND = "link"
MERGED = "merged"
_WAVE = 500


def note(staging: Staging, ticket: Ticket) -> None:
    """Keep what a ticket says of others until all are here."""
    wanted = {
        "parent": (ticket.parent, ""),
        "problem": (ticket.problem, ""),
        "related": (ticket.related, ""),
        MERGED: (ticket.merged_into, ""),
        "maybe": ticket.maybe,
    }
    for kind, (other, reason) in wanted.items():
        if other:
            raw = json.dumps([ticket.key, other, kind, reason])
            spot = ticket.spot
            staging.put(Staged(_KIND, raw, "", 0, 0, spot.file, spot.line, raw))


def connect(desk: Desk, source: str, staging: Staging, findings: Findings) -> Iterator[int]:
    """Link the tickets; yields how many links came, wave by wave."""
    links = staging.all(_KIND)
    while wave := list(islice(links, _WAVE)):
        yield _connect(desk, source, wave, findings)


def _connect(desk: Desk, source: str, wave: list[Staged], findings: Findings) -> int:
    wanted: list[tuple[Staged, str, str, str, str]] = [
        (thing, *map(str, json.loads(thing.raw)[:4]))  # type: ignore[misc]
        for thing in wave
    ]
    now = desk.clock()
    done = 0
    with desk.store.write() as tx:
        keys = {key for _thing, one, other, *_rest in wanted for key in (one, other)}
        numbers = imported.known(tx, source, "ticket", keys)
        here = imported.linked(tx, [numbers[one] for _t, one, *_r in wanted if one in numbers])
        for thing, one, other, kind, reason in wanted:
            spot = Spot(thing.file, thing.line)
            if one not in numbers:
                continue  # it was left out, and told of
            why = ""
            if other not in numbers:
                why = _("there is no ticket {key} in the export").format(key=other)
            elif numbers[one] == numbers[other]:
                why = _("a ticket cannot hang on itself")
            elif kind in ("parent", MERGED):
                above = (
                    imported.above(tx, numbers[other], kind)
                    if kind == "parent"
                    else _targets(tx, numbers[other])
                )
                if numbers[one] in above:
                    why = _("they hang on each other in a circle")
            if why:
                findings.add("changed", spot, why, kind="ticket", key=one, field=kind, value=other)
            elif kind == MERGED:
                state = tickets.states(tx, [numbers[one]])[numbers[one]]
                if state.merged_into is None:
                    tickets.update_many(tx, {numbers[one]: {"merged_into": numbers[other]}})
                    done += 1
            elif (numbers[one], numbers[other], kind) not in here:
                store_links.add(tx, [(numbers[one], numbers[other], kind, reason)], now)
                here.add((numbers[one], numbers[other], kind))
                done += 1
    return done


def _targets(tx: Tx, number: int) -> list[int]:
    """The tickets that one was merged into, one after the other."""
    found: list[int] = [number]
    while (state := tickets.states(tx, [found[-1]]).get(found[-1])) is not None:
        if state.merged_into is None or state.merged_into in found:
            break
        found.append(state.merged_into)
    return found[1:]
