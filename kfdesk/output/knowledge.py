"""Articles, what is missing among them, and tickets like one: in tables, or one whole."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from kfdesk import labels, output
from kfdesk.i18n import _, ngettext, pgettext
from kfdesk.output.terminal import moment, show
from kfdesk.text import clean_line

if TYPE_CHECKING:
    from kfdesk.desk.knowledge.gaps import Gap
    from kfdesk.desk.knowledge.reading import Entry
    from kfdesk.desk.knowledge.shelf import Finding
    from kfdesk.desk.knowledge.similar import Similar
    from kfdesk.desk.knowledge.usage import Usage


def audience(public: bool) -> str:
    """For whom an article is, in a word."""
    return _("public") if public else _("internal")


def print_articles(found: Sequence[Entry], *, as_json: bool) -> None:
    """Print a list of articles."""
    if as_json:
        for one in found:
            output.record(one.as_json())
        return
    heads = (
        pgettext("column", "Name"),
        _("Title"),
        _("Category"),
        _("Languages"),
        _("For"),
        _("Sent"),
    )
    rows = (
        (
            one.article.name,
            one.article.title,
            one.article.category or "–",
            " ".join(one.languages) or "–",
            audience(one.article.public),
            str(one.counts.uses or "–"),
        )
        for one in found
    )
    _table(heads, rows)
    output.line(ngettext("{n} article", "{n} articles", len(found)).format(n=len(found)))


def print_article(one: Entry, *, as_json: bool) -> None:
    """Print an article whole."""
    if as_json:
        output.record(one.as_json(whole=True))
        return
    told = [one.article.name, audience(one.article.public), one.article.category]
    told += [one.article.language, one.link]
    output.line(clean_line(one.article.title))
    output.line(clean_line("  ·  ".join(filter(None, told))))
    output.line("")
    output.line(one.article.text)


def print_usage(found: Sequence[Usage], timezone: str, *, as_json: bool) -> None:
    """Print how often articles were used, and whether they helped."""
    if as_json:
        for one in found:
            output.record(one.as_json())
        return
    heads = (
        _("Article"),
        _("Sent"),
        _("As text"),
        _("As link"),
        _("By bots"),
        _("Helped"),
        _("Did not"),
        pgettext("acted", "Last"),
    )
    rows = []
    for one in found:
        by = one.counts.by or {}
        rows.append(
            (
                one.name if one.there else _("{name} (gone)").format(name=one.name),
                str(one.counts.uses),
                *(str(by.get(how) or "–") for how in ("text", "link", "bot")),
                str(one.counts.helped or "–"),
                str(one.counts.not_helped or "–"),
                moment(one.counts.last, timezone)[5:] if one.counts.last else "–",
            )
        )
    _table(heads, rows, right=range(1, 7))


def print_gaps(found: Sequence[Gap], *, as_json: bool) -> None:
    """Print what is asked and has no article."""
    if as_json:
        for one in found:
            output.record(one.as_json())
        return
    heads = (_("Asked"), _("Question"), _("Category"), _("Tickets"))
    rows = (
        (
            str(one.count),
            one.title,
            one.category or "–",
            " ".join(f"#{number}" for number in one.examples),
        )
        for one in found
    )
    _table(heads, rows, right=range(1))
    message = ngettext(
        "{n} question without an article", "{n} questions without an article", len(found)
    )
    output.line(message.format(n=len(found)))


def print_findings(found: Sequence[Finding], *, as_json: bool) -> None:
    """Print what is wrong with articles."""
    if as_json:
        for one in found:
            output.record(
                {"severity": one.severity, "file": one.file, "line": one.line, "message": one.text}
            )
        return
    for one in found:
        output.line(f"{labels.severities(one.severity)}: {one}")
    if not found:
        output.line(_("the articles are fine"))


def print_similar(found: Sequence[Similar], *, as_json: bool) -> None:
    """Print tickets like one, each with how it was solved."""
    if as_json:
        for one in found:
            output.record(one.as_json())
        return
    for one in found:
        output.line(one.headline)
        for line in one.solution:
            output.line(f"    {line}")
    output.line(
        ngettext("{n} similar ticket", "{n} similar tickets", len(found)).format(n=len(found))
    )


def _table(
    heads: Iterable[str], rows: Iterable[Sequence[str]], *, right: Iterable[int] = ()
) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, padding=(0, 1), header_style="bold")
    aligned = set(right)
    for place, head in enumerate(heads):
        justify = "right" if place in aligned else "left"
        table.add_column(head, justify=justify, no_wrap=place == 0, overflow="fold")  # type: ignore[arg-type]
    for row in rows:
        table.add_row(*(Text(clean_line(cell)) for cell in row))
    show(table)
