"""The rules: what is loaded, what is wrong with it, what they did to a ticket."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kfdesk import labels
from kfdesk.output import line, record
from kfdesk.output.terminal import console, laid_out

if TYPE_CHECKING:
    from kfdesk.desk.why import Why
    from kfdesk.desk.why.loaded import Loaded
    from kfdesk.desk.why.page import Choice
    from kfdesk.rules.lint.finding import Finding
    from kfdesk.settings import Settings


def print_loaded(found: Sequence[Loaded], settings: Settings, *, as_json: bool) -> None:
    """Print what is loaded."""
    if as_json:
        for one in found:
            record(one.as_json())
        return
    from kfdesk.desk.why.paper import Paper
    from kfdesk.desk.why.rulebook import rulebook
    from kfdesk.desk.why.words import Words

    laid_out(rulebook(Paper(Words.of(settings), console().width), found))


def print_findings(found: Sequence[Finding], *, as_json: bool) -> None:
    """Print what there is to say about the rules: the errors, then the warnings, then hints."""
    severity = ""
    for one in found:
        if as_json:
            record(
                {
                    "severity": one.severity,
                    "file": one.place.file,
                    "line": one.place.line,
                    "rule": one.rule,
                    "message": one.message,
                    "remedy": one.remedy,
                }
            )
            continue
        if severity != one.severity:
            severity = one.severity
            line(labels.severities(severity))
        line(f"  {one.place}")
        for text in one.message.splitlines():
            line(f"    {text}")
        if one.remedy:
            line(f"    → {one.remedy}")


def print_why(found: Why, settings: Settings, choice: Choice, *, as_json: bool) -> None:
    """Print why a ticket is as it is."""
    if as_json:
        record(found.as_json())
        return
    from kfdesk.desk.why.page import page
    from kfdesk.desk.why.words import Words

    laid_out(page(found, Words.of(settings), console().width, choice))
