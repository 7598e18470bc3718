"""What is at hand for agents: views, templates, macros, articles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from kfdesk.errors import Place
from kfdesk.settings.kinds import NOWHERE, Name


@dataclass(frozen=True, slots=True)
class View:
    """A named query, in the console and as `kfdesk list --view NAME`."""

    name: Name
    """What the command line calls the view."""
    title: str = ""
    """How the view is shown; without it, its name."""
    query: str = ""
    """Which tickets, in which order."""
    columns: tuple[Name, ...] = ()
    """The columns to show, as `[ui] columns` names them; without it, those."""
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Template:
    """A text for replies; `{{ticket.number}}`, `{{customer.name}}` and the like are filled in."""

    name: Name
    """What rules call the template."""
    subject: str = ""
    """The subject; without it, that of the ticket."""
    text: str = ""
    """The text. `{{name|otherwise}}` gives a default, `{{#if name}}…{{else}}…{{/if}}` leaves a part
    out; docs/query.md lists the names."""
    language: Literal["", "zh", "en"] = ""
    """The language that it is written in. Several templates may share a name, one a language: the
    customer's decides, then the desk's."""
    canned: bool = False
    """Whether agents find it among their canned replies."""
    title: str = ""
    """How it is shown to agents; without it, its name."""
    keywords: tuple[str, ...] = ()
    """Further words that agents find it by."""
    teams: tuple[str, ...] = ()
    """The teams whose agents find it; without it, everybody."""
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Macro:
    """What agents do again and again, with one key: any fields, a reply, a note.

    `do` is as it stands in the file: `rules.load` checks and types it.
    """

    name: Name
    """What `kfdesk macro` calls it."""
    title: str = ""
    """How it is shown; without it, its name."""
    do: tuple[Mapping[str, Any], ...] = ()
    """What happens, in order, all of it or nothing, in the agent's name; the same actions as those
    of a trigger."""
    when: str = ""
    """A query; the macro is offered for tickets that it is true of."""
    teams: tuple[str, ...] = ()
    """The teams whose agents see it; without it, everybody."""
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Kb:
    """The knowledge base."""

    path: Path | None = None
    """The folder of its articles, Markdown files; docs/knowledge.md says how they look."""
    url: str = ""
    """Where customers read them: an article's link is this address, `/`, and its name. An article
    may have a `link` of its own."""
    helped: str = ""
    """The text under an answer that holds an article: {{article.helped}} and
    {{article.not_helped}} are addresses with which the customer says so by mail,
    {{article.title}} and {{article.link}} what they are asked about. Without it nobody is asked."""
    place: Place = NOWHERE
