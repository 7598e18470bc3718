"""How the application looks: the theme that was asked for, on the terminal that there is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.style import Style
from textual.app import App
from textual.filter import LineFilter, Monochrome, NoColor

from kfdesk.settings import Settings
from kfdesk.tui.looks import theme
from kfdesk.tui.looks.colors import palette
from kfdesk.tui.looks.schemes import OWN, Scheme, fitting
from kfdesk.tui.looks.terminal import Terminal


class Appearance:
    """Puts themes on; `wanted` was asked for, the terminal may show another."""

    def __init__(self, app: App[Any], wanted: str, settings: Settings, terminal: Terminal) -> None:
        self._app = app
        self.wanted = wanted
        #: The styles of line views: one and the same dictionary, whatever theme is worn.
        self.palette: dict[str, Style] = {}
        self.scheme: Scheme
        self.show_on(terminal, settings)

    @property
    def whole(self) -> bool:
        """Whether the terminal has the colours of what was asked for."""
        return self.scheme.name == self.wanted

    @property
    def pictures(self) -> bool:
        """Whether the terminal has colours, and signs, enough for pictures."""
        return self._terminal.colours in ("many", "256") and not self._terminal.ascii

    def wear(self, name: str, settings: Settings) -> None:
        """Put a theme on; one that is worn already is put on anew, with its colours of now."""
        self.wanted = name
        found = theme.find(name, settings.themes) or OWN["kfdesk-dark"]
        self.scheme = fitting(found, self._terminal)
        self.palette.update(palette(self.scheme.colors))
        self._app.register_theme(theme.theme_of(self.scheme))
        if self._app.theme == self.scheme.name:
            self._app.mutate_reactive(App.theme)
        else:
            self._app.theme = self.scheme.name

    def show_on(self, terminal: Terminal, settings: Settings) -> None:
        """Show nothing that a terminal does not have."""
        self._terminal, self._sieve = terminal, theme.Sieve(terminal)
        self.wear(self.wanted, settings)

    def filters(self, textuals: Sequence[LineFilter]) -> Sequence[LineFilter]:
        """What every line passes; Textual's greys for no colour are not ours."""
        kept = [each for each in textuals if not isinstance(each, Monochrome | NoColor)]
        return kept if self._sieve.idle else [*kept, self._sieve]
