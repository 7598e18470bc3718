"""Read a query of the configuration: where it is wrong, the error names file and line too."""

from __future__ import annotations

from kfdesk.errors import ConfigError, Place, QueryError
from kfdesk.rules.language.known import Known
from kfdesk.rules.language.tree import Query


def query(
    text: str, known: Known, place: Place, *, rule: bool = True, events: bool = False
) -> Query:
    """Read it, for a rule or for a list; `events` are there for triggers and bots alone.

    ConfigError says what is wrong, with a caret below the place.
    """
    from kfdesk.rules.language.query import parse

    try:
        return parse(text, known, rule=rule, events=events)
    except QueryError as error:
        raise query_error(error, place) from error


def query_error(error: QueryError, place: Place) -> ConfigError:
    """A wrong query of the configuration: what is wrong, and a caret below the place."""
    from kfdesk.rules.language.query import point

    return ConfigError(f"{error}\n{point(error)}", place)
