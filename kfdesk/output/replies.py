"""What customers are told: canned replies, templates, progress, and how satisfied they were."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from kfdesk import output
from kfdesk.i18n import _, ngettext, pgettext
from kfdesk.output.terminal import moment, show
from kfdesk.text import clean_line, shorten

if TYPE_CHECKING:
    from kfdesk.desk.conversation.canned import Canned
    from kfdesk.desk.conversation.progress import Way
    from kfdesk.desk.conversation.survey import Survey
    from kfdesk.desk.conversation.templates import Preview
    from kfdesk.settings import Template


def owner(kept: str) -> str:
    """Where a canned reply is kept, in a word."""
    return {
        "own": pgettext("canned reply", "own"),
        "shared": pgettext("canned reply", "shared"),
        "file": pgettext("canned reply", "configuration"),
    }[kept]


def print_replies(found: Sequence[Canned], *, as_json: bool) -> None:
    """Print canned replies, the likeliest first."""
    if as_json:
        for one in found:
            output.record(one.as_json())
        return
    rows = (
        (
            one.name,
            one.title,
            one.language or "–",
            owner(one.owner),
            str(one.used or "–"),
            shorten(one.text, 60),
        )
        for one in found
    )
    heads = (
        pgettext("column", "Name"),
        _("Title"),
        _("Language"),
        _("Kept"),
        _("Taken"),
        _("Text"),
    )
    _table(heads, rows)
    output.line(ngettext("{n} canned reply", "{n} canned replies", len(found)).format(n=len(found)))


def print_templates(found: Sequence[Template], *, whole: bool, as_json: bool) -> None:
    """Print templates: what there are, or one `whole`."""
    from kfdesk.desk.conversation.templates import as_json as plain

    if as_json:
        for record in plain(found):
            output.record(record)
        return
    if not whole:
        heads = (pgettext("column", "Name"), _("Title"), _("Language"), _("Where"), _("Text"))
        _table(
            heads,
            (
                (
                    one.name,
                    one.title,
                    one.language or "–",
                    _("line {n}").format(n=one.place.line) if one.place.line else _("built in"),
                    shorten(one.text, 60),
                )
                for one in found
            ),
        )
        return
    for one in found:
        name = f"{one.name} ({one.language})" if one.language else one.name
        output.line(name)
        if one.subject:
            output.line(_("{name}: ").format(name=_("Subject")) + one.subject)
        output.line("")
        output.line(one.text)


def print_preview(found: Preview, *, as_json: bool) -> None:
    """Print a template as it would read on a ticket."""
    said = {
        "template": found.name,
        "ticket": found.ticket,
        "subject": found.subject,
        "text": found.text,
    }
    head = _("{name}: ").format(name=_("Subject")) + found.subject
    output.done(f"{head}\n\n{found.text}", said, as_json=as_json)


def print_progress(way: Way, *, as_json: bool) -> None:
    """Print how far a ticket has come."""
    output.done(f"{way.token}  {way.status}\n\n{way.text}", way.as_json(), as_json=as_json)


def print_survey(found: Survey, timezone: str, *, as_json: bool) -> None:
    """Print how it stands with a ticket's survey."""
    output.done(_told(found, timezone), found.as_json(), as_json=as_json)


def _told(found: Survey, timezone: str) -> str:
    asked = found.asked
    if asked is None:
        return _("the customer was not asked")
    if asked.score is None or asked.answered_at is None:
        said = (
            _("asked at {time}; it leaves soon")
            if found.waiting
            else _("asked at {time}; no answer yet")
        )
        return said.format(time=moment(asked.at, timezone))
    said = _("{score} of 5, at {time}").format(
        score=asked.score, time=moment(asked.answered_at, timezone)
    )
    return f"{said}\n\n{asked.comment}" if asked.comment else said


def _table(heads: Sequence[str], rows: Iterable[tuple[str, ...]]) -> None:
    """Draw names, titles and what there is of each; the text gets what room is left."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, padding=(0, 1), header_style="bold", expand=True)
    for place, title in enumerate(heads):
        if place == 0:  # to be typed again, so it is never cut
            table.add_column(title, max_width=24, overflow="fold")
        elif place == len(heads) - 1:
            table.add_column(title, no_wrap=True, ratio=1, min_width=10, overflow="ellipsis")
        else:
            table.add_column(title, no_wrap=True, max_width=18, overflow="ellipsis")
    for row in rows:
        table.add_row(*(Text(clean_line(cell)) for cell in row))
    show(table)
