"""A route that names nobody, or half of a strategy, is an error at load."""

from __future__ import annotations

from pathlib import Path

import pytest

from kfdesk.config import load as read
from kfdesk.errors import ConfigError
from kfdesk.rules.reading.load import load
from tests.assignment.desk import CONFIGURATION, NOTHING


def error(folder: Path, *lines: str) -> str:
    """What is said about a route of these lines."""
    file = folder / "kfdesk.toml"
    route = "\n".join(("[[route]]", 'name = "r"', *lines))
    file.write_text(CONFIGURATION.format(name="anna", **NOTHING) + route, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load(read(file))
    return str(caught.value)


@pytest.mark.parametrize(
    ("lines", "place", "hint"),
    [
        (['team = "refund"'], "team", "did you mean refunds"),
        (['exclude = ["anna", "berta"]'], "exclude[1]", "did you mean bert"),
        (
            ['strategies = ["source"]', 'source = [{ when = "", to = "agent:cal" }]'],
            "source[0].to",
            "did you mean carl",
        ),
        (
            ['strategies = ["source"]', 'source = [{ when = "", to = "team:anna" }]'],
            "source[0].to",
            "there are: refunds, tech",
        ),
        (
            ['strategies = ["source"]', 'source = [{ when = "", to = "teck" }]'],
            "source[0].to",
            "did you mean tech",
        ),
        (
            ['strategies = ["source"]', 'source = [{ when = "prioriti:high", to = "anna" }]'],
            "source[0].when",
            "did you mean",
        ),
        (['strategies = ["random"]'], "strategies[0]", "round-robin"),
        (['when = "event:created"'], "when", "event"),
        (['when = "sort:due"'], "when", "sort"),
    ],
)
def test_what_names_nothing_that_exists_is_an_error_with_the_nearest_name(
    tmp_path: Path, lines: list[str], place: str, hint: str
) -> None:
    told = error(tmp_path, *lines)
    assert f": route[0].{place}: " in told or f".{place}: " in told
    assert hint in told


def test_the_strategy_source_without_lines_is_an_error(tmp_path: Path) -> None:
    assert "give it `source`" in error(tmp_path, 'strategies = ["source", "round-robin"]')


def test_lines_that_no_strategy_goes_by_are_an_error(tmp_path: Path) -> None:
    told = error(tmp_path, 'source = [{ when = "", to = "anna" }]')
    assert "among the strategies" in told


def test_all_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    told = error(tmp_path, 'team = "refund"', 'exclude = ["ana"]', 'when = "status:opn"')
    assert len(told.splitlines()) >= 3
    assert all(word in told for word in ("refunds", "anna", "open"))
