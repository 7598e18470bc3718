"""Articles in rules: what customers get has to be for them."""

from __future__ import annotations

from pathlib import Path

import pytest

from kfdesk.config import load
from kfdesk.desk.knowledge.usage import usage
from kfdesk.errors import ConfigError
from kfdesk.rules.lint import check
from kfdesk.rules.reading.load import load as rules
from tests.knowledge.conftest import Library, OpenOffice
from tests.knowledge.test_uses import BOT


def written(library: Library, text: str) -> Path:
    """Write more into the configuration."""
    library.file.write_text(library.file.read_text(encoding="utf-8") + text, encoding="utf-8")
    return library.file


def test_a_bot_with_an_internal_article_is_an_error_when_it_is_read(library: Library) -> None:
    library.article("inside", "---\naudience: internal\n---\nOnly for us.")
    file = written(library, BOT.replace("shipping/returns", "inside"))
    with pytest.raises(ConfigError, match=r"article.*“inside” is internal"):
        rules(load(file))


def test_a_bot_with_a_broken_article_names_its_file_and_line(library: Library) -> None:
    library.article("broken", "---\ntitel: x\n---\nx")
    file = written(library, BOT.replace("shipping/returns", "broken"))
    with pytest.raises(ConfigError, match=r"broken.md:2: unknown key “titel”"):
        rules(load(file))


def test_an_article_of_which_nothing_says_that_customers_may_read_it_is_a_warning(
    library: Library,
) -> None:
    found = check(load(written(library, BOT.replace("shipping/returns", "limits"))))
    assert any("nothing says that they may" in one.message for one in found)


def test_a_bot_with_a_public_article_is_fine(opened: OpenOffice) -> None:
    library = opened(BOT)
    assert usage(library.desk)
    assert not any("article" in one.message for one in check(load(library.file)))
