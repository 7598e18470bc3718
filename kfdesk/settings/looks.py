"""Themes of the console that a person makes."""

from __future__ import annotations

from dataclasses import dataclass

from kfdesk.errors import Place
from kfdesk.settings.kinds import NOWHERE, Color, Name

#: Those of kfdesk itself that another may inherit from.
OWN_THEMES = ("kfdesk-dark", "kfdesk-light", "kfdesk-contrast-dark", "kfdesk-contrast-light")


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme of the console: some colours of another one, changed."""

    inherits: Name = "kfdesk-dark"
    """The theme that has the other colours: one of kfdesk's own, or of yours."""
    background: Color = ""
    """The ground of the panes."""
    surface: Color = ""
    """The ground of the lines above and below, of pickers and forms."""
    panel: Color = ""
    """The ground of what is typed into, and the lines between the panes."""
    foreground: Color = ""
    """What is read."""
    muted: Color = ""
    """What is read second: times, names of fields."""
    faint: Color = ""
    """What need not be read: numbers, quoted text, headings of columns."""
    primary: Color = ""
    """The accent: keys, titles, what came from customers, new and open tickets."""
    accent: Color = ""
    """What is one's own, marked, or tagged."""
    success: Color = ""
    """What is solved, or was sent."""
    warning: Color = ""
    """What waits, is urgent soon, or is internal."""
    error: Color = ""
    """What is late, urgent, or went wrong."""
    cursor: Color = ""
    """The ground of the line that the cursor is on."""
    marked: Color = ""
    """The ground of marked tickets."""
    note: Color = ""
    """The ground of internal notes."""
    side: Color = ""
    """The ground of side conversations."""
    hit: Color = ""
    """The ground of what was searched for."""
    place: Place = NOWHERE
