"""Searching everything as one types: what was said, customers, articles, each in its section."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING, cast

from kfdesk.actions import Scope
from kfdesk.cells import Part
from kfdesk.desk.tickets.search import Found, beside, parted, search, snippet
from kfdesk.desk.why.paper import Line, Paper
from kfdesk.errors import QueryError
from kfdesk.i18n import _, ngettext
from kfdesk.store.knowledge.articles import Article
from kfdesk.tui.keys.footer import Hint
from kfdesk.tui.lines import when
from kfdesk.tui.lines.hits import pattern
from kfdesk.tui.lines.table import Column, Row
from kfdesk.tui.screens.seldom import Seldom
from kfdesk.tui.screens.split import Split
from kfdesk.tui.source.source import Interrupted
from kfdesk.tui.verbs.kind import desk_of
from kfdesk.tui.verbs.overview import at_message

if TYPE_CHECKING:
    from textual.timer import Timer

    from kfdesk.desk import Desk
    from kfdesk.model import Actor
    from kfdesk.store.fulltext.hits import Hit
    from kfdesk.store.tx import Tx
    from kfdesk.tui.console import Console
    from kfdesk.tui.main import Main

#: What a row is: message, customer or article; its id; its ticket, or its name.
Key = tuple[str, int, str]
_AFTER = 0.08
_NOTHING = Found((), (), False)


class Search(Seldom, Split):
    """The line is open while one types; Enter goes into the list, and from there to a message."""

    scope_of_keys = Scope.SEARCH

    def __init__(self, main: Main, text: str = "") -> None:
        super().__init__(main)
        self._text, self._found = text, _NOTHING
        self._waiting: Timer | None = None
        self._asked = 0
        self.table.empty = _begin

    def title_parts(self) -> list[str | tuple[str, str]]:
        """What was looked for, and how much there is."""
        parts: list[str | tuple[str, str]] = [(_("Search"), "bold")]
        if self._found.words:
            n = len(self._found.hits)
            told = ngettext("{n} message", "{n} messages, the newest first", n)
            count = told.format(n=f"{n}+" if self._found.more else n)
            parts += ["   ", (self._text.strip(), "$warning"), "   ", (count, "$ink-muted")]
        return parts

    def begin(self) -> None:
        """Begin in the line."""
        self.prompt.ask("find", "/ ", self._text)

    def say_keys(self) -> None:
        """Say how one gets from the line into the list."""
        if not self.prompt.display:
            super().say_keys()
            return
        said = [Hint("Enter", _("into the list")), Hint("Esc", _("leave the line"))]
        self.below.show(said, self.size.width)

    # --- asking

    def filtered(self, text: str) -> None:
        """Another text stands in the line: ask once it rests."""
        self._text = text
        if self._waiting is not None:
            self._waiting.stop()
        self._waiting = self.set_timer(_AFTER, lambda: self.attempt(self._ask(text)))

    async def load(self) -> None:
        """Ask again: something has been said since."""
        await self._ask(self._text)

    async def _ask(self, text: str) -> None:
        """Find what was said, then customers and articles; a newer question ends this one."""
        self._asked += 1
        mine, source = self._asked, desk_of(self.main)
        typing = self.prompt.display

        def said(desk: Desk, me: Actor, tx: Tx) -> Found:
            return search(desk, tx, text, me.name, unfinished=typing)

        source.interrupt()
        try:
            found = await self.main.threads.query(source.ask, said)
            if self._take(mine, found):
                more = await self.main.threads.query(
                    source.ask, lambda _desk, _me, tx: beside(tx, found)
                )
                self._take(mine, more)
        except Interrupted:
            if mine == self._asked:  # by somebody else's question
                await self._ask(text)
        except QueryError as error:
            if mine == self._asked and self.prompt.display:
                self.prompt.say(error.message, error.column)

    def _take(self, mine: int, found: Found) -> bool:
        """Show what was found, unless something else has been asked for meanwhile."""
        if mine != self._asked:
            return False
        self._found = found
        self.table.empty = _nothing if found.words else _begin
        self.table.hits = pattern([f"{word}*" for word in found.words])
        if self.prompt.display:
            self.prompt.say()
        self.refresh_rows()
        return True

    # --- showing

    def columns(self) -> Sequence[Column]:
        """Which ticket, when, who said it, what about; and the words where they stand."""
        return (
            Column("", 8, align="right"),
            Column(_("When"), 6, align="right"),
            Column(_("Customer"), 14, least=70),
            Column(_("Subject"), 22, least=100),
            Column(_("Text")),
        )

    def rows(self) -> Sequence[Row]:
        """Messages, then customers, then articles."""
        found = self._found
        return [
            *map(self._message, found.hits),
            *(
                Row(
                    ("customer", one.id, one.email),
                    ((_("customer"), "side"), ("", "text"), (one.name, "strong"), ("", "text"),
                     (f"{one.name} {one.email}", "text")),
                )
                for one in found.customers
            ),
            *(
                Row(
                    ("article", one.id, one.name),
                    ((_("article"), "note"), ("", "text"), ("", "text"), (one.title, "strong"),
                     (f"{one.title} · {one.name}", "text")),
                )
                for one in found.articles
            ),
        ]  # fmt: skip

    def _message(self, hit: Hit) -> Row:
        who = self.main.who
        pieces = snippet(hit.text, self._found.words)
        return Row(
            ("message", hit.message, str(hit.ticket)),
            (
                (f"#{hit.ticket}", "primary"),
                (when.ago(hit.at, who.now(), who.zone), "faint"),
                (hit.customer, "text"),
                (hit.subject, "muted"),
                ("".join(text for text, _lit in pieces), "text"),
            ),
        )

    def about(self, key: Hashable, paper: Paper) -> Sequence[Line]:
        """The message whole, its words lit; or the customer, or the article."""
        kind, id, name = cast("Key", key)
        found = self._found
        if kind == "message":
            hit = next(one for one in found.hits if one.message == id)
            head = f"#{hit.ticket} {hit.subject}"
            told = f"{hit.author} · {paper.words.moment(hit.at)}"
            lines = [*paper.text((head, "strong")), *paper.text((told, "muted")), ()]
            for text in hit.text.splitlines():
                lines += paper.text(*lit(text, found.words)) if text.strip() else [()]
            return lines
        if kind == "customer":
            who = next(one for one in found.customers if one.id == id)
            told = _("Enter lists the tickets of this customer")
            return [*paper.text((who.name, "strong")), *paper.text((who.email, "muted")), (),
                    *paper.text((told, "faint"))]  # fmt: skip
        article = next(one for one in found.articles if one.name == name)
        return self._article(article, paper)

    def _article(self, article: Article, paper: Paper) -> Sequence[Line]:
        lines = [*paper.text((article.title, "strong")), *paper.text((article.name, "muted")), ()]
        for text in article.text.splitlines():
            lines += paper.text(*lit(text, self._found.words)) if text.strip() else [()]
        return lines

    # --- opening

    def open(self) -> None:
        """Open the ticket at the message; list the customer's tickets; read the article whole."""
        if self.table.key is None:
            return
        kind, id, name = cast("Key", self.table.key)
        main, words = self.main, self._found.words
        if kind == "article":
            self.zoom()
            return
        cast("Console", self.app).to_main()
        if kind == "message":
            main.attempt(at_message(main, int(name), id, words[0]))
        else:
            main.perform("queue.filter", f'customer.email:"{name}"')

    def on_prompt_left(self) -> None:
        """Esc in the line: into the list; where nothing was typed, back to where one was."""
        self._close_prompt()
        if not self._text:
            self.leave()


def lit(text: str, words: Sequence[str]) -> list[Part]:
    """A line of text with the words that were looked for lit up."""
    return [(piece, "hit" if hit else "text") for piece, hit in parted(text, words)]


def _begin() -> str:
    """What can be typed, and what is looked through."""
    return "\n".join(
        (
            _("Type words that somebody wrote: a name, an order number, a part of a sentence"),
            "",
            _("All messages, customers and articles are looked through, closed tickets too."),
            _("A query beside the words chooses the tickets: status:open age<7d"),
        )
    )


def _nothing() -> str:
    """What to try next."""
    return "\n".join(
        (_("Nothing was found"), "", _("Try fewer words, or only the beginning of one: refu*"))
    )
