"""What an action is, and where its keys work."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kfdesk.actions.arguments import said
from kfdesk.i18n import _


def N_(message: str) -> str:  # noqa: N802 -- gettext's name for "to be translated at run time"
    """Mark a text for translation without translating it yet."""
    return message


class Scope(StrEnum):
    """Where a key works."""

    GLOBAL = "global"
    QUEUE = "queue"
    CONVERSATION = "conversation"
    COMPOSER = "composer"
    REVIEW = "review"
    SHEET = "sheet"
    WHY = "why"
    CONFIRM = "confirm"
    VIEWS = "views"
    SEARCH = "search"
    CARD = "card"
    BOARD = "board"
    REPORTS = "reports"
    RULES = "rules"
    ERRORS = "errors"
    LOG = "log"
    OUTBOX = "outbox"
    QUARANTINE = "quarantine"
    ARTICLES = "articles"
    CHANNELS = "channels"
    GUIDE = "guide"
    CALL = "call"
    SOURCE = "source"

    @property
    def words(self) -> str:
        """The scope in words."""
        return _(_TITLES[self])

    @property
    def within(self) -> tuple[Scope, ...]:
        """The scopes whose keys work here, the narrowest first."""
        if self is Scope.GLOBAL:
            return (self,)
        return (self, Scope.GLOBAL) if self in _PANES else (self, Scope.SHEET, Scope.GLOBAL)


_TITLES = {
    Scope.GLOBAL: N_("Everywhere"),
    Scope.QUEUE: N_("Queue"),
    Scope.CONVERSATION: N_("Conversation"),
    Scope.COMPOSER: N_("Composer"),
    Scope.REVIEW: N_("Before sending"),
    Scope.SHEET: N_("Other screens"),
    Scope.WHY: N_("Why"),
    Scope.CONFIRM: N_("Before many tickets are changed"),
    Scope.VIEWS: N_("Views"),
    Scope.SEARCH: N_("Search"),
    Scope.CARD: N_("Customer"),
    Scope.BOARD: N_("Board"),
    Scope.REPORTS: N_("Reports"),
    Scope.RULES: N_("Rules"),
    Scope.ERRORS: N_("Configuration"),
    Scope.LOG: N_("Activity"),
    Scope.OUTBOX: N_("Outbox"),
    Scope.QUARANTINE: N_("Quarantine"),
    Scope.ARTICLES: N_("Knowledge base"),
    Scope.CHANNELS: N_("Channels"),
    Scope.GUIDE: N_("First steps"),
    Scope.CALL: N_("While somebody calls"),
    Scope.SOURCE: N_("Raw source"),
}
#: Parts of the main screen; every other scope is a screen over it, and has the keys of SHEET too.
_PANES = (
    *(Scope.QUEUE, Scope.CONVERSATION, Scope.COMPOSER, Scope.REVIEW, Scope.VIEWS),
    *(Scope.SHEET, Scope.CALL),
)
#: Where tickets are looked through or read.
READ = (Scope.QUEUE, Scope.CONVERSATION)
#: Wherever nothing is being typed.
LOOK = (*READ, Scope.VIEWS, Scope.SHEET)


@dataclass(frozen=True, slots=True)
class Action:
    """One thing a person can do; `hint` names it in the footer, where there is room for a word.

    A key is Textual's name of it; several with a blank between are pressed one after another.
    """

    id: str
    message: str
    keys: tuple[str, ...]
    scopes: tuple[Scope, ...]
    hint_message: str = ""
    aliases: tuple[str, ...] = ()
    argument: str = ""  # what may follow on the `:` line
    undoable: bool = False
    listed: bool = True  # in the palette: a movement is for keys alone
    key_is_argument: bool = False
    local: bool = False  # it needs programs or files of this machine: not for a console on the web

    @property
    def title(self) -> str:
        """The action in words."""
        return _(self.message)

    @property
    def command(self) -> str:
        """What to write on the `:` line; empty if it has no name there."""
        return f":{self.aliases[0]} {said(self.argument)}".rstrip() if self.aliases else ""

    @property
    def hint(self) -> str:
        """The action in a word or two, for the footer; empty if it is not shown there."""
        return _(self.hint_message) if self.hint_message else ""


def move(name: str, message: str, *keys: str) -> Action:
    """A movement, wherever there is something to move in."""
    return Action(f"move.{name}", message, keys, LOOK, listed=False)
