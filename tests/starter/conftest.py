"""Fixtures: the starter's desk, by day and by night."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.starter.desk import SHUT, Starter


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Starter]:
    """On a Tuesday morning."""
    starter = Starter(tmp_path)
    yield starter
    starter.close()


@pytest.fixture
def night(tmp_path: Path) -> Iterator[Starter]:
    """On a Tuesday night."""
    starter = Starter(tmp_path, SHUT)
    yield starter
    starter.close()
