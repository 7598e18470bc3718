"""Says to colleagues what this console has open, and what they have."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

from kfdesk.i18n import _
from kfdesk.model import Present

if TYPE_CHECKING:
    from kfdesk.tui.main import Main


#: How often to look whether colleagues are still there, in seconds, where there are any.
_LOOK = 20.0


class Together:
    """Writes which ticket is open here, and once a minute that it still is."""

    def __init__(self, main: Main) -> None:
        self._main = main
        self._said: tuple[int | None, bool] = (None, False)
        self._at = self._looked = 0.0

    def tick(self) -> None:
        """Say it if it is something else than before, or is to be said again."""
        main = self._main
        if main.source is None or main.composer.opening:
            return
        from kfdesk.desk.teamwork.lease import BEAT

        if main.queue.accompanied and monotonic() - self._looked > _LOOK:
            main.attempt(self._look_again())
        self.warn()
        open_here = self._open_here()
        due = open_here[0] is not None and monotonic() - self._at > BEAT.total_seconds()
        if open_here != self._said or due:
            main.attempt(self.attend(*open_here))

    def _open_here(self) -> tuple[int | None, bool]:
        """The ticket that is read or written on, and whether an answer is written."""
        main = self._main
        if main.composer.display:
            return main.composer.number, main.composer.kind == "reply"
        return (main.follow.number if main.reading else None), False

    async def attend(self, number: int | None, writing: bool) -> None:
        """Say it now; writing an answer takes the lease, if nobody else holds it."""
        if (source := self._main.source) is not None:
            self._said, self._at = (number, writing), monotonic()
            await self._main.threads.write(source.attend, number, writing)

    async def end(self) -> None:
        """The console ends: nothing is open here any more."""
        if self._said[0] is not None:
            await self.attend(None, False)

    async def _look_again(self) -> None:
        """A colleague whose machine is gone says nothing: see who is left."""
        await self.hear()
        await self._main.follow.refresh()

    async def hear(self) -> None:
        """The store has changed: mark in the queue what colleagues have open."""
        main = self._main
        self._looked = monotonic()
        if main.source is not None:
            now = main.who.now()
            found: dict[int, bool] = {}
            for one in await main.threads.read(main.source.company):
                found[one.ticket] = found.get(one.ticket, False) or one.writes(now)
            main.queue.accompany(found)

    def warn(self) -> None:
        """Say in the composer that a colleague is answering, for as long as they are."""
        composer = self._main.composer
        if composer.display:
            other = self.answering() if composer.kind == "reply" else None
            composer.warn(self.words(other) if other is not None else "")

    def answering(self) -> Present | None:
        """The colleague who is answering the ticket of the composer, as far as is known here."""
        reading, now = self._main.follow.reading, self._main.who.now()
        if reading is None or reading.ticket.number != self._main.composer.number:
            return None
        return next((one for one in reading.company if one.writes(now)), None)

    def words(self, one: Present) -> str:
        """That a colleague is answering, and until when at most."""
        who = self._main.who
        assert one.lease_until is not None
        return _("{name} is answering, until {time} at most").format(
            name=who.title(one.agent), time=f"{one.lease_until.astimezone(who.zone):%H:%M:%S}"
        )
