"""The guide as an application: it holds what was said, and writes what `kfdesk init` writes."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path
from typing import Literal

from textual.app import App

from kfdesk import secrets
from kfdesk.desk.admin import setup
from kfdesk.desk.admin.setup import Answers
from kfdesk.tui.guide.welcome import Welcome
from kfdesk.tui.looks import theme as themes
from kfdesk.tui.looks.schemes import OWN

#: What came of it: a configuration, the wish for the demo, or nothing.
Outcome = Path | Literal["demo"] | None


class Guide(App[Outcome]):
    """A few pages, one over another: Esc takes the last one away."""

    TITLE = "kfdesk"
    ENABLE_COMMAND_PALETTE = False
    CSS = """
    Step { align: center middle; background: $background; }
    #card { width: 76; max-width: 100%; height: auto; max-height: 100%; background: $surface;
            border: round $primary; padding: 0 2; }
    #title { height: 1; margin: 0 0 1 0; }
    #body { height: auto; max-height: 17; scrollbar-size-vertical: 1; }
    .text { margin: 0 0 1 0; }
    #keys { height: 1; margin: 1 0 0 0; }
    #wrong { height: auto; }
    Field { height: 1; border: none; background: $panel; padding: 0 1; margin: 0 0 1 0; }
    Step.-short Field { margin: 0; }
    OptionList { height: auto; border: none; background: $surface; padding: 0; }
    """

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.file = file
        self.said: dict[str, str] = {}
        self.register_theme(themes.theme_of(OWN["kfdesk-dark"]))
        self.theme = OWN["kfdesk-dark"].name

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Our variables, for themes that do not have them."""
        return themes.VARIABLES

    def on_mount(self) -> None:
        """Begin."""
        self.push_screen(Welcome())

    def back(self) -> None:
        """Go to the page before; from the first one, leave."""
        if len(self.screen_stack) > 2:
            self.pop_screen()
        else:
            self.exit(None)

    def answers(self) -> Answers:
        """What was said, as `kfdesk init` would know it."""
        known = {question.key for question in setup.questions()}
        said = {key: value for key, value in self.said.items() if key in known}
        names = re.split(r"[,，、;；]", self.said.get("colleagues", ""))
        colleagues = tuple(filter(None, (name.strip() for name in names)))
        keyring = bool(said.get("address")) and secrets.can_keep()
        answers = setup.answer(lambda _question, likely: likely, said)
        return replace(answers, colleagues=colleagues, keyring=keyring)

    def write(self) -> Path:
        """Write the configuration, and keep the password. UserError where that cannot be."""
        answers = self.answers()
        if answers.keyring:
            secrets.keep(setup.keyring_entry(answers.user), self.said["password"])
        file = setup.init(self.file, answers)
        if answers.address and not answers.keyring:
            os.environ[setup.PASSWORD_VARIABLE] = self.said["password"]
        return file


def run(file: Path) -> Outcome:
    """Guide somebody to a configuration at `file`."""
    return Guide(file).run()
