"""Canned replies to choose from, each shown as it would read on the ticket."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from kfdesk.i18n import _
from kfdesk.tui.lines.content import content
from kfdesk.tui.pickers.picker import Choice, Previewed

if TYPE_CHECKING:
    from kfdesk.desk.conversation.canned import Canned, Offer


class Replies(Previewed):
    """The list narrows as one types; below it stands the one under the cursor, filled in."""

    def __init__(self, offer: Offer) -> None:
        self._offer = offer
        self._by_key = {_key(one): one for one in offer.replies}
        super().__init__(_("Canned replies"), [])
        self._shown = self.narrowed("")

    def narrowed(self, text: str) -> list[Choice]:
        """What is left of the list, the likeliest first."""
        from kfdesk.desk.conversation.canned import ranked

        found = ranked(self._offer.replies, text, self._offer.language)
        return [Choice(_key(one), one.title or one.name, _more(one)) for one in found]

    def previewed(self, choice: Choice | None) -> Content:
        """What it would say."""
        if choice is not None:
            return content(self._offer.texts[self._by_key[choice.value]])
        if self._offer.replies:
            return content(_("Nothing has these words"))
        return content(_("No canned replies yet: F6 saves what you wrote"))


def _key(one: Canned) -> str:
    return f"{one.name}\n{one.language}"


def _more(one: Canned) -> str:
    """What stands at the right of a line: the name where the title stands first."""
    return one.name if one.title and one.title != one.name else one.language
