"""Themes chosen live, remembered and read anew; terminals with few colours, none, or few signs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kfdesk.config import load
from kfdesk.errors import ConfigError
from kfdesk.settings import Settings, Ui
from kfdesk.tui.first import picture
from kfdesk.tui.looks.schemes import OWN, fitting
from kfdesk.tui.looks.terminal import ASCII, Terminal
from kfdesk.tui.memory.chosen import choice, chosen
from tests.tui.console import WHO
from tests.tui.fake import SETTINGS, row

CONFIGURATION = '[desk]\nname = "Shop"\n\n[[agent]]\nname = "anna"\n'


# --- what the terminal can


@pytest.mark.parametrize(
    ("environ", "colours"),
    [
        ({"TERM": "xterm"}, "16"),
        ({"TERM": "linux"}, "16"),
        ({"TERM": "xterm-256color"}, "256"),
        ({"TERM": "xterm", "COLORTERM": "truecolor"}, "many"),
        ({"TERM": "xterm-256color", "NO_COLOR": "1"}, "none"),
        ({"TERM": "xterm-256color", "NO_COLOR": ""}, "256"),
    ],
)
def test_the_environment_says_how_many_colours_there_are(
    environ: dict[str, str], colours: str
) -> None:
    assert Terminal.of(environ, "utf-8").colours == colours


@pytest.mark.parametrize(
    ("environ", "encoding", "ascii"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "utf-8", False),
        ({"LC_ALL": "C"}, "utf-8", True),
        ({"LC_ALL": "POSIX", "LANG": "en_US.UTF-8"}, "utf-8", True),
        ({"LANG": "zh_CN.GBK"}, "gbk", True),
        ({}, "utf-8", False),
    ],
)
def test_the_locale_says_whether_there_are_more_signs_than_asciis(
    environ: dict[str, str], encoding: str, ascii: bool
) -> None:
    assert Terminal.of(environ, encoding).ascii is ascii


def test_each_sign_has_one_of_ascii_that_is_as_wide() -> None:
    from rich.cells import cell_len

    for sign, stand_in in ASCII.items():
        assert cell_len(chr(sign)) == 1
        assert len(stand_in) == 1
        assert stand_in.isascii()


def test_letters_are_shown_all_the_same_where_the_locale_has_them() -> None:
    assert Terminal(ascii=True).shown("● 退款 │…") == "* 退款 |~"
    assert Terminal(ascii=True, encoding="gbk").shown("✓ 退款 한") == "+ 退款 ??"


@pytest.mark.parametrize("colours", ["many", "16", "none"])
def test_the_first_picture_is_written_in_what_the_terminal_has(colours: str) -> None:
    terminal = Terminal(colours, ascii=True)  # type: ignore[arg-type]
    scheme = fitting(OWN["kfdesk-light"], terminal)
    painted = picture([row(1), row(2)], SETTINGS, WHO, 80, 24, scheme, terminal)
    codes = {code for found in re.findall(r"\x1b\[([0-9;]*)m", painted) for code in [found]}
    assert any("38;2" in code for code in codes) is (colours == "many")
    if colours == "none":
        assert {part for code in codes for part in code.split(";")} <= {"", "0", "1", "4", "7"}
    assert "●" not in painted


# --- choosing


def test_what_the_file_says_later_goes_over_what_was_chosen() -> None:
    settings = Settings(Path("x"), ui=Ui(theme="kfdesk-light"))
    state = choice(settings.ui, "theme", "nord")
    assert chosen(settings, state).ui.theme == "nord"
    assert chosen(Settings(Path("x"), ui=Ui(theme="dracula")), state).ui.theme == "dracula"


def test_a_wrong_theme_of_the_file_is_named_by_its_key(tmp_path: Path) -> None:
    file = tmp_path / "kfdesk.toml"
    for theme, wrong in (
        ('[theme.sea]\nprimary = "blue"', "theme.sea.primary"),
        ('[theme.sea]\nprimry = "#112233"', "theme.sea.primry"),
        ('[theme.sea]\ninherits = "kfdesk-drak"', "theme.sea.inherits"),
        ('[theme.a]\ninherits = "b"\n[theme.b]\ninherits = "a"', "inherits"),
        ("[theme.kfdesk-dark]", "theme.kfdesk-dark"),
    ):
        file.write_text(f"{CONFIGURATION}\n{theme}\n", encoding="utf-8")
        with pytest.raises(ConfigError, match=re.escape(wrong)):
            load(file)
