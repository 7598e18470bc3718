"""The knowledge base: articles found as one types, read as a page, put into a reply, written."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

from kfdesk.actions import Scope, shown
from kfdesk.cells import plain_line
from kfdesk.desk import Desk
from kfdesk.desk.knowledge import gaps, reading, writing
from kfdesk.desk.knowledge.gaps import Gap
from kfdesk.desk.knowledge.reading import Entry
from kfdesk.desk.why.paper import Paper
from kfdesk.i18n import _, ngettext
from kfdesk.model import Actor
from kfdesk.tui.frame.prompt import Prompt
from kfdesk.tui.lines.content import notify
from kfdesk.tui.lines.page import Line
from kfdesk.tui.lines.table import Column, Row
from kfdesk.tui.screens.split import Split
from kfdesk.tui.verbs.kind import Work, desk_of

if TYPE_CHECKING:
    from kfdesk.tui.console import Console
    from kfdesk.tui.main import Main

#: What was asked for so long is looked through for what has no article.
_SINCE = timedelta(days=90)
_MOST = 50


class Articles(Split):
    """The list is by category, or what fits the words best; the page is the article."""

    scope_of_keys = Scope.ARTICLES
    VERBS: ClassVar = {
        "article.page": lambda self, _argument: self.zoom(),
        # The sheet goes meanwhile: what is left to do is the main screen's.
        "article.insert": lambda self, _argument: self.main.attempt(self.insert(as_link=False)),
        "article.link": lambda self, _argument: self.main.attempt(self.insert(as_link=True)),
        "article.edit": lambda self, _argument: self.edit(),
        "article.new": lambda self, argument: self.new(argument),
        "article.gaps": lambda self, _argument: self.turn(),
    }

    def __init__(self, main: Main, words: str = "") -> None:
        super().__init__(main)
        self._text = words
        self._found: dict[str, Entry] = {}
        self._gaps: Sequence[Gap] | None = None  # shown instead of the articles
        key = "".join(map(shown, main.keys.of_action["compose.article"][:1]))
        self.table.empty = lambda: "\n".join(
            (
                _("No article fits; a writes one"),
                "",
                _(
                    "An article is an answer that is written once. While you reply, {key} finds it "
                    "and puts it into the text."
                ).format(key=key),
            )
        )

    def title_parts(self) -> list[str | tuple[str, str]]:
        """What is listed."""
        if self._gaps is not None:
            return [(_("Asked most without an article"), "bold")]
        n = len(self._found)
        told = ngettext("{n} article", "{n} articles", n).format(n=n)
        parts: list[str | tuple[str, str]] = [(_("Knowledge base"), "bold"), f"   {told}"]
        if self._text:
            parts += ["   ", ("/ ", "$primary bold"), (plain_line(self._text), "$warning")]
        return parts

    def columns(self) -> Sequence[Column]:
        """Of articles what they are and how they did; of questions how often they were asked."""
        if self._gaps is not None:
            return (
                Column(_("Asked"), 6, align="right"),
                Column(_("Question")),
                Column(_("Category"), 18, least=60),
            )
        return (
            Column(_("Category"), 16, least=60, snug=True),
            Column(_("Title")),
            Column(_("For"), 8, least=50, snug=True),
            Column(_("Sent"), 5, align="right"),
            Column(_("Helped"), 7, align="right", least=50),
        )

    def rows(self) -> Sequence[Row]:
        """What was found."""
        if self._gaps is not None:
            return [
                Row(
                    n,
                    (
                        (str(gap.count), "warning"),
                        (plain_line(gap.title), "text"),
                        (plain_line(gap.category or "–"), "muted"),
                    ),
                )
                for n, gap in enumerate(self._gaps)
            ]
        return [self._row(entry) for entry in self._found.values()]

    def _row(self, entry: Entry) -> Row:
        one, counts = entry.article, entry.counts
        said = counts.helped + counts.not_helped
        share = f"{100 * counts.helped // said} %" if said else "–"
        return Row(
            one.name,
            (
                (plain_line(one.category or "–"), "muted"),
                (plain_line(one.title), "strong"),
                (_("public") if one.public else _("internal"), "success" if one.public else "note"),
                (str(counts.uses or "–"), "text"),
                (share, "text"),
            ),
        )

    def about(self, key: Hashable, paper: Paper) -> Sequence[Line]:
        """The article, or where a question was asked."""
        if isinstance(key, int):
            return list(self._asked(key, paper))
        return list(self._told(self._found[str(key)], paper))

    def _asked(self, n: int, paper: Paper) -> Iterator[Line]:
        assert self._gaps is not None
        gap = self._gaps[n]
        yield from paper.text((plain_line(gap.title), "strong"))
        yield from paper.text((_("asked {n} times").format(n=gap.count), "muted"))
        yield ()
        yield from paper.text((_(", ").join(f"#{number}" for number in gap.examples), "primary"))
        yield from paper.text((" ".join(map(plain_line, gap.words)), "muted"))
        yield ()
        yield from paper.text((_("Enter reads a ticket · a begins the article"), "muted"))

    def _told(self, entry: Entry, paper: Paper) -> Iterator[Line]:
        one, counts = entry.article, entry.counts
        yield from paper.text((plain_line(one.title), "strong"))
        about = [one.name, one.category, _("public") if one.public else _("internal")]
        about += [*entry.languages, entry.link]
        yield from paper.text((plain_line(" · ".join(filter(None, about))), "muted"))
        told = _("sent {n} times, helped {helped}, did not help {not_helped}")
        told = told.format(n=counts.uses, helped=counts.helped, not_helped=counts.not_helped)
        yield from paper.text((told, "muted"))
        yield ()
        for line in one.text.splitlines():
            heading = line.startswith("#")
            shown = line.lstrip("#").strip() if heading else line
            yield from paper.text((plain_line(shown) or " ", "primary" if heading else "text"))

    # --- reading

    async def load(self) -> None:
        """Read what is listed."""
        text, asking = self._text, self._gaps is not None

        def ask(desk: Desk, _me: Actor) -> list[Entry]:
            return reading.search(desk, text) if text.strip() else reading.listing(desk)

        if asking:
            self._gaps = await self._read_gaps()
        else:
            found = await self.main.threads.read(desk_of(self.main).do, ask)
            if text != self._text:
                return  # other words were typed meanwhile
            self._found = {entry.article.name: entry for entry in found}
        self.refresh_rows()

    async def _read_gaps(self) -> list[Gap]:
        return await self.main.threads.query(
            desk_of(self.main).do,
            lambda desk, _me: gaps.gaps(desk, desk.clock() - _SINCE, limit=_MOST),
        )

    def filtered(self, text: str) -> None:
        """Show the articles that the words find, the best first."""
        self._text, self._gaps = text, None
        self.attempt(self.load())

    async def turn(self) -> None:
        """What is asked most without an article, or the articles again."""
        self._gaps = await self._read_gaps() if self._gaps is None else None
        await self.load()

    def open(self) -> Work:
        """Read the article whole; of a question, a ticket in which it was asked."""
        if isinstance(n := self.table.key, int) and self._gaps is not None:
            self.open_ticket(self._gaps[n].examples[0])
        elif self.table.key is not None:
            self.zoom()
        return None

    # --- doing

    async def insert(self, *, as_link: bool) -> None:
        """Put the article into the reply that is being written, or begin one with it."""
        from kfdesk.tui.verbs.writing import open_composer

        main, name = self.main, self.table.key
        written = main.composer.display
        number = main.composer.number if written else main.number
        if not isinstance(name, str) or number is None:
            notify(self.app, _("There is no ticket to answer with it"), "warning")
            return
        said = await main.threads.read(
            desk_of(main).do,
            lambda desk, _me: reading.answer(desk, name, number, as_link=as_link),
        )
        self._app.to_main()
        if not written:
            await open_composer(main, number, "reply")
        begun = not written and bool(main.composer.text.strip())
        main.composer.insert(("\n\n" if begun else "") + said.text)
        if said.warning and main.composer.kind != "note":
            notify(main.app, said.warning, "warning")

    async def edit(self) -> None:
        """Edit the article's file; what it says then is in force at once."""
        name = self.table.key
        if isinstance(name, str):
            path = await self.main.threads.read(
                desk_of(self.main).do, lambda desk, _me: writing.file_of(desk, name)
            )
            await self._edit(str(path))

    async def _edit(self, path: str) -> None:
        from kfdesk.tui.outside.editor import edit

        await edit(self.app, self.main.settings.ui.editor, path)
        await self.load()

    async def new(self, name: str) -> None:
        """Begin an article: by the name that is given or asked for, from the template."""
        if not name.strip():
            self.prompt.ask("article", _("name of the article:") + " ", "")
            return
        n, gaps_ = self.table.key, self._gaps
        gap = gaps_[n] if gaps_ is not None and isinstance(n, int) else None
        path = await self.main.threads.write(
            desk_of(self.main).do,
            lambda desk, _me: writing.begin(
                desk,
                name,
                title=gap.title if gap else "",
                category=gap.category if gap else "",
                keywords=", ".join(gap.words) if gap else "",
            ),
        )
        self._gaps = None
        await self._edit(str(path))

    def on_prompt_entered(self, event: Prompt.Entered) -> None:
        """The name of a new article is written."""
        if event.kind == "article":
            event.prevent_default()
            self._close_prompt()
            if event.text.strip():
                self.attempt(self.new(event.text))

    @property
    def _app(self) -> Console:
        return self.app  # type: ignore[return-value]
