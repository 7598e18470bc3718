"""`@li.wei`, `@李伟`, `@team:refunds` in a note: whom it calls upon."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches

from kfdesk.i18n import _
from kfdesk.settings import Settings
from kfdesk.text import fold

#: What may be a name behind an @; in front of it stands no letter, or it is an address.
_AT = re.compile(r"(?<![A-Za-z0-9._%+-])[@＠](?=\S)")
_WORD = re.compile(r"[\w.:-]*\w")
_MORE = re.compile(r"[A-Za-z0-9_]|[.-][A-Za-z0-9_]")


@dataclass(frozen=True, slots=True)
class Mentioned:
    """Agents and teams that a text names, and what stands behind an @ and is nobody."""

    agents: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


def names(settings: Settings) -> dict[str, tuple[str, str]]:
    """Return {folded: (agent or team, its name)}: all that may stand behind an @."""
    found: dict[str, tuple[str, str]] = {}
    for team in settings.teams:
        for word in (f"team:{team.name}", f"team:{team.title}", team.title, team.name):
            found[fold(word)] = "team", team.name
    for agent in settings.agents:
        for word in (agent.title, agent.name, f"agent:{agent.name}"):
            found[fold(word)] = "agent", agent.name
    return {word: who for word, who in found.items() if word and not word.endswith(":")}


def callable_names(settings: Settings) -> tuple[str, ...]:
    """Return what a person may write behind an @: agents by name and title, then teams."""
    found = [word for a in settings.agents for word in (a.name, a.title) if word]
    found += [word for t in settings.teams for word in (t.name, t.title) if word]
    return tuple(dict.fromkeys(found))


def mentioned(settings: Settings, text: str) -> Mentioned:
    """Find whom a text calls upon: the longest name that stands behind each @."""
    if "@" not in text and "＠" not in text:
        return Mentioned()
    known = names(settings)
    # Folding may take several characters for one, of which a name cannot have many.
    longest = 3 * max(map(len, known), default=0)
    agents: dict[str, None] = {}
    teams: dict[str, None] = {}
    unknown: dict[str, None] = {}
    for at in _AT.finditer(text):
        rest = text[at.end() : at.end() + longest + 1]
        match = _longest(known, rest)
        if match is None:
            if word := _WORD.match(text, at.end(), at.end() + 100):
                unknown[word[0]] = None
        else:
            kind, name = match
            (agents if kind == "agent" else teams)[name] = None
    return Mentioned(tuple(agents), tuple(teams), tuple(unknown))


def _longest(known: dict[str, tuple[str, str]], rest: str) -> tuple[str, str] | None:
    """Whom the beginning of a text names; a name that ends in a Latin letter ends there."""
    for length in range(len(rest), 0, -1):
        head, tail = rest[:length], rest[length:]
        if head[-1].isascii() and _MORE.match(tail):
            continue
        if (found := known.get(fold(head))) is not None and not head[-1].isspace():
            return found
    return None


def hint(settings: Settings, text: str) -> str:
    """Say who is named in a note and is nobody, with the nearest name; empty if all are known."""
    unknown = mentioned(settings, text).unknown
    if not unknown:
        return ""
    known = [*(a.name for a in settings.agents), *(t.name for t in settings.teams)]
    near = get_close_matches(unknown[0], known, 1)
    told = _("nobody is called @{name}, and nobody was told").format(name=unknown[0])
    return told + (_(" (did you mean “{name}”?)").format(name=f"@{near[0]}") if near else "")
