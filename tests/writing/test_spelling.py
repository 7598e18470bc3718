"""Spelling in the composer, by a stand-in for aspell that knows one wrong word."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from kfdesk.desk.conversation.spelling import Checkers, language_of
from tests.desk.office import Office
from tests.teamwork.conftest import console, until
from tests.tui.console import text
from tests.writing.test_composer import SIZE, said

CHECKER = """#!{python}
import sys
print("@(#) International Ispell 3.1.20 (a stand-in)", flush=True)
for line in sys.stdin:
    word = line.strip().lstrip("^")
    print("& recieve 2 1: receive, relieve" if word == "recieve" else "*", flush=True)
    print(flush=True)
"""


@pytest.fixture
def aspell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The stand-in is the only program there is."""
    program = tmp_path / "bin" / "aspell"
    program.parent.mkdir()
    program.write_text(CHECKER.format(python=sys.executable), encoding="utf-8")
    program.chmod(0o700)
    monkeypatch.setenv("PATH", str(program.parent))


@pytest.mark.usefixtures("aspell")
async def test_wrong_words_are_underlined_and_put_right(office: Office) -> None:
    async with console(office, size=SIZE) as (app, pilot):
        main = app.main
        await pilot.press("r")
        await until(pilot, lambda: main.composer.display)
        await pilot.press(*"You recieve 2")
        await until(pilot, lambda: main.composer.draft.wrong == {"recieve"})
        line = main.composer.draft.get_line(0)
        assert [(span.start, span.end) for span in line.spans] == [(4, 11)]
        await pilot.press("f8")
        await until(pilot, lambda: "Replace “recieve” with" in text(app))
        await pilot.press("enter")
        await until(pilot, lambda: main.composer.text == "You receive 2")
        await until(pilot, lambda: not main.composer.draft.wrong)


async def test_without_a_checker_that_is_said_once_it_is_asked_for(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    async with console(office, size=SIZE) as (app, pilot):
        await pilot.press("r")
        await until(pilot, lambda: app.main.composer.display)
        await pilot.press(*"recieve", "f8")
        await until(pilot, lambda: "install aspell or hunspell" in said(app))


@pytest.mark.usefixtures("aspell")
def test_one_child_checks_a_language_however_many_ask_at_once_and_none_is_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begun: list[subprocess.Popen[str]] = []
    popen = subprocess.Popen

    def counted(*args: object, **kwargs: object) -> subprocess.Popen[str]:
        begun.append(popen(*args, **kwargs))  # type: ignore[call-overload]
        return begun[-1]

    monkeypatch.setattr("subprocess.Popen", counted)
    checkers = Checkers()
    asking = [threading.Thread(target=checkers.of, args=("en",)) for _one in range(4)]
    for thread in asking:
        thread.start()
    for thread in asking:
        thread.join()
    checker = checkers.of("en")
    assert checker is not None
    assert checker.wrong(["recieve", "parcel"]) == {"recieve"}
    begun[0].kill()
    assert checker.wrong(["adress"]) == set()  # it died: it knows no wrong words any more
    checkers.close()
    assert checkers.of("en") is None
    assert [one.returncode is not None for one in begun] == [True]


@pytest.mark.parametrize(
    ("profile", "text", "asked", "language"),
    [
        ("", "Hello, this is for you", "", "en"),
        ("", "Guten Tag, wir habben Ihre", "", "de"),
        ("", "Bjr", "Bonjour, je voudrais savoir si vous avez une autre couleur.", "fr"),
        ("", "We have it in blue", "Haben Sie das auch und ist es blau?", "en"),
        ("", "OK", "谢谢", "en"),
        ("", "好的 OK", "Bonjour, vous avez une autre", ""),
        ("fr", "OK", "", "fr"),
        ("zh", "Dear customer", "", "en"),
    ],
)
def test_a_text_is_checked_in_the_recipients_language(
    profile: str, text: str, asked: str, language: str
) -> None:
    """Of their profile, of what is written already, of what they wrote; Chinese in none."""
    assert language_of(profile, text, asked) == language
