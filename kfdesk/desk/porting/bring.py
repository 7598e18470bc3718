"""An import from beginning to end: read onto the heap, taken up in waves, linked."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from itertools import islice
from typing import Any, TypeVar

from kfdesk.desk import Desk
from kfdesk.desk.porting import links, mailbox, table
from kfdesk.desk.porting.attached import Files
from kfdesk.desk.porting.bringing import Bringing
from kfdesk.desk.porting.findings import Finding, Findings, Spot
from kfdesk.desk.porting.fit import Fit
from kfdesk.desk.porting.gather import Gathering
from kfdesk.desk.porting.order import Brought, Order
from kfdesk.desk.porting.people import People
from kfdesk.desk.porting.preparing import Preparing
from kfdesk.desk.porting.records import Organisation, Person, Ticket
from kfdesk.desk.porting.row import Row
from kfdesk.desk.porting.shapes import kf5, zammad, zendesk
from kfdesk.desk.porting.shapes.shape import Shape
from kfdesk.desk.porting.written import half_done
from kfdesk.i18n import _
from kfdesk.model import Actor
from kfdesk.store import migrate
from kfdesk.store.engine import Store
from kfdesk.store.porting.staging import Staged, Staging

SHAPES: dict[str, Shape] = {s.name: s for s in (kf5.SHAPE, zendesk.SHAPE, zammad.SHAPE)}
#: What can be brought in that is no desk of ours.
FORMATS = (*SHAPES, "csv", "mbox")
WAVE = 300  # tickets
T = TypeVar("T")
_PEOPLE = 1000

#: Told of how far it is: what is being done, how many are done, of how many (0: nobody knows).
Progress = Callable[[str, int, int], None]


def bring(
    desk: Desk,
    actor: Actor,
    order: Order,
    *,
    progress: Progress = lambda _what, _done, _of: None,
    told: Callable[[Finding], None] = lambda _finding: None,
    dry: bool = False,
) -> Brought:
    """Bring the history of another desk in. UserError where it cannot even be read.

    A second run brings what is new. `dry`: all of it is done to a copy of the desk.
    """
    if dry:
        with _copy(desk) as copy:
            return replace(bring(copy, actor, order, progress=progress, told=told), dry=True)
    begun = time.monotonic()
    findings = Findings(told)
    done = Brought(order.source)
    with closing(Staging()) as staging:
        run = _Run(desk, actor, order, findings, staging, done, progress)
        run.all()
    done.left_out, done.changed = findings.left_out, findings.changed
    done.seconds = time.monotonic() - begun
    return done


@contextmanager
def _copy(desk: Desk) -> Iterator[Desk]:
    """A copy of a desk that is thrown away."""
    folder = half_done(desk.store.file, "rehearsal")
    folder.mkdir(mode=0o700)
    try:
        file = folder / "desk.db"
        migrate.copy(desk.store.file, file)
        with closing(Store.open(file, lasting=False)) as store:
            yield replace(desk, store=store)
    finally:
        shutil.rmtree(folder)


class _Run:
    """One import being done."""

    def __init__(
        self,
        desk: Desk,
        actor: Actor,
        order: Order,
        findings: Findings,
        staging: Staging,
        done: Brought,
        progress: Progress,
    ) -> None:
        self._desk = desk
        self._order = order
        self._findings = findings
        self._staging = staging
        self._done = done
        self._progress = progress
        self._actor = actor
        self._shape = SHAPES.get(order.format)
        self._names: dict[str, dict[str, str]] = {"group": {}, "field": {}, "state": {}}

    def all(self) -> None:
        """Do it."""
        for count in self._read():
            self._progress("read", count, 0)
        self._learn_names()
        titles = self._names["field"]
        fit = Fit(self._desk.settings, self._order.mapping, self._findings, titles)
        people = People(self._order.source, fit, self._findings, self._actor, self._persons)
        self._organisations(people)
        self._customers(people)
        files = Files(self._order.path, self._findings)
        preparing = Preparing(self._order, fit, people, files, self._findings)
        bringing = Bringing(
            self._desk, self._actor, self._order, preparing, people, self._findings, self._done
        )
        count, total = 0, self._total()
        for wave in _waves(self._tickets(), WAVE):
            for ticket in wave:
                links.note(self._staging, ticket)
            bringing.bring(wave)
            count += len(wave)
            self._progress("tickets", count, total)
        self._done.customers = people.made
        for made in links.connect(self._desk, self._order.source, self._staging, self._findings):
            self._done.links += made
        self._lost()

    def _read(self) -> Iterator[int]:
        if self._shape is not None:
            gathering = Gathering(self._shape, self._staging, self._order.zone, self._findings)
            yield from gathering.gather(self._order.path)
        elif self._order.format == "mbox":
            yield from mailbox.gather(self._desk, self._order, self._staging, self._findings)

    def _total(self) -> int:
        return self._staging.count("ticket") if self._shape else 0

    def _tickets(self) -> Iterator[Ticket]:
        if self._shape is not None:
            yield from self._of_shape(self._shape)
        elif self._order.format == "mbox":
            yield from mailbox.tickets(self._desk, self._order, self._staging, self._findings)
        else:
            yield from table.tickets(self._order, self._staging, self._findings)

    def _of_shape(self, shape: Shape) -> Iterator[Ticket]:
        for wave in _waves(self._staging.all("ticket"), WAVE):
            said = self._staging.of([thing.key for thing in wave])
            for thing in wave:
                row = self._row(thing)
                ticket = shape.ticket(row, self._names)
                ticket.rest = row.rest
                ticket.status = ticket.status or self._order.default_status
                if ticket.merged_into == "" and ticket.status == "merged":
                    ticket.merged_into = row.id("merged_into_id", "merged_to_id")
                for one in said.get(thing.key, ()):
                    spoken = shape.said(self._row(one), self._names)
                    if spoken is not None:
                        ticket.said.append(spoken)
                yield ticket

    def _row(self, thing: Staged) -> Row:
        value: Any = json.loads(thing.raw)
        spot = Spot(thing.file, thing.line)
        if "\ufffd" in str(thing.raw):
            reason = _("some of its characters could not be read; � stands for them")
            self._findings.add("changed", spot, reason, kind=thing.kind, key=thing.key)
        return Row(value, spot, thing.kind, thing.key, self._order.zone, self._findings)

    def _learn_names(self) -> None:
        """What the export calls its groups, fields and states."""
        for kind, names in self._names.items():
            for thing in self._staging.all(kind):
                names[thing.key] = self._row(thing).line("name", "title")

    def _persons(self, keys: Iterable[str]) -> dict[str, Person]:
        if self._shape is None:
            return {}
        found = self._staging.get("person", keys)
        return {key: self._shape.person(self._row(thing)) for key, thing in found.items()}

    def _organisations(self, people: People) -> None:
        for wave in _waves(self._staging.all("organisation"), _PEOPLE):
            assert self._shape is not None
            found: list[Organisation] = [self._shape.organisation(self._row(t)) for t in wave]
            with self._desk.store.write() as tx:
                self._done.organisations += people.organisations(tx, found)

    def _customers(self, people: People) -> None:
        """Bring those who have no ticket, too; who worked there becomes no customer."""
        count, total = 0, self._staging.count("person")
        for wave in _waves(self._staging.all("person"), _PEOPLE):
            assert self._shape is not None
            persons = [self._shape.person(self._row(thing)) for thing in wave]
            parties = [people.party(person) for person in persons if not person.agent]
            with self._desk.store.write() as tx:
                people.customers(tx, [p for p in parties if not p.agent], self._desk.clock())
            count += len(wave)
            self._progress("people", count, total)

    def _lost(self) -> None:
        """Tell of what was said on tickets that are not there."""
        if self._shape is None:
            return
        for thing in self._staging.lost("message", "ticket"):
            reason = _("there is no ticket {key} in the export").format(key=thing.ticket)
            spot = Spot(thing.file, thing.line)
            self._findings.add("left out", spot, reason, kind="message", key=thing.key)


def _waves(things: Iterable[T], size: int) -> Iterator[list[T]]:
    several = iter(things)
    while wave := list(islice(several, size)):
        yield wave
