"""Articles to put into an answer, and tickets to learn from: each list with what is under the
cursor."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Input

from kfdesk.i18n import _
from kfdesk.text import shorten
from kfdesk.tui.frame.prompt import Line
from kfdesk.tui.lines.content import content
from kfdesk.tui.pickers.picker import Choice, Previewed

if TYPE_CHECKING:
    from kfdesk.desk.knowledge.reading import Entry
    from kfdesk.desk.knowledge.similar import Similar

_SEARCH_AFTER = 0.12
_LONGEST = 3_000
#: What is chosen: `text NAME` or `link NAME`.
TEXT, LINK = "text", "link"


class Articles(Previewed):
    """Articles found as one types, the best first; Enter takes the text, ^L the link.

    One that is not for customers asks once more.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+l", "link", show=False, priority=True),
    ]

    def __init__(
        self, search: Callable[[str], Awaitable[list[Entry]]], words: str, *, to_customer: bool
    ) -> None:
        super().__init__(_("Articles"), [])
        self._search, self._words, self._to_customer = search, words, to_customer
        self._entries: dict[str, Entry] = {}
        self._warned = ""  # the article that was asked about
        self._asked: str | None = None
        self._typing: Timer | None = None

    def on_mount(self) -> None:
        """Begin with the words of the ticket, which a key takes the place of."""
        line = self.query_one(Line)
        with self.prevent(Input.Changed):
            line.value = self._words
        line.select_all()
        self._look()

    def typed(self, text: str) -> None:
        """Search a moment after the last key."""
        del text
        if self._typing is not None:
            self._typing.stop()
        self._typing = self.set_timer(_SEARCH_AFTER, self._look)

    @work(exclusive=True)
    async def _look(self) -> None:
        text = self.query_one(Line).value
        found = await self._search(text)
        self._asked = text
        self._entries = {one.article.name: one for one in found}
        self._shown = [
            Choice(name, one.article.title, _more(one)) for name, one in self._entries.items()
        ]
        self._fill()

    def previewed(self, choice: Choice | None) -> Content:
        """The article, and whether customers may read it."""
        if choice is None:
            waits = self._asked is None
            return content((_("looking…") if waits else _("Nothing has these words"), "$ink-muted"))
        one = self._entries[choice.value]
        parts: list[str | tuple[str, str]] = []
        if self._to_customer and not one.article.public:
            again = choice.value == self._warned
            said = _("Internal: customers should not read it.")
            ask = _("Enter again inserts it anyway.") if again else ""
            parts += [(f"{said} {ask}".rstrip(), "$warning bold"), "\n"]
        told = "  ·  ".join(filter(None, (one.article.name, one.article.category, one.link)))
        return content(*parts, (told, "$ink-muted"), "\n", one.article.text[:_LONGEST])

    def take(self, choice: Choice, how: str = TEXT) -> None:
        """Take the text, or the link."""
        internal = self._to_customer and not self._entries[choice.value].article.public
        if internal and self._warned != choice.value:
            self._warned = choice.value
            self.preview()
            return
        self.dismiss(f"{how} {choice.value}")

    def action_link(self) -> None:
        """Take the link of the one under the cursor."""
        if (choice := self.chosen) is not None:
            self.take(choice, LINK)


def _more(one: Entry) -> str:
    """What stands at the right of a line."""
    told = [] if one.article.public else [_("internal")]
    if one.counts.uses:
        told.append(f"×{one.counts.uses}")
    return " ".join([*told, one.article.language])


class SimilarTickets(Previewed):
    """Tickets like one, solved ones first; below stands how each was solved. Enter opens it."""

    def __init__(self, found: Sequence[Similar]) -> None:
        self._found: Mapping[str, Similar] = {str(one.case.number): one for one in found}
        choices = [
            Choice(
                number,
                f"#{number} {one.case.subject}",
                " ".join(
                    filter(None, ("≈" * one.same_customer, f"{one.score:.0%}", "✓" * one.solved))
                ),
            )
            for number, one in self._found.items()
        ]
        super().__init__(_("Similar tickets"), choices)

    def previewed(self, choice: Choice | None) -> Content:
        """How it was solved."""
        if choice is None:
            said = _("Nothing has these words") if self._found else _("No other ticket is like it")
            return content((said, "$ink-muted"))
        one = self._found[choice.value]
        lines = one.solution or [_("It is not solved yet.")]
        return content(
            (one.headline, "$ink-muted"), "\n", shorten(lines[0], 300), "\n", "\n".join(lines[1:])
        )
