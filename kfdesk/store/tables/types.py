"""How times are kept: integers in the database (ms since 1970, UTC), aware in Python."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger
from sqlalchemy.types import TypeDecorator


class UtcTime(TypeDecorator[datetime]):
    """An aware datetime, kept as integer milliseconds UTC."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Any) -> int | None:
        return None if value is None else to_ms(value)

    def process_result_value(self, value: int | None, _dialect: Any) -> datetime | None:
        return None if value is None else from_ms(value)


def to_ms(at: datetime) -> int:
    """Milliseconds since 1970 of an aware datetime."""
    return int(at.timestamp() * 1000)


def from_ms(ms: int) -> datetime:
    """The aware datetime of milliseconds since 1970."""
    return datetime.fromtimestamp(ms / 1000, UTC)
