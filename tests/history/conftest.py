"""Fixtures: desks in folders of their own."""

from tests.desk.conftest import office, opened

__all__ = ["office", "opened"]
