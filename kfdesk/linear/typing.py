"""Texts of several lines: typed up to a single dot, or in an editor; a draft all the while."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

from kfdesk import output
from kfdesk.editor import command
from kfdesk.errors import UserError
from kfdesk.i18n import _, ngettext

Ask = Callable[[str], str | None]


def typed(ask: Ask, draft: str, keep: Callable[[str], None], editor: str) -> str | None:
    """Return a text that was finished; None where it was left as a draft. `keep` gets every line.

    A line that begins with a dot is a word to us; two dots make one dot of the text.
    """
    lines = draft.splitlines()
    if lines:
        _tell_draft(lines)
    output.line(_("A single dot ends the text. .help names the other words."))
    while (line := ask("> ")) is not None:
        match line.strip():
            case ".":
                return "\n".join(lines)
            case ".leave":
                return None
            case ".clear":
                lines = []
                output.line(_("Begun anew."))
            case ".read":
                for number, text in enumerate(lines, 1):
                    output.line(f"{number}. {text}")
            case ".edit":
                lines = edited("\n".join(lines), editor).splitlines()
                _tell_draft(lines)
            case ".help":
                output.line(_(".read reads the text, .clear begins anew, .edit opens the editor, "
                              ".leave keeps it as a draft, .. is a dot."))  # fmt: skip
            case word if word.startswith(".") and not word.startswith("..") and " " not in word:
                output.line(_("{word} is unknown; .help names what is known").format(word=word))
            case _text:
                lines.append(line.removeprefix(".") if line.startswith("..") else line)
        keep("\n".join(lines))
    return None


def _tell_draft(lines: list[str]) -> None:
    said = ngettext("The draft has {n} line.", "The draft has {n} lines.", len(lines))
    output.line(said.format(n=len(lines)))


def edited(text: str, editor: str) -> str:
    """The text as it comes back from the editor."""
    with tempfile.TemporaryDirectory(prefix="kfdesk-") as folder:
        file = Path(folder) / "reply.txt"
        file.write_text(text + "\n", encoding="utf-8")
        argv = command(editor, str(file))
        try:
            subprocess.run(argv, check=True)  # noqa: S603 -- the user's own editor
        except (OSError, subprocess.CalledProcessError) as error:
            raise UserError(
                _("the editor “{command}” failed: {why}").format(command=argv[0], why=error)
            ) from error
        return file.read_text(encoding="utf-8", errors="replace").rstrip("\n")
