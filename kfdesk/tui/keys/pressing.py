"""Keys as they are pressed, one or several after another, until they come to something."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.app import App
from textual.timer import Timer

from kfdesk.tui.keys.footer import following

if TYPE_CHECKING:
    from kfdesk.tui.acting import Acting
    from kfdesk.tui.keys.keymap import Keys

#: Whoever knows the next key has pressed it by then, and sees no panel.
_PANEL_AFTER = 0.25


class Pressing:
    """What has been pressed and waits for the next key; a panel says what that may be."""

    def __init__(self, app: App[Any]) -> None:
        self.begun: tuple[str, ...] = ()
        self._app = app
        self._timer: Timer | None = None

    def pressed(self, screen: Acting[Any], keys: Keys, key: str) -> bool:
        """Do what the key means on that screen; False if it is for the widget that has it."""
        begun = self.begun
        sequence = (*begun, key)
        self.forget()
        screen.goings.close()
        if pressed := keys.find(screen.scope, sequence):
            screen.perform(pressed.action, pressed.argument)
            return True
        if keys.begins(screen.scope, sequence):
            self.begun = sequence
            self._timer = self._app.set_timer(_PANEL_AFTER, lambda: self._tell(screen, keys))
        return bool(begun or self.begun)

    def forget(self) -> None:
        """Another key begins anew."""
        self.begun = ()
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

    def _tell(self, screen: Acting[Any], keys: Keys) -> None:
        """Say what may follow, where nothing has followed yet."""
        said = following(screen.scope, keys, self.begun)
        screen.goings.show(self.begun, said, screen.size.width)
