"""Canned replies to choose from, each shown as it would read on the ticket."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.widgets import OptionList, Static

from kfdesk.i18n import _
from kfdesk.tui.content import content
from kfdesk.tui.pickers.picker import Choice, Picker
from kfdesk.tui.prompt import Line

if TYPE_CHECKING:
    from kfdesk.desk.conversation.canned import Canned, Offer


class Replies(Picker):
    """The list narrows as one types; below it stands the one under the cursor, filled in."""

    room = 68

    def __init__(self, offer: Offer) -> None:
        self._offer = offer
        self._by_key = {_key(one): one for one in offer.replies}
        super().__init__(_("Canned replies"), [])
        self._shown = self.narrowed("")

    def compose(self) -> ComposeResult:
        """A title, the line, the list, and what it would say."""
        with Vertical(id="picker"):
            yield Static(content((_("Canned replies"), "bold")), id="picker-title", markup=False)
            yield Line(id="picker-input", compact=True, placeholder=_("type to find"))
            yield OptionList(id="picker-list", compact=True, markup=False)
            with VerticalScroll(id="picker-preview", can_focus=False):
                yield Static(markup=False)

    def narrowed(self, text: str) -> list[Choice]:
        """What is left of the list, the likeliest first."""
        from kfdesk.desk.conversation.canned import ranked

        found = ranked(self._offer.replies, text, self._offer.language)
        return [Choice(_key(one), one.title or one.name, _more(one)) for one in found]

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Show what the one under the cursor would say."""
        event.stop()
        self.preview()

    def _fill(self) -> None:
        super()._fill()
        self.preview()

    def preview(self) -> None:
        """Say it."""
        at = self.query_one(OptionList).highlighted
        said = _("Nothing has these words")
        if at is not None and at < len(self._shown):
            said = self._offer.texts[self._by_key[self._shown[at].value]]
        elif not self._offer.replies:
            said = _("There are none yet: F6 saves what you wrote")
        self.query_one("#picker-preview Static", Static).update(content(said))


def _key(one: Canned) -> str:
    return f"{one.name}\n{one.language}"


def _more(one: Canned) -> str:
    """What stands at the right of a line: the name where the title stands first."""
    return one.name if one.title and one.title != one.name else one.language
