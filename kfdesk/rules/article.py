"""Articles of the knowledge base: Markdown files of one folder, with a head of `key: value`.

They are read when the rules are loaded, to see that they are there, and again for each answer: what
was written since is what the customer gets.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kfdesk.errors import KfdeskError
from kfdesk.i18n import _
from kfdesk.rules.names import hint
from kfdesk.text import clean, clean_line

_HEAD = re.compile(r"---[ \t]*\n(.*?)^---[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)


class NoArticle(KfdeskError):
    """There is no such article, or it cannot be read; says why and what to do."""


@dataclass(frozen=True, slots=True)
class Article:
    """One article: its path without `.md`, what its head says, and the text that answers."""

    name: str
    text: str
    head: Mapping[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """How the article is shown."""
        return self.head.get("title") or self.name


def read(folder: Path | None, name: str) -> Article:
    """Read the article of that name. NoArticle where there is none in the folder."""
    if folder is None:
        raise NoArticle(_('there is no knowledge base: write [kb] with path = "kb/"'))
    parts = name.split("/")
    if "\0" in name or "\\" in name or any(part.strip() in ("", ".", "..") for part in parts):
        message = _("“{name}” is no article: write it like shipping/returns")
        raise NoArticle(message.format(name=name))
    file = folder / f"{name}.md"
    if not file.resolve().is_relative_to(folder.resolve()):
        raise NoArticle(_("“{name}” lies outside of {folder}").format(name=name, folder=folder))
    if not file.is_file():
        known = sorted(
            found.relative_to(folder).with_suffix("").as_posix() for found in folder.rglob("*.md")
        )
        raise NoArticle(
            _("unknown article “{name}”{hint}").format(name=name, hint=hint(name, known))
        )
    try:
        written = clean(file.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise NoArticle(_("{file} cannot be read: {why}").format(file=file, why=error)) from error
    head = _HEAD.match(written)
    text = written[head.end() :] if head else written
    if not text.strip():
        raise NoArticle(_("{file} has no text to answer with").format(file=file))
    return Article(name, text.strip(), _pairs(head[1]) if head else {})


def _pairs(head: str) -> dict[str, str]:
    lines = (line.partition(":") for line in head.splitlines())
    return {key.strip(): clean_line(value).strip("\"' ") for key, colon, value in lines if colon}
