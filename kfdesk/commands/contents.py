"""The contents of `kfdesk --help`: the commands by what they are for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typer.core import TyperGroup

if TYPE_CHECKING:
    from typer._click.core import Context
    from typer._click.formatting import HelpFormatter

#: Title of a section, and the commands in it.
SECTIONS = {
    "Start and run": "demo init sync outbox doctor backup restore import export",
    "Look": "list show why similar fields progress survey source attachment",
    "Answer": "new reply note macro macros replies templates kb",
    "Change": "set assign solve link unlink spent spam ham quarantine release",
    "Rearrange and undo": "bulk merge unmerge split move delete restore-ticket undo redo history",
    "Work together": "side collaborator follow unfollow away back agents",
    "Customers and rules": "customers rules",
}


class Sectioned(TyperGroup):
    """Commands whose help lists them in sections; plain text, with no library to draw it."""

    def format_commands(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Write each section, its texts in one column with those of the others."""
        widest = max(map(len, self.list_commands(ctx)))
        limit = formatter.width - 6 - widest
        for title, names in SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl(
                    [
                        (name.ljust(widest), self.commands[name].get_short_help_str(limit))
                        for name in names.split()
                    ]
                )
