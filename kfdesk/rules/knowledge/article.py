"""Articles of the knowledge base: Markdown files of one folder, with a head of `key: value`.

They are read when the rules are loaded, to see that they are there, and again for each answer: what
was written since is what the customer gets. `shipping/returns.md` and `shipping/returns.en.md` are
one article in two languages.
"""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kfdesk.errors import KfdeskError
from kfdesk.i18n import _
from kfdesk.rules.knowledge import front_matter
from kfdesk.rules.names import hint
from kfdesk.text import clean, clean_line

#: A larger file is no article: somebody put something else into the folder.
LARGEST = 1_000_000
_LONGEST_TITLE = 200


class NoArticle(KfdeskError):
    """There is no such article, or it cannot be read; says why and what to do.

    Where a file is broken, `line` says where (0: nowhere in particular) and `why` how.
    """

    def __init__(self, message: str, file: Path | None = None, line: int = 0) -> None:
        place = f"{file}:{line}: " if line else f"{file}: " if file else ""
        super().__init__(f"{place}{message}")
        self.line = line
        self.why = message


@dataclass(frozen=True, slots=True)
class Article:
    """One article: its path without `.md`, what its head says, and the text that answers."""

    name: str
    text: str
    head: Mapping[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """How the article is shown: as its head says, else its first heading, else its name."""
        first = self.text.split("\n", 1)[0]
        heading = clean_line(first.lstrip("#")) if first.startswith("#") else ""
        return (self.head.get("title") or heading or self.name)[:_LONGEST_TITLE]

    @property
    def topic(self) -> str:
        """What it is about: the name that it has in every language."""
        return front_matter.language_of(self.name)[0]

    @property
    def language(self) -> str:
        """Its language, `zh` or `zh-tw`; empty where nothing says it."""
        written = front_matter.language(self.head.get("language", ""))
        return written or front_matter.language_of(self.name)[1]

    @property
    def audience(self) -> str:
        """For whom it is, `internal` or `public`; empty where nothing says it."""
        return self.head.get("audience", "")

    @property
    def public(self) -> bool:
        """Whether customers may read it: only where its head says so."""
        return self.audience == "public"

    @property
    def category(self) -> str:
        """The category of tickets that it answers."""
        return self.head.get("category", "")

    def link(self, url: str) -> str:
        """Where customers read it: its own `link`, else below `url`; empty where nowhere."""
        own = self.head.get("link", "")
        return own or (f"{url.rstrip('/')}/{self.name}" if url else "")


@dataclass(frozen=True, slots=True)
class File:
    """A file of the folder; `stamp` changes whenever it is written."""

    name: str
    path: Path
    stamp: str


def read(folder: Path | None, name: str) -> Article:
    """Read the article of that name; one that only its languages have files of, in any of them.

    NoArticle where there is none in the folder, or its file is broken.
    """
    return versions(folder, name)[0]


def versions(folder: Path | None, name: str) -> tuple[Article, ...]:
    """Read an article in all its languages, the one of that very name first. NoArticle as `read`.

    Another language whose file is broken is left out: `kfdesk kb check` names it.
    """
    if folder is None:
        raise NoArticle(_('there is no knowledge base: write [kb] with path = "kb/"'))
    parts = name.split("/")
    if "\0" in name or "\\" in name or any(part.strip() in ("", ".", "..") for part in parts):
        message = _("“{name}” is no article: write it like shipping/returns")
        raise NoArticle(message.format(name=name))
    file = folder / f"{name}.md"
    if not file.resolve().is_relative_to(folder.resolve()):
        raise NoArticle(_("“{name}” lies outside of {folder}").format(name=name, folder=folder))
    others = [one for one in _variants(folder, name) if one.name != name]
    if file.is_file():
        first = load(File(name, file, ""))
    elif others:
        first = load(others.pop(0))
    else:
        known = sorted({one.name for one in files(folder)})
        raise NoArticle(
            _("unknown article “{name}”{hint}").format(name=name, hint=hint(name, known))
        )
    return (first, *filter(None, map(_readable, others)))


def prefer(articles: Sequence[Article], languages: Iterable[str]) -> Article:
    """Return the article in the first of these languages that there is; else the first one."""
    for wanted in languages:
        for article in articles:
            if speaks(article.language, wanted):
                return article
    return articles[0]


def load(file: File) -> Article:
    """Read a file. NoArticle, with file and line, where it is no article."""
    path = file.path
    try:
        if path.stat().st_size > LARGEST:
            raise NoArticle(_("is larger than {n} bytes: no article is").format(n=LARGEST), path)
        content = path.read_bytes()
    except OSError as error:
        raise NoArticle(_("cannot be read: {why}").format(why=error.strerror), path) from error
    return parse(file.name, content, path)


def parse(name: str, content: bytes, path: Path) -> Article:
    """Read what stands in a file; whatever a terminal would interpret is taken out."""
    if b"\0" in content:
        line = content.count(b"\n", 0, content.index(b"\0")) + 1
        raise NoArticle(_("cannot be read: this is no text"), path, line)
    try:
        written = clean(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        message = _("cannot be read: this is no UTF-8 text; convert it with iconv")
        raise NoArticle(message, path, line) from error
    try:
        head, text = front_matter.split(written)
        _agree(name, head)
    except front_matter.Wrong as error:
        raise NoArticle(str(error), path, error.line) from error
    if not text.strip():
        raise NoArticle(_("has no text to answer with"), path)
    return Article(name, text.strip(), head.values)


def files(folder: Path) -> Iterator[File]:
    """Yield the Markdown files below a folder, by name; no link leads out of it."""
    for path, why in _walk(folder):
        if why:
            continue
        try:
            found = path.stat()
        except OSError:
            continue  # it went away meanwhile
        name = path.relative_to(folder).as_posix().removesuffix(".md")
        yield File(name, path, f"{found.st_mtime_ns}.{found.st_size}.{found.st_ino}")


def strays(folder: Path) -> Iterator[tuple[Path, str]]:
    """Yield the Markdown files that are no articles, and why."""
    return ((path, why) for path, why in _walk(folder) if why)


def _walk(folder: Path) -> Iterator[tuple[Path, str]]:
    inside = folder.resolve()
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(one for one in folders if not one.startswith("."))
        for base in sorted(one for one in names if one.endswith(".md")):
            path, why = Path(place, base), ""
            if clean_line(base) != base or "\\" in base:
                why = _("its name cannot be written: rename it")
            elif path.is_symlink() and not path.resolve().is_relative_to(inside):
                why = _("it leads out of the folder, and is left alone")
            elif not path.is_file():
                why = _("it is no file, or leads to none")
            if not base.startswith("."):
                yield path, why


def speaks(language: str, wanted: str) -> bool:
    """Whether a text in one language is for somebody who wants another: `zh-cn` for `zh`."""
    return bool(language) and language.partition("-")[0] == wanted.lower().partition("-")[0]


def _variants(folder: Path, name: str) -> list[File]:
    """The files of an article, the one without a language first."""
    topic = Path(front_matter.language_of(name)[0])
    found = sorted((folder / topic.parent).glob(f"{glob.escape(topic.name)}*.md"))
    return [
        File((topic.parent / path.stem).as_posix(), path, "")
        for path in found
        if front_matter.language_of(path.stem)[0] == topic.name
        and path.resolve().is_relative_to(folder.resolve())
    ]


def _readable(file: File) -> Article | None:
    try:
        return load(file)
    except NoArticle:
        return None  # `kfdesk kb check` names it


def _agree(name: str, head: front_matter.Head) -> None:
    """Wrong where the name says another language than the head."""
    own = front_matter.language_of(name)[1]
    written = front_matter.language(head.values.get("language", ""))
    if own and written and own != written:
        message = _("the file's name says {own}: write the same language, or none")
        raise front_matter.Wrong(head.lines["language"], message.format(own=own))
