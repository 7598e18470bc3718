"""The contents of `kfdesk --help`: the commands by what they are for, and where each of them is.

A command is read when it is asked for: to read them all takes longer than most of them run.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping
from importlib import import_module
from inspect import getdoc
from typing import TYPE_CHECKING, Any, cast

from typer.core import TyperCommand, TyperGroup
from typer.main import get_command_from_info, get_command_name, get_group_from_info
from typer.models import CommandInfo, TyperInfo

if TYPE_CHECKING:
    from typer import Typer
    from typer._click.core import Command, Context
    from typer._click.formatting import HelpFormatter

#: Title of a section, and the commands in it.
SECTIONS = {
    "Start and run": "demo init web sync channels outbox doctor backup restore import export",
    "Look": "list search show why similar fields progress survey source attachment board report",
    "Answer": "new reply forward note macro macros replies templates kb",
    "Change": "do set assign solve link unlink spent spam ham quarantine release",
    "Rearrange and undo": (
        "bulk merge unmerge split move delete restore-ticket undo redo history log"
    ),
    "Work together": "side collaborator follow unfollow away back agents call notices",
    "Customers and rules": "customers rules",
}
#: The module of each command.
_MODULES = {
    name: module
    for module, names in {
        "bulk": "bulk macro macros",
        "calling": "call notices",
        "customers": "customers",
        "doing": "do",
        "history": "merge unmerge split move delete restore-ticket undo redo history log",
        "knowledge": "kb",
        "model": "fields solve link unlink spent spam ham quarantine release",
        "operations": "channels outbox doctor backup restore",
        "people": "away back agents",
        "porting": "import export",
        "reading": "list show why similar source attachment",
        "replies": "replies",
        "reports": "report board search",
        "rules": "rules",
        "start": "demo init",
        "sync": "sync",
        "telling": "progress survey templates",
        "web": "web",
        "together": "side collaborator follow unfollow",
        "writing": "new reply forward note set assign",
    }.items()
    for name in names.split()
}
#: Commands that have commands.
_GROUPS = frozenset({"customers", "kb", "replies", "rules", "web"})


class Commands(Mapping[str, "Command"]):
    """All commands by name, each read when it is asked for."""

    def __init__(self) -> None:
        self._read: dict[str, Command] = {}

    def __getitem__(self, name: str) -> Command:
        if name not in self._read:
            found = _found(name)
            self._read[name] = (
                get_group_from_info(
                    found,
                    pretty_exceptions_short=False,
                    suggest_commands=True,
                    rich_markup_mode=None,
                )
                if isinstance(found, TyperInfo)
                else get_command_from_info(
                    found, pretty_exceptions_short=False, rich_markup_mode=None
                )
            )
        return self._read[name]

    def __iter__(self) -> Iterator[str]:
        return iter(_MODULES)

    def __len__(self) -> int:
        return len(_MODULES)

    def told(self, name: str, limit: int) -> str:
        """What a command is for, in one line; neither its options nor its arguments are read."""
        found = _found(name)
        text = (
            cast("Typer", found.typer_instance).info.help
            if isinstance(found, TyperInfo)
            else found.help or getdoc(found.callback)
        )
        return TyperCommand(name, help=str(text)).get_short_help_str(limit)


def _found(name: str) -> CommandInfo | TyperInfo:
    """A command as its module tells of it. KeyError if there is none."""
    app: Typer = import_module(f"kfdesk.commands.{_MODULES[name]}").app
    if name in _GROUPS:
        return TyperInfo(app, name=name)
    by_name = {name_of(info): info for info in app.registered_commands}
    return by_name[name]


def name_of(info: CommandInfo) -> str:
    """What a command is called."""
    return info.name or get_command_name(getattr(info.callback, "__name__", ""))


class Sectioned(TyperGroup):
    """The commands; help lists them in sections, in plain text, with no library to draw it."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self._all = Commands()
        self.commands = cast(MutableMapping[str, "Command"], self._all)

    def list_commands(self, ctx: Context) -> list[str]:  # noqa: ARG002
        """Their names."""
        return list(self._all)

    def format_commands(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Write each section, its texts in one column with those of the others."""
        widest = max(map(len, self.list_commands(ctx)))
        limit = formatter.width - 6 - widest
        for title, names in SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl(
                    [(name.ljust(widest), self._all.told(name, limit)) for name in names.split()]
                )
