"""A screen that does what the registry's actions ask, and says in a sentence what fails."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, TypeVar, cast

from textual.screen import Screen
from textual.timer import Timer

from kfdesk.actions import Scope
from kfdesk.errors import KfdeskError
from kfdesk.tui.keys.footer import Goings
from kfdesk.tui.lines.content import notify
from kfdesk.tui.screens.once import Once

if TYPE_CHECKING:
    from kfdesk.tui.console import Console
    from kfdesk.tui.verbs.kind import Work

T = TypeVar("T")


class Acting(Once[T]):
    """Work goes on beside the event loop's next keys."""

    goings: Goings

    @property
    def scope(self) -> Scope:
        """Where the keys go."""
        raise NotImplementedError

    def work_of(self, action: str, argument: str) -> Work:
        """Begin an action; return what is left of it to do."""
        raise NotImplementedError

    def perform(self, action: str, argument: str = "") -> None:
        """Do what the registry calls `action`."""
        app = cast("Console", self.app)
        app.performed(action)
        try:
            work = self.work_of(action, argument)
        except KfdeskError as error:
            notify(self.app, str(error), "error")
        else:
            self.attempt(work and app.held.until(work))

    def attempt(self, work: Work) -> None:
        """Do something beside the event loop's next keys; a failure is said in a sentence."""
        if work is not None:
            self.run_worker(self._attempt(work))

    async def _attempt(self, work: Coroutine[Any, Any, Any]) -> None:
        try:
            await work
        except KfdeskError as error:
            notify(self.app, str(error), "error")


class Soon:
    """Something to do a moment after it was asked for last."""

    def __init__(self, screen: Screen[Any], after: float) -> None:
        self._screen, self._after = screen, after
        self._timer: Timer | None = None

    def ask(self, do: Callable[[], None]) -> None:
        """Do this soon, and nothing that was asked for before."""
        self.stop()
        self._timer = self._screen.set_timer(self._after, do)

    def stop(self) -> None:
        """Do nothing of it."""
        if self._timer is not None:
            self._timer.stop()
