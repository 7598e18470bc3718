"""Commands on what the desk knows: articles, what is missing among them, tickets like one."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kfdesk.commands import complain
from kfdesk.commands.arguments import MOST, Number
from kfdesk.commands.given import Globals
from kfdesk.i18n import _

if TYPE_CHECKING:
    from kfdesk.desk import Desk

app = typer.Typer(
    help="The knowledge base: articles, drafts, what is asked most.", no_args_is_help=True
)
Name = Annotated[str, typer.Argument(help="The article, by its path without .md.")]
Since = Annotated[str, typer.Option(help="Since then: 30d, 2026-11-01.")]


@app.command("list")
def list_(
    context: typer.Context,
    category: Annotated[str, typer.Option(help="Only of that category and below.")] = "",
) -> None:
    """List the articles."""
    from kfdesk.desk.knowledge.reading import listing
    from kfdesk.output.knowledge import print_articles

    given: Globals = context.obj
    with given.desk() as (desk, _actor):
        print_articles(listing(desk, category), as_json=given.json)


@app.command()
def search(
    context: typer.Context,
    words: Annotated[list[str], typer.Argument(metavar="WORDS")],
    language: Annotated[str, typer.Option(help="Only in that language: zh, en.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=1000, help="At most so many.")] = 20,
) -> None:
    """Find articles by their words, the best first."""
    from kfdesk.desk.knowledge.reading import search as find
    from kfdesk.output.knowledge import print_articles

    given: Globals = context.obj
    with given.desk() as (desk, _actor):
        found = find(desk, " ".join(words), language=language, limit=limit)
        print_articles(found, as_json=given.json)


@app.command()
def show(context: typer.Context, name: Name) -> None:
    """Show an article whole."""
    from kfdesk.desk.knowledge.reading import show as read
    from kfdesk.output.knowledge import print_article

    given: Globals = context.obj
    with given.desk() as (desk, _actor):
        print_article(read(desk, name), as_json=given.json)


@app.command()
def insert(
    context: typer.Context,
    number: Number,
    name: Name,
    as_link: Annotated[bool, typer.Option("--link", help="Its title and link.")] = False,
) -> None:
    """Put an article behind the reply that you are writing on a ticket."""
    from kfdesk import output
    from kfdesk.desk.knowledge.reading import insert as put

    given: Globals = context.obj
    with given.desk() as (desk, actor):
        done = put(desk, number, name, actor, as_link=as_link)
    if done.warning:
        complain(done.warning)
    told = {"ticket": number, "inserted": done.text, "draft": done.draft}
    output.done(done.text, {**told, "warning": done.warning or None}, as_json=given.json)


@app.command()
def draft(
    context: typer.Context,
    number: Number,
    out: Annotated[Path | None, typer.Option(help="A new file; else standard output.")] = None,
) -> None:
    """Make an article of a solved ticket, without what names the customer; read it over."""
    from kfdesk import output
    from kfdesk.desk.knowledge.drafting import draft as make
    from kfdesk.desk.knowledge.drafting import save

    given: Globals = context.obj
    with given.desk() as (desk, _actor):
        found = make(desk, number)
    if out is None:
        output.done(found.text.rstrip("\n"), found.as_json(), as_json=given.json)
        return
    file = str(save(found, out))
    message = _("{file}: read it over, then say audience: public")
    output.done(message.format(file=file), {**found.as_json(), "file": file}, as_json=given.json)


@app.command()
def new(
    context: typer.Context,
    name: Name,
    title: Annotated[str, typer.Option(help="Its title; without it, its name.")] = "",
    category: Annotated[str, typer.Option(help="The category that it answers.")] = "",
) -> None:
    """Begin an article from the template; write it, then say audience: public."""
    from kfdesk import output
    from kfdesk.desk.knowledge.writing import begin

    given: Globals = context.obj
    with given.desk() as (desk, _actor):
        file = str(begin(desk, name, title=title, category=category))
    output.done(file, {"name": name, "file": file}, as_json=given.json)


@app.command()
def gaps(
    context: typer.Context,
    since: Since = "90d",
    category: Annotated[str, typer.Option(help="Only of that category and below.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=1000, help="At most so many.")] = 20,
    fewest: Annotated[int, typer.Option("--min", min=2, max=MOST, help="Asked so often.")] = 3,
) -> None:
    """List what is asked most and has no article."""
    from kfdesk.desk.knowledge.gaps import gaps as find
    from kfdesk.output.knowledge import print_gaps

    given: Globals = context.obj
    with given.desk() as (desk, _actor):
        found = find(
            desk,
            _since(desk, since),
            category=category,
            limit=limit,
            fewest=fewest,
        )
        print_gaps(found, as_json=given.json)


@app.command()
def stats(context: typer.Context, since: Since = "") -> None:
    """Count how often each article went into an answer, and whether it helped."""
    from kfdesk.desk.knowledge.usage import usage
    from kfdesk.output.knowledge import print_usage

    given: Globals = context.obj
    with given.desk() as (desk, _actor):
        found = usage(desk, _since(desk, since) if since else None)
        print_usage(found, desk.settings.desk.timezone, as_json=given.json)


@app.command()
def check(context: typer.Context) -> None:
    """Look for mistakes in the articles; exit code 2 if one is broken."""
    from kfdesk.desk.knowledge.shelf import check as look
    from kfdesk.output.knowledge import print_findings

    given: Globals = context.obj
    findings = look(given.settings())
    print_findings(findings, as_json=given.json)
    if any(found.severity == "error" for found in findings):
        raise typer.Exit(2)


def _since(desk: Desk, text: str) -> datetime:
    from kfdesk.desk.replay.when import instant

    return instant(text, desk.clock(), desk.settings.desk.timezone)
