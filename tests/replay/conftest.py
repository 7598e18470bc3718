"""The desks of `tests.desk`, with a past."""

from tests.desk.conftest import OpenOffice, office, opened

__all__ = ["OpenOffice", "office", "opened"]
