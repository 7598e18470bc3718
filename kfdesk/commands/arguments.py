"""Arguments that several commands take."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from kfdesk.errors import UserError
from kfdesk.i18n import _

#: What the database can count to.
MOST = 2**63 - 1

Number = Annotated[int, typer.Argument(min=1, max=MOST, help="The ticket's number.")]
Body = Annotated[str, typer.Option(help="The text; - reads standard input.")]
Fields = Annotated[list[str] | None, typer.Argument(metavar="[FIELD=VALUE]…")]


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
