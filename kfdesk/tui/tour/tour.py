"""The tour as it goes on: a few lines over the keys, on whichever screen one is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widgets import Static

from kfdesk.actions import shown
from kfdesk.desk import Desk
from kfdesk.i18n import _
from kfdesk.model import Actor
from kfdesk.store.history import operations
from kfdesk.tui.acting import Acting
from kfdesk.tui.lines.content import content
from kfdesk.tui.tour.steps import Deeds, steps

if TYPE_CHECKING:
    from kfdesk.tui.main import Main

_LOOK = 0.3
#: A terminal of fewer lines has none to spare for the tour while one writes.
_SHORT = 16


class TourPanel(Static):
    """What to do now, and what happened."""


class Tour:
    """Waits for each step to be done; it never stands in the way of a key."""

    def __init__(self, main: Main) -> None:
        self._main = main
        self.at = 0
        self._happened = ""
        self._deeds = Deeds()
        self._newest: int | None = None  # the last line of the journal that was seen
        self._looking = False
        self._steps = steps(main.keys)
        self._timer = main.set_interval(_LOOK, self._look)
        self.show()

    # --- what one does

    def did(self, action: str) -> None:
        """A key was pressed that means something."""
        self._deeds.actions.add(action)

    def turn(self, by: int) -> bool:
        """Go to the step behind or before; False where the tour is over."""
        return self._go(self.at + by, "")

    def _go(self, at: int, happened: str) -> bool:
        if at >= len(self._steps):
            return False
        self.at, self._happened, self._deeds = max(0, at), happened, Deeds()
        self.show()
        return True

    # --- what is seen of it

    def _look(self) -> None:
        if self._main.source is not None and not self._looking:
            self._looking = True
            self._main.attempt(self._check())
        self.show()

    async def _check(self) -> None:
        """Look whether the step is done."""
        try:
            source = self._main.source
            assert source is not None
            found = await self._main.threads.read(source.do, _last)
            before, self._newest = self._newest, max(found, default=0)
            if before is not None:
                self._deeds.kinds |= {kind for id, kind in found.items() if id > before}
            step = self._steps[self.at]
            if step.done(self._main, self._deeds):
                self._go(self.at + 1, step.happened)
        finally:
            self._looking = False

    def show(self) -> None:
        """Say it on the screen that is there."""
        screen = self._main.app.screen
        if not isinstance(screen, Acting) or not screen.is_mounted:
            return
        panel = next(iter(screen.query(TourPanel)), None)
        if panel is None:
            panel = TourPanel(markup=False)
            screen.mount(panel, before=screen.goings)
            screen.add_class("-tour")
        short = screen.size.height < _SHORT
        panel.display = not (short and screen.has_class("-writing"))
        keys = self._main.keys.of_action
        other = _("{next} next · {back} back · {leave} leave").format(
            next="".join(map(shown, keys["tour.next"][:1])),
            back="".join(map(shown, keys["tour.back"][:1])),
            leave="".join(map(shown, keys["tour.begin"][:1])),
        )
        parts: list[str | tuple[str, str]] = [
            (f" {self.at + 1}/{len(self._steps)} ", "$background on $accent bold"),
            (" " + _("Tour") + "  ", "bold"),
            (other, "$ink-muted"),
            "\n",
        ]
        if self._happened and not short:
            parts += [("✓ ", "$success bold"), (f"{self._happened}\n", "$ink-muted")]
        panel.update(content(*parts, self._steps[self.at].text))

    def end(self) -> None:
        """Take it away."""
        self._timer.stop()
        for screen in self._main.app.screen_stack:
            screen.query(TourPanel).remove()
            screen.remove_class("-tour")


def _last(desk: Desk, me: Actor) -> dict[int, str]:
    """{number of the operation: its kind} of what this agent did last, and took back last."""
    with desk.store.read() as tx:
        found = (operations.last(tx, actor=me.name), operations.last_undo(tx, actor=me.name))
    return {one.id: one.kind for one in found if one is not None}
