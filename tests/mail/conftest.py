"""Examples may take their time: the machine is shared, and the first guess imports chardet."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("patient", deadline=None)
settings.load_profile("patient")
