"""What a stranger writes is text on every screen that lies over the panes, too."""

from __future__ import annotations

from base64 import b64encode

from rich.cells import cell_len

from kfdesk.desk.teamwork.calls import ring
from kfdesk.tui.screens.errors import veiled
from tests.desk.office import Office, raw
from tests.teamwork.conftest import console, until
from tests.teamwork.conftest import office as office
from tests.teamwork.conftest import opened as opened
from tests.tui.console import grid, strips
from tests.tui.test_hostile import HARMFUL

EVIL = (
    "\x1b[2J\x1b]52;c;ZXZpbA==\x07\x9b31m\u202e[/][@click=app.quit]x[/] [b]"
    "Z\u0335\u0340\u0341\u0353\u0335\u0340 退款"
)
WORDS = f"=?utf-8?b?{b64encode(EVIL.encode()).decode()}?="
SCREENS = {
    "b": "BoardSheet", "p": "Reports", "s": "Search", "r": "Rules", "e": "Errors", "o": "Outbox",
    "z": "Quarantine", "k": "Articles", "l": "Log", "h": "Channels",
}  # fmt: skip
OVER = ("I", "w", "E", "o", "ctrl+p", "question_mark", "L", "T", "t")


async def test_nothing_of_a_mail_is_more_than_text_on_any_screen(office: Office) -> None:
    mail = raw(f"{EVIL}\r\nhttps://bank.example@evil.example/{EVIL}\r\n", f"{WORDS} <e@x.example>")
    mail = mail.replace(b"Subject:", b"Subject: " + WORDS.encode() + b"\r\nX-Was:", 1)
    office.receive(mail)
    ring(office.desk, "+8613800138000")
    async with console(office, size=(160, 45)) as (app, pilot):

        def look(where: str) -> None:
            for line in grid(app):
                assert not HARMFUL.search(line), where
                assert cell_len(line) == 160, where
            for segment in (s for strip in strips(app) for s in strip):
                assert segment.style is None or "quit" not in str(segment.style.meta), where

        await until(pilot, lambda: "[@click=app.quit]x" in "".join(grid(app)))
        for key, name in SCREENS.items():
            await pilot.press("g", key)
            await until(pilot, lambda: type(app.screen).__name__ == name)  # noqa: B023
            await pilot.pause()
            look(name)
            app.to_main()
        for key in OVER:
            await pilot.press("enter", key)
            await pilot.pause()
            look(key)
            app.to_main()
            await pilot.press("escape")
        assert app.is_running


def test_a_secret_in_the_file_is_not_shown_beside_what_is_wrong_in_it() -> None:
    """The console may be shown in a browser, or over a shoulder."""
    for line in (
        'password = "hunter2"', 'password = "a\\"hunter2" # x', 'password = "hunter2',
        'imap = { user = "x", password = "p,hunter2", port = 1 }', "secret='''hunter2'''",
        "token = hunter2", '"client_secret" = "hunter2"', 'smtp.password="hunter2"',
        'url = "https://hooks.example/hunter2"',
    ):  # fmt: skip
        assert "hunter2" not in veiled(line)
    for line in ('password = { env = "DESK" }', 'token_url = "https://x"', 'name = "password"'):
        assert veiled(line) == line
