"""A letter as it would leave."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kfdesk import output
from kfdesk.i18n import _

if TYPE_CHECKING:
    from kfdesk.desk.sending.preview import Preview


def print_letter(letter: Preview, *, as_json: bool) -> None:
    """Print its head, its text, its files."""
    if as_json:
        output.record(
            {
                "headers": dict(letter.head),
                "bcc": list(letter.bcc),
                "text": letter.text,
                "files": list(letter.files),
                "size": letter.size,
            }
        )
        return
    for name, value in letter.head:
        output.line(f"{name}: {value}")
    if letter.bcc:
        output.line(_("Bcc (in no header): {people}").format(people=", ".join(letter.bcc)))
    output.line("")
    output.line(letter.text.rstrip())
    for file in letter.files:
        output.line(f"▫ {file}")
