"""The `:` line: which commands there are, and what may stand behind each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from kfdesk import i18n, labels
from kfdesk.actions import ACTIONS, BY_ID, Action
from kfdesk.model import Priority, Status
from kfdesk.rules.actions import LINKS
from kfdesk.rules.language.complete import word_start
from kfdesk.tui.frame.offers import Offer
from kfdesk.tui.looks import theme
from kfdesk.tui.pickers.fuzzy import score
from kfdesk.tui.verbs.kind import desk_of

if TYPE_CHECKING:
    from kfdesk.tui.frame.prompt import Prompt
    from kfdesk.tui.main import Main


async def offer(main: Main, prompt: Prompt) -> None:
    """Offer what may stand at the cursor of a command that is typed."""
    before = prompt.before
    name, blank, argument = before.partition(" ")
    action = _named(name) if blank else None
    start, found = 0, _commands(name) if name and not blank else []
    if action is not None and action.id == "queue.filter" and main.source is not None:
        words = await main.threads.read(desk_of(main).complete, argument)
        start, found = len(name) + 1 + word_start(argument, len(argument)), _bare(words)
    elif action is not None and action.id == "ticket.tags" and main.source is not None:
        start = before.rfind(" ") + 1
        minus = before[start:][:1] == "-"
        start += minus
        words = await main.threads.read(desk_of(main).complete, f"tag:{before[start:]}")
        found = _bare([word.removeprefix("tag:") for word in words])
    elif action is not None and action.id in _ARGUMENTS:
        start = len(name) + 1
        found = _narrowed(_ARGUMENTS[action.id](main), argument) if " " not in argument else []
    if prompt.before == before:
        prompt.offer(start, found)


def _bare(words: Iterable[str]) -> list[Offer]:
    return [(word, "") for word in words]


def _commands(typed: str) -> list[Offer]:
    """The commands that begin so, by their aliases first; else those that are found by it."""
    names = [(alias, action.title) for action in ACTIONS for alias in action.aliases]
    names += [(action.id, action.title) for action in ACTIONS if "." in typed]
    return [one for one in names if one[0].startswith(typed)] or _narrowed(names, typed)


def _named(name: str) -> Action | None:
    if name in BY_ID:
        return BY_ID[name]
    return next((action for action in ACTIONS if name in action.aliases), None)


def _narrowed(offers: Iterable[Offer], typed: str) -> list[Offer]:
    """Those that have what was typed in their word or its note, the nearest first."""
    scored = [(score(typed, f"{word} {note}"), (word, note)) for word, note in offers]
    found = [(points, one) for points, one in scored if points is not None]
    return [one for _points, one in sorted(found, key=lambda each: -each[0])]


def _people(main: Main) -> list[Offer]:
    settings = main.settings
    agents = [(agent.name, agent.title) for agent in settings.agents]
    return [*agents, *((f"team:{team.name}", team.title) for team in settings.teams), ("none", "")]


def _statuses(main: Main) -> list[Offer]:
    own = [(one.name, labels.status(Status(one.kind), one.name)) for one in main.settings.statuses]
    return [*((one.value, labels.status(one)) for one in Status), *own]


def _words(*words: str) -> Callable[[Main], list[Offer]]:
    return lambda _main: _bare(words)


#: What may stand behind a command, by its action.
_ARGUMENTS: Mapping[str, Callable[[Main], list[Offer]]] = {
    "ticket.assign": _people,
    "ticket.transfer": _people,
    "ticket.status": _statuses,
    "ticket.priority": lambda _main: [(p.value, labels.priority(p)) for p in reversed(Priority)],
    "ticket.macro": lambda main: [(one.name, one.title) for one in main.settings.macros],
    "ticket.new": lambda main: [(one.name, one.title) for one in main.settings.forms],
    "ticket.snooze": _words("1h", "4h", "1d", "3d", "7d", "none"),
    "ticket.link": _words(*LINKS),
    "agent.away": _words("1h", "3h", "1d"),
    "view.show": lambda main: [(one.name, one.title) for one in main.status.views],
    "report.show": lambda main: [(one.name, one.title) for one in main.settings.reports],
    "console.theme": lambda main: _bare(theme.names(main.settings.themes)),
    "console.language": lambda _main: [*i18n.NAMES.items()],
}
