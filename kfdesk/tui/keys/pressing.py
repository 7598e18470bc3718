"""Keys as they are pressed, one or several after another, until they come to something."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from textual.app import App
from textual.timer import Timer
from textual.widgets import Input, TextArea

from kfdesk.actions import shown
from kfdesk.i18n import _
from kfdesk.tui.keys.footer import following
from kfdesk.tui.lines.content import notify

if TYPE_CHECKING:
    from kfdesk.tui.acting import Acting
    from kfdesk.tui.keys.keymap import Keys

#: Whoever knows the next key has pressed it by then, and sees no panel.
_PANEL_AFTER = 0.25


def _alone(screen: Acting[Any], key: str) -> bool:
    """Whether a key that means nothing was meant for nobody: a letter where no text is written."""
    letter = len(key) == 1 or re.fullmatch(r"f\d+", key) is not None
    return letter and not isinstance(screen.focused, Input | TextArea)


class Pressing:
    """What has been pressed and waits for the next key; a panel says what that may be."""

    def __init__(self, app: App[Any]) -> None:
        self.begun: tuple[str, ...] = ()
        self._app = app
        self._timer: Timer | None = None
        self._wondered: set[str] = set()  # the keys of which it was said that they do nothing

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
        elif key != "escape" and (begun or _alone(screen, key)):
            self._wonder(keys, sequence)
        return bool(begun or self.begun)

    def forget(self) -> None:
        """Another key begins anew."""
        self.begun = ()
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

    def _wonder(self, keys: Keys, sequence: tuple[str, ...]) -> None:
        """Say once of keys that they do nothing, and what does."""
        pressed = shown(" ".join(sequence))
        latin = all(map(str.isascii, sequence))  # by name: an arrow is no letter
        if (known := pressed if latin else "") in self._wondered:
            return
        self._wondered.add(known)
        help_ = "".join(map(shown, keys.of_action["console.help"][:1]))
        told = (
            _("{key} does nothing here; {help} lists the keys")
            if latin
            else _("Keys are Latin letters: switch the input method off ({help} lists them)")
        )
        notify(self._app, told.format(key=pressed, help=help_))

    def _tell(self, screen: Acting[Any], keys: Keys) -> None:
        """Say what may follow, where nothing has followed yet."""
        said = following(screen.scope, keys, self.begun)
        screen.goings.show(self.begun, said, screen.size.width)
