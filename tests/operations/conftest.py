"""A site of its own for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.operations.site import Site


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """An empty folder where a desk will stand."""
    site = Site(tmp_path)
    yield site
    site.stop()
