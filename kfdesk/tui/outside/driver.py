"""How a console speaks with `kfdesk web`, which shows it in a browser; it ends with it."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, cast

from textual import events
from textual.drivers.web_driver import WebDriver
from textual.geometry import Size

from kfdesk.tui.outside import browser

if TYPE_CHECKING:
    from kfdesk.tui.console import Console

#: A console whose server has gone has so many seconds to keep what was being written.
_FAREWELL = 10.0


class BrowserDriver(WebDriver):
    """Textual's driver for the web, for a console that may be shown in one page after another."""

    _told: browser.Told | None = None

    def start_application_mode(self) -> None:
        """Begin to speak; from then on the end of the input is the end of the console."""
        self._write = self._said  # type: ignore[assignment]  # a partial, of os.write
        super().start_application_mode()

    def _said(self, data: bytes) -> int:
        # The reader is gone: the input has ended too, which ends the console in good order.
        with suppress(BrokenPipeError):
            return os.write(self.fileno, data)
        return len(data)

    def write(self, data: str) -> None:
        """Paint, and tell the page what a finger may do there, if that is something else now."""
        super().write(data)
        if (told := browser.told(self._app)) != self._told:
            self._told = told
            self.write_meta({"type": "page", **told._asdict()})

    def run_input_thread(self) -> None:
        """Read until the server says no more, then leave as a person would."""
        super().run_input_thread()
        if not self.exit_event.is_set():
            self._do(self._app.action_quit)
            if not self.exit_event.wait(_FAREWELL):
                os._exit(1)

    def on_meta(self, packet_type: str, payload: dict[str, object]) -> None:
        """Do what the page asks; leave as a person would when it is closed: the draft is kept."""
        app = cast("Console", self._app)
        match packet_type, payload:
            case "quit", _:
                self._do(self._app.action_quit)
            case "again", {"width": int(width), "height": int(height)}:
                self._do(lambda: self._again(Size(width, height)))
            case "do", {"action": str(action), "argument": str(argument)}:
                self._do(lambda: browser.do(app, action, argument))
            case "text", _:
                self._do(lambda: self.write_meta({"type": "text", "text": browser.text(app)}))
            case "file", {"path": str(path), "number": int(number)}:
                self._do(lambda: app.main.take_file(path, number))
            case _:
                super().on_meta(packet_type, payload)

    def _again(self, size: Size) -> None:
        """Show everything once more, to a page that has seen nothing of it."""
        self.write("\x1b[?1049h\x1b[?25l")
        self._enable_mouse_support()
        self._enable_bracketed_paste()
        self._told, self._size = None, size
        if size == self._app.size:
            screen = self._app.screen
            stack = self._app._background_screens
            update = screen._compositor.render_update(full=True, screen_stack=stack)
            self._app._display(screen, update)
        else:
            self._app.post_message(events.Resize(size, size))

    def _do(self, what: Callable[[], object]) -> None:
        with suppress(RuntimeError):  # the loop has ended meanwhile
            self._app.call_later(what)
