"""The patterns mean the same on every Python that kfdesk runs on."""

from __future__ import annotations

import re
from pathlib import Path

import kfdesk


def test_no_pattern_repeats_a_group_possessively() -> None:
    """Python before 3.11.5, which Debian 12 has, matches such groups wrongly (gh-106052)."""
    possessive = re.compile(r"""^[^#\n]*r?["'].*\)(?:[*+?]|\{[0-9,]+\})\+""", re.M)
    for file in Path(kfdesk.__file__).parent.rglob("*.py"):
        found = possessive.search(file.read_text(encoding="utf-8"))
        assert found is None, f"{file.name}: {found and found[0]}"
