"""Customers: in a table, whole, and what became of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from kfdesk.desk.customers import page, suggest
from kfdesk.i18n import _, ngettext
from kfdesk.output import done, line, record
from kfdesk.output.terminal import console, laid_out, show
from kfdesk.settings import Settings
from kfdesk.text import clean_line

if TYPE_CHECKING:
    from kfdesk.desk.customers.card import Card, Listed
    from kfdesk.desk.customers.erase import Erased
    from kfdesk.desk.customers.export import Exported
    from kfdesk.desk.customers.merge import Merged
    from kfdesk.desk.customers.suggest import Suggestion
    from kfdesk.store.people.organisations import Organisation


def print_customers(found: Sequence[Listed], *, as_json: bool) -> None:
    """Print customers in a table."""
    if as_json:
        for one in found:
            record(one.as_json())
        return
    rows = [
        (
            str(one.id), one.name or "–", one.email or "–", one.organisation or "–",
            _(", ").join(one.groups) or "–", str(one.tickets), str(one.open),
        )
        for one in found
    ]  # fmt: skip
    titles = ("#", _("Name"), _("Address"), _("Organisation"), _("Groups"), _("Tickets"), _("Open"))
    _table(titles, rows, right=(0, 5, 6))
    line(ngettext("{n} customer", "{n} customers", len(rows)).format(n=len(rows)))


def print_card(card: Card, settings: Settings, *, as_json: bool) -> None:
    """Print a customer whole."""
    if as_json:
        record(card.as_json())
    else:
        laid_out(page.page(card, settings, console().width))


def print_suggestions(
    found: Sequence[Suggestion], names: Mapping[int, str], *, as_json: bool
) -> None:
    """Print who may be the same person, and why."""
    if as_json:
        for one in found:
            record(suggest.as_json(one, names))
        return
    for one in found:
        line(
            _("{one} {name} may be {other} {other_name}").format(
                one=one.customer,
                name=clean_line(names.get(one.customer, "")),
                other=one.other,
                other_name=clean_line(names.get(one.other, "")),
            )
        )
        for evidence in one.evidence:
            line(f"    {clean_line(str(evidence))}")
    line(ngettext("{n} suggestion", "{n} suggestions", len(found)).format(n=len(found)))


def print_merged(found: Merged, *, dry_run: bool, as_json: bool) -> None:
    """Print what a merge moved, or would move, what spoke for it, and what it put aside."""
    if as_json:
        record(_merged_json(found))
        return
    tickets = ngettext("{n} ticket", "{n} tickets", len(found.tickets)).format(n=len(found.tickets))
    told = (
        _("customer {one} would be customer {other}: {identities}, {tickets}")
        if dry_run
        else _("customer {one} is customer {other} now: {identities}, {tickets}")
    )
    line(
        told.format(
            one=found.customer,
            other=found.into,
            identities=_(", ").join(found.identities),
            tickets=tickets,
        )
    )
    for evidence in found.evidence:
        line(f"    {clean_line(str(evidence))}")
    if not found.evidence:
        line("    " + _("nothing but you says that they are one person"))
    for name, (lost, kept) in found.conflicts.items():
        line(
            "    "
            + _("{field}: {kept} stays, {lost} is kept in the journal").format(
                field=name, kept=clean_line(str(kept)), lost=clean_line(str(lost))
            )
        )
    if not dry_run:
        line("    " + _("`kfdesk customers unmerge {id}` undoes it").format(id=found.customer))


def print_unmerged(found: Merged, *, as_json: bool) -> None:
    """Print what went back."""
    if as_json:
        record(_merged_json(found))
        return
    tickets = ngettext("{n} ticket", "{n} tickets", len(found.tickets)).format(n=len(found.tickets))
    line(
        _("customer {one} is one of their own again: {identities}, {tickets}").format(
            one=found.customer, identities=_(", ").join(found.identities), tickets=tickets
        )
    )


def _merged_json(found: Merged) -> dict[str, Any]:
    return {
        "customer": found.customer,
        "into": found.into,
        "tickets": list(found.tickets),
        "identities": list(found.identities),
        "evidence": [
            {"kind": one.kind.value, "shared": one.shared, "by": one.by, "text": str(one)}
            for one in found.evidence
        ],
        "conflicts": {name: list(pair) for name, pair in found.conflicts.items()},
    }


def print_organisations(found: Sequence[Organisation], *, as_json: bool) -> None:
    """Print organisations in a table."""
    if as_json:
        for one in found:
            record(
                {
                    "id": one.id,
                    "name": one.name,
                    "domains": list(one.domains),
                    "customers": one.customers,
                }
            )
        return
    rows = [(one.name, _(", ").join(one.domains) or "–", str(one.customers)) for one in found]
    _table((_("Organisation"), _("Domains"), _("Customers")), rows, right=(2,))


def print_erased(found: Erased, *, as_json: bool) -> None:
    """Print what was erased."""
    text = _(
        "customer {id} is erased: {messages} messages, {files} files, {tickets} tickets; "
        "figures stay, and backups made before still hold everything"
    ).format(
        id=found.customer, messages=found.messages, files=found.files, tickets=len(found.tickets)
    )
    value = {name: getattr(found, name) for name in type(found).__slots__}
    done(text, value | {"tickets": list(found.tickets)}, as_json=as_json)


def print_exported(found: Exported, *, as_json: bool) -> None:
    """Print what was written."""
    text = _("{file}: {tickets} tickets, {files} files of customer {id}").format(
        file=found.file, tickets=found.tickets, files=found.files, id=found.customer
    )
    value = {
        "file": str(found.file),
        "customer": found.customer,
        "tickets": found.tickets,
        "files": found.files,
    }
    done(text, value, as_json=as_json)


def _table(titles: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int] = ()) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, padding=(0, 1), header_style="bold")
    for n, title in enumerate(titles):
        table.add_column(title, justify="right" if n in right else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(clean_line(cell)) for cell in row))
    show(table)
