"""The example and the documentation of the configuration are whole, right and up to date."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

from kfdesk.config import document, load
from kfdesk.rules.lint import check
from kfdesk.rules.reading import load as rules

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "config.example.toml"


def test_the_example_loads_without_a_warning() -> None:
    settings = load(EXAMPLE)
    assert settings.warnings == ()
    assert [channel.type for channel in settings.channels] == ["imap", "maildir"]


def test_the_rules_of_the_example_name_only_what_exists() -> None:
    found = rules.load(load(EXAMPLE))
    assert found.rules
    assert found.schedules
    assert found.policies
    assert found.routes
    assert found.calendars


def test_there_is_nothing_to_say_about_the_rules_of_the_example() -> None:
    assert check(load(EXAMPLE)) == []


def test_the_example_shows_every_key_of_every_section() -> None:
    shown: set[tuple[str, str]] = set()
    section = ""
    for line in EXAMPLE.read_text(encoding="utf-8").splitlines():
        if header := re.match(r"#?\[\[?([a-z_.]+)\]", line):
            section = re.sub(r"^(calendar|theme)\..*", r"\1.NAME", header[1])
        elif key := re.match(r"#?([a-z_]+) = ", line):
            shown.add((section, key[1]))
    known = {(name, key.name) for name, kind in document.sections() for key in document.keys(kind)}
    inner = {
        ("agent", "notify"),
        ("agent.shift", "calendar"),
        ("channel", "imap"),
        ("channel.imap", "oauth"),
        ("channel.smtp", "oauth"),
        ("route", "source"),
        ("ui", "alerts"),
    }
    assert known - shown - inner == set()


def test_the_example_loads_with_everything_that_is_commented_out(tmp_path: Path) -> None:
    text = re.sub(r"(?m)^#(?=\[|[a-z_]+ = )", "", EXAMPLE.read_text(encoding="utf-8"))
    text = re.sub(r'(?m)^(password|include|choices = \["one").*\n', "", text)
    file = tmp_path / "kfdesk.toml"
    file.write_text(text, encoding="utf-8")
    (tmp_path / "kb").mkdir()
    assert load(file).channels[0].imap is not None


def test_the_comments_of_the_example_are_those_of_the_settings() -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    assert document.example(text) == text, "run: python -m kfdesk.config.document"


def test_the_page_about_the_configuration_is_up_to_date() -> None:
    page = (ROOT / "docs" / "config.md").read_text(encoding="utf-8")
    assert document.markdown() == page, "run: python -m kfdesk.config.document"


def test_every_key_of_the_settings_has_a_text() -> None:
    for name, kind in document.sections():
        documented = {key.name for key in document.keys(kind)}
        assert documented == {item.name for item in fields(kind)} - {"place"}, name
