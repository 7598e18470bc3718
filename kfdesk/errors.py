"""The one error tree.

    KfdeskError                 exit 1
    ├── UserError               exit 2  a wrong argument: says what to type instead
    │   └── FieldError                  fields of a ticket that would be empty or wrong, by name
    ├── ConfigError             exit 2  file, line, key, what was expected; ConfigErrors: several
    │   └── SecretError                 a secret cannot be had: only what needs it stops
    ├── QueryError              exit 2  a wrong query: where, what is known there, nearest name
    ├── RuleError               exit 2  a rule that cannot be loaded
    ├── NotFound                exit 1  no such ticket, message, attachment
    ├── Conflict                exit 1  somebody else changed it since it was read
    │   └── Leased                      a colleague is writing an answer just now
    ├── StoreError              exit 1  database busy, full, damaged, or newer than the program
    └── FetchError(retryable)   exit 3  a channel failed; the others went on

Every message is one sentence for the person in front of the terminal: what is wrong, and what to
do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal


class KfdeskError(Exception):
    """Any failure that kfdesk understands; its text is fit to be shown as it is."""

    exit_code = 1


class UserError(KfdeskError):
    """The command line or an input asks for something that cannot be."""

    exit_code = 2


class FieldError(UserError):
    """Fields of a ticket would be empty or wrong; `fields` is {name: what is wrong with it}."""

    def __init__(self, message: str, fields: Mapping[str, str]) -> None:
        super().__init__(message)
        self.fields = fields


class NotFound(KfdeskError):
    """Something that was named does not exist."""


class Conflict(KfdeskError):
    """A change was based on a version that is no longer the current one."""


class Leased(Conflict):
    """A colleague holds the lease of answering a ticket; `until` says for how long at most."""

    def __init__(self, message: str, agent: str, until: datetime) -> None:
        self.agent, self.until = agent, until
        super().__init__(message)


class StoreError(KfdeskError):
    """The database cannot be opened, read or written."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a file an error is: path, line (from 1), key; for a table also what is inside it."""

    file: str = ""
    line: int = 0
    key: str = ""
    inside: Mapping[str, int] = field(default_factory=dict, repr=False, compare=False)

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        return f"{where}: {self.key}" if self.key else where

    def at(self, key: str) -> Place:
        """The place of a key inside this table: `when`, `imap.host`, `do[1]`."""
        full = f"{self.key}.{key}" if self.key else key
        return Place(self.file, self.inside.get(key, self.line), full)


class ConfigError(KfdeskError):
    """The configuration is wrong; `place` says where."""

    exit_code = 2

    def __init__(self, message: str, place: Place | None = None) -> None:
        self.place = place or Place()
        self.message = message
        super().__init__(f"{self.place}: {message}" if str(self.place) else message)


class SecretError(ConfigError):
    """A secret that the configuration names cannot be had."""


class ConfigErrors(ConfigError):
    """Everything that is wrong with a configuration, one line each; `place` is the first one's."""

    def __init__(self, errors: Sequence[ConfigError]) -> None:
        self.errors = tuple(errors)
        super().__init__("\n".join(map(str, errors)))
        self.place = errors[0].place


class QueryError(KfdeskError):
    """A query cannot be understood; `column` (from 0) and `line` (from 1) say where."""

    exit_code = 2

    def __init__(self, message: str, text: str = "", line: int = 1, column: int = 0) -> None:
        self.message = message
        self.text = text
        self.line = line
        self.column = column
        super().__init__(message)


class RuleError(KfdeskError):
    """A trigger names something that does not exist, or an action of it failed."""

    exit_code = 2


#: What kind of failure a channel has: nobody can be reached, the server says no, or not to us,
#: or a password cannot be had.
Trouble = Literal["", "offline", "refused", "login", "secret"]


class FetchError(KfdeskError):
    """A channel could not be read or written to.

    `retryable` is false where trying again without a person's help cannot work (wrong password).
    `kind` tells what a person must look at: the network, the server, the password.
    """

    exit_code = 3

    def __init__(self, message: str, *, retryable: bool = True, kind: Trouble = "") -> None:
        self.retryable = retryable
        self.kind: Trouble = kind
        super().__init__(message)
