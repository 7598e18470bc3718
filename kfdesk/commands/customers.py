"""Commands about the people outside."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kfdesk.commands.arguments import MOST, Asking
from kfdesk.commands.given import Globals
from kfdesk.errors import UserError
from kfdesk.i18n import _

if TYPE_CHECKING:
    from kfdesk.desk import Desk

app = typer.Typer(help="Customers: profiles, groups, organisations, merging.")
companies = typer.Typer(
    invoke_without_command=True, help="Companies, known by the domain of their people's mail."
)
app.add_typer(companies, name="organisations")

Who = Annotated[str, typer.Argument(metavar="CUSTOMER", help="An id, an address, scheme:value.")]
Identity = Annotated[
    str, typer.Argument(metavar="SCHEME:VALUE", help="email:…, phone:…, wechat.openid:….")
]
Limit = Annotated[int, typer.Option(min=0, max=MOST, help="At most so many.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
Domains = Annotated[list[str] | None, typer.Option("--domain", help="A domain of their mail.")]


@app.command("list")
def list_(
    context: typer.Context,
    words: Annotated[list[str] | None, typer.Argument(metavar="[WORDS]")] = None,
    limit: Limit = 100,
) -> None:
    """List customers whose name, company or identities hold the words, the newest first."""
    from kfdesk.desk.customers.card import listing
    from kfdesk.output.customers import print_customers

    given: Globals = context.obj
    with given.desk() as (desk, _actor):
        print_customers(listing(desk, " ".join(words or []), limit), as_json=given.json)


@app.command()
def show(context: typer.Context, who: Who, limit: Limit = 50) -> None:
    """Show a customer whole, with the newest lines of one time line over all channels."""
    given: Globals = context.obj
    with given.desk() as (desk, _actor):
        _print(given, desk, who, limit)


def _print(given: Globals, desk: Desk, who: str, limit: int = 0) -> None:
    """Print a customer; what became of one, without the time line."""
    from kfdesk.desk.customers.card import card
    from kfdesk.output.customers import print_card

    print_card(card(desk, who, limit), desk.settings, as_json=given.json)


@app.command("set")
def set_(
    context: typer.Context,
    who: Who,
    changes: Annotated[list[str], typer.Argument(metavar="FIELD=VALUE…")],
) -> None:
    """Change name, email, phone, language, organisation, or a field of your own."""
    from kfdesk.desk.customers.profile import set_ as change

    given: Globals = context.obj
    with given.desk() as (desk, actor):
        id = change(desk, who, changes, actor)
        _print(given, desk, str(id))


@app.command("add-identity")
def add_identity(
    context: typer.Context,
    who: Who,
    identity: Identity,
    verified: Annotated[bool, typer.Option(help="It is proved to be theirs.")] = False,
) -> None:
    """Let a customer be known by another address, number, id."""
    from kfdesk.desk.customers.profile import add_identity as add

    given: Globals = context.obj
    with given.desk() as (desk, actor):
        id = add(desk, who, identity, actor, verified=verified)
        _print(given, desk, str(id))


@app.command("remove-identity")
def remove_identity(context: typer.Context, who: Who, identity: Identity) -> None:
    """Let a customer be known by an address, number, id no more."""
    from kfdesk.desk.customers.profile import remove_identity as remove

    given: Globals = context.obj
    with given.desk() as (desk, actor):
        id = remove(desk, who, identity, actor)
        _print(given, desk, str(id))


@app.command(cls=Asking)
def group(
    context: typer.Context,
    who: Who,
    changes: Annotated[list[str], typer.Argument(metavar="+GROUP -GROUP…")],
) -> None:
    """Put a customer into groups by hand, or take them out."""
    from kfdesk.desk.customers.membership import group as move

    given: Globals = context.obj
    with given.desk() as (desk, actor):
        id = move(desk, who, changes, actor)
        _print(given, desk, str(id))


@app.command()
def suggestions(
    context: typer.Context,
    who: Annotated[str, typer.Argument(metavar="[CUSTOMER]")] = "",
    limit: Limit = 100,
) -> None:
    """List customers who may be one person, and what speaks for it.

    Signatures are read where one customer is named.
    """
    from kfdesk.desk.customers.suggest import named_suggestions
    from kfdesk.output.customers import print_suggestions

    given: Globals = context.obj
    with given.desk() as (desk, _actor):
        print_suggestions(*named_suggestions(desk, who, limit), as_json=given.json)


@app.command()
def dismiss(
    context: typer.Context,
    who: Who,
    other: Annotated[str, typer.Argument(metavar="OTHER", help="Who is somebody else.")],
) -> None:
    """Say that two customers are not one person: it is suggested no more."""
    from kfdesk import output
    from kfdesk.desk.customers.suggest import dismiss as part

    given: Globals = context.obj
    with given.desk() as (desk, actor):
        one, two = part(desk, who, other, actor)
    told = _("{one} and {two} are not one person").format(one=one, two=two)
    output.done(told, {"customer": one, "other": two}, as_json=given.json)


@app.command()
def merge(
    context: typer.Context,
    who: Who,
    into: Annotated[str, typer.Argument(metavar="INTO", help="Who stays.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be.")] = False,
) -> None:
    """Make a customer a part of another, who is the same person."""
    from kfdesk.desk.customers.merge import merge as join
    from kfdesk.output.customers import print_merged

    given: Globals = context.obj
    with given.desk() as (desk, actor):
        found = join(desk, who, into, actor, dry_run=dry_run)
        print_merged(found, dry_run=dry_run, as_json=given.json)


@app.command()
def unmerge(context: typer.Context, who: Who) -> None:
    """Let a merged customer be somebody of their own again, with the tickets that came since."""
    from kfdesk.desk.customers.merge import unmerge as part
    from kfdesk.output.customers import print_unmerged

    given: Globals = context.obj
    with given.desk() as (desk, actor):
        print_unmerged(part(desk, who, actor), as_json=given.json)


@app.command()
def erase(context: typer.Context, who: Who, yes: Yes = False) -> None:
    """Erase all that a customer said and who they were; figures stay. There is no way back."""
    from kfdesk.desk.customers.erase import erase as forget
    from kfdesk.desk.customers.erase import warning
    from kfdesk.output.customers import print_erased

    given: Globals = context.obj
    with given.desk() as (desk, actor):
        if not yes and not _agreed(warning(desk, who)):
            raise typer.Exit(1)
        print_erased(forget(desk, who, actor), as_json=given.json)


def _agreed(warning: str) -> bool:
    """Let a person say that they mean it. UserError where there is none to ask."""
    if not sys.stdin.isatty():
        raise UserError(warning + " " + _("Give --yes if you mean it."))
    return typer.confirm(warning + " " + _("Go on?"), err=True)


@app.command()
def export(
    context: typer.Context,
    who: Who,
    to: Annotated[Path, typer.Argument(metavar="FILE", help="A zip where there are files; -.")],
    notes: Annotated[bool, typer.Option(help="Internal notes, too.")] = True,
) -> None:
    """Write all that the desk has of one person: JSON, with their files in a zip."""
    from kfdesk import output
    from kfdesk.desk.customers.export import export as write
    from kfdesk.output.customers import print_exported

    given: Globals = context.obj
    with given.desk() as (desk, _actor):
        done = write(desk, who, None if str(to) == "-" else to, notes=notes)
        if done.content is not None:
            output.raw(done.content)
        else:
            print_exported(done, as_json=given.json)


@companies.callback()
def organisations(context: typer.Context) -> None:
    """List the organisations."""
    from kfdesk.desk.customers.companies import listing
    from kfdesk.output.customers import print_organisations

    given: Globals = context.obj
    if context.invoked_subcommand is None:
        with given.desk() as (desk, _actor):
            print_organisations(listing(desk), as_json=given.json)


@companies.command("add")
def add_organisation(context: typer.Context, name: str, domain: Domains = None) -> None:
    """Make an organisation; who writes from its domains belongs to it."""
    from kfdesk.desk.customers.companies import add
    from kfdesk.output.customers import print_organisations

    given: Globals = context.obj
    with given.desk() as (desk, actor):
        print_organisations([add(desk, name, domain or [], actor)], as_json=given.json)


@companies.command("set")
def set_organisation(
    context: typer.Context,
    name: str,
    rename: Annotated[str, typer.Option(help="Another name.")] = "",
    domain: Domains = None,
    remove_domain: Annotated[list[str] | None, typer.Option(help="A domain no more.")] = None,
) -> None:
    """Rename an organisation, give it domains, take some from it."""
    from kfdesk.desk.customers.companies import set_
    from kfdesk.output.customers import print_organisations

    given: Globals = context.obj
    with given.desk() as (desk, actor):
        found = set_(
            desk, name, actor, rename=rename, add_domains=domain or [],
            remove_domains=remove_domain or [],
        )  # fmt: skip
        print_organisations([found], as_json=given.json)


@companies.command("remove")
def remove_organisation(context: typer.Context, name: str) -> None:
    """Remove an organisation; its people belong to none."""
    from kfdesk.desk.customers.companies import remove
    from kfdesk.output.customers import print_organisations

    given: Globals = context.obj
    with given.desk() as (desk, actor):
        print_organisations([remove(desk, name, actor)], as_json=given.json)
