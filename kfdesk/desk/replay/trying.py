"""Rules tried on what happened to a desk between two instants; nothing is written to it."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from kfdesk.desk.replay.report import Replay, report
from kfdesk.desk.replay.run import Run, journal_of
from kfdesk.rules.language.known import Known
from kfdesk.rules.language.query import parse
from kfdesk.rules.language.tree import Query
from kfdesk.rules.reading.load import load
from kfdesk.rules.triggers import Ruleset
from kfdesk.settings import Settings
from kfdesk.store.history.past import Past


def replay(
    database: Path, settings: Settings, since: datetime, until: datetime, ticket: int | None = None
) -> Replay:
    """Try the rules of a configuration on what happened to a desk's database between two instants.

    Nothing is written to the desk. `ticket` asks for the difference to one only, event by event.
    ConfigError where the rules cannot be read; StoreError where the desk cannot.
    """
    rules, known = load(settings), Known.of(settings)
    groups = [parse(group.when, known) for group in settings.groups if group.when]
    indexed = asks_for_words(rules, groups)
    with (
        Past.open(database) as past,
        tempfile.TemporaryDirectory(prefix="kfdesk-replay-") as folder,
    ):
        window = past.window(since, until)
        file = Path(folder) / "copy.db"
        run = Run.prepare(past, window, settings, file, since, until, indexed=indexed)
        try:
            begun = time.perf_counter()
            run.facts(since)
            run.go(since, until)
            seconds = time.perf_counter() - begun
            with run.desk.store.read() as tx:
                return report(run, journal_of(tx), since, until, seconds, ticket)
        finally:
            run.desk.close()


def asks_for_words(rules: Ruleset, groups: Iterable[Query]) -> bool:
    """Whether anything that happens by itself looks into the full-text index."""
    queries = [
        *(rule.when for rule in rules.every),
        *(policy.when for policy in rules.policies),
        *(route.when for route in rules.routes),
        *(source.when for route in rules.routes for source in route.source),
        *groups,
    ]
    return any(
        column.startswith("search.")
        for query in queries
        for term in query.terms()
        for column in term.field.columns
    )
