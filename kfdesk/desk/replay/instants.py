"""The instants of time in the replay: those that ran in the past run where they did then.

A recorded run stands behind its event. An instant that no run covers (a new schedule's, a new
promise's) runs in the order of time, before the next event.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from kfdesk.desk import Desk
from kfdesk.desk.timing.clockwork import catch_up
from kfdesk.desk.timing.due import written
from kfdesk.store.assigning import waiting
from kfdesk.store.history.past import Ran
from kfdesk.store.mark import Mark
from kfdesk.store.timing import sweeps
from kfdesk.store.tx import Tx

_INSTANT = timedelta(milliseconds=1)


@dataclass(slots=True)
class Instants:
    """Brings time to a copy; `ran` are the runs of the past, in order."""

    desk: Desk
    ran: Sequence[Ran]
    begins: datetime  # time before is swept
    last: datetime | None  # where the past's own runs end although more was due; none: nowhere
    leavings: Sequence[datetime] = ()  # when somebody went away
    woken: int = 0  # of them
    done: int = 0  # of `ran`
    swept: datetime | None = None
    coming: datetime | None = None  # the next instant of a schedule

    def begin(self) -> datetime:
        """Set the mark from which time runs, and return it."""
        self.swept = self.begins
        with self.desk.store.write() as tx:
            sweeps.write(tx, Mark(self.swept, written(self.desk.settings)))
        self._look_ahead()
        return self.swept

    def before(self, event: int, at: datetime) -> Iterator[datetime]:
        """Yield up to when time runs before an event, in order."""
        while self.done < len(self.ran) and self.ran[self.done].event < event:
            one = self.ran[self.done]
            self.done += 1
            yield one.first - _INSTANT
            yield one.until
        bound = at - _INSTANT
        if self.done < len(self.ran):
            bound = min(bound, self.ran[self.done].first - _INSTANT)
        elif self.last is not None:
            bound = min(bound, self.last)
        yield bound

    def wake(self, tx: Tx, bound: datetime) -> None:
        """Let what waits for an agent be tried again, where somebody went away by then.

        A return needs none: the absences of the copy say when they end.
        """
        while self.woken < len(self.leavings) and self.leavings[self.woken] <= bound:
            waiting.wake(tx, self.leavings[self.woken])
            self.woken += 1

    def due(self, bound: datetime, pending: Callable[[], datetime | None]) -> bool:
        """Whether anything waits for an instant up to then."""
        if self.swept is None or bound <= self.swept:
            return False
        if self.coming is not None and self.coming <= bound:
            return True
        found = pending()
        return found is not None and found <= bound

    def run(self, bound: datetime) -> None:
        """Let time run."""
        catch_up(self.desk, bound)
        self.swept = bound
        self._look_ahead()

    def _look_ahead(self) -> None:
        assert self.swept is not None
        zone = ZoneInfo(self.desk.settings.desk.timezone)
        rules = self.desk.rules.schedules
        coming = [rule.every.after(self.swept, zone) for rule in rules if rule.every is not None]
        self.coming = min(coming, default=None)
