"""Arguments that several commands take."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer
from typer.core import TyperCommand, TyperGroup

from kfdesk import number
from kfdesk.errors import UserError
from kfdesk.i18n import _

if TYPE_CHECKING:
    from typer._click.core import Context

#: What the database can count to.
MOST = 2**63 - 1

Number = Annotated[
    int, typer.Argument(parser=number.read, metavar="NUMBER", help="The ticket's number.")
]
Body = Annotated[str, typer.Option(help="The text; - reads standard input.")]
Fields = Annotated[list[str] | None, typer.Argument(metavar="[FIELD=VALUE]…")]


class Asking(TyperCommand):
    """A command whose arguments are a query: `-tag:vip` is part of it, and no option."""

    ignore_unknown_options = True

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        """Take what begins with two dashes for an option all the same, mistyped or not."""
        known = {name for option in self.get_params(ctx) for name in option.opts}
        for word in args[: args.index("--")] if "--" in args else args:
            if word.startswith("--") and word.split("=")[0] not in known:
                ctx.fail(_("No such option: {option}").format(option=word))
        return super().parse_args(ctx, args)


class Searching(TyperGroup):
    """Commands on a kind of things; words that are none of their names look for some: `list`."""

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        """Put `list` in front where no command is named."""
        named = next((word for word in args if not word.startswith("-")), "")
        if named not in self.commands and "--help" not in args:
            args = ["list", *args]
        return super().parse_args(ctx, args)


def text(body: str) -> str:
    """Return the text of an option, or of standard input where it is -."""
    if body != "-":
        return body
    try:
        return sys.stdin.read()
    except UnicodeDecodeError as error:
        raise UserError(
            _("standard input is no {encoding} text; convert it with iconv").format(
                encoding=error.encoding
            )
        ) from None
