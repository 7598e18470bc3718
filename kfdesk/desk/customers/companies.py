"""Organisations: companies whose people are known by the domain of their mail."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kfdesk.desk import Desk
from kfdesk.desk.customers import identity
from kfdesk.desk.customers.membership import changed
from kfdesk.desk.operation import operation
from kfdesk.errors import NotFound, UserError
from kfdesk.i18n import _
from kfdesk.model import Actor
from kfdesk.rules.names import hint
from kfdesk.store.people import organisations, profiles
from kfdesk.store.people.organisations import Organisation
from kfdesk.store.people.profiles import Entry
from kfdesk.store.tx import Tx
from kfdesk.text import clean_line, fold

_DOMAIN = re.compile(r"(?=.{3,253}\Z)[\w-]+(\.[\w-]+)+")


def listing(desk: Desk) -> list[Organisation]:
    """Return the organisations by name."""
    with desk.store.read() as tx:
        return organisations.every(tx)


def add(desk: Desk, name: str, domains: Sequence[str], actor: Actor) -> Organisation:
    """Make an organisation; who has an address of its domains belongs to it from now on.

    UserError for a name that another has, and for a domain that is somebody's or everybody's.
    """
    title = clean_line(name)
    with operation(desk, actor, "organisation") as tx:
        _unused(tx, title)
        id = organisations.add(tx, title)
        _take(tx, desk, id, domains, actor)
        return _whole(tx, id)


def set_(
    desk: Desk,
    name: str,
    actor: Actor,
    *,
    rename: str = "",
    add_domains: Sequence[str] = (),
    remove_domains: Sequence[str] = (),
) -> Organisation:
    """Rename an organisation, give it domains, take some from it."""
    with operation(desk, actor, "organisation") as tx:
        old = _named(tx, name)
        if title := clean_line(rename):
            if fold(title) != fold(old.name):
                _unused(tx, title)
            organisations.rename(tx, old.id, title)
        gone = [domain(text) for text in remove_domains]
        if unknown := [one for one in gone if one not in old.domains]:
            raise NotFound(
                _("{name} does not have the domain {domain}{hint}").format(
                    name=old.name, domain=unknown[0], hint=hint(unknown[0], old.domains)
                )
            )
        organisations.remove_domains(tx, gone)
        _take(tx, desk, old.id, add_domains, actor)
        return _whole(tx, old.id)


def remove(desk: Desk, name: str, actor: Actor) -> Organisation:
    """Remove an organisation; its people belong to none."""
    with operation(desk, actor, "organisation") as tx:
        old = _named(tx, name)
        people = organisations.members(tx, old.id)
        _move(tx, desk, people, (old.name, None), None, actor)
        organisations.remove(tx, old.id)
        return old


def domain(text: str) -> str:
    """Read a mail domain. UserError if it is none, or one at which anybody gets an address."""
    found = clean_line(text).lower().removeprefix("@").strip(".")
    if not _DOMAIN.fullmatch(found):
        raise UserError(_("“{text}” is no mail domain such as example.com").format(text=text))
    if found in identity.free_domains():
        raise UserError(
            _("{domain} gives everybody an address: it tells no company").format(domain=found)
        )
    return found


def _take(tx: Tx, desk: Desk, id: int, domains: Sequence[str], actor: Actor) -> None:
    wanted = list(dict.fromkeys(domain(text) for text in domains))
    taken = organisations.owners(tx, wanted)
    for one, owner in taken.items():
        if owner != id:
            raise UserError(
                _("{domain} is a domain of {name} already").format(
                    domain=one, name=organisations.names(tx, [owner])[owner]
                )
            )
    new = [one for one in wanted if one not in taken]
    organisations.add_domains(tx, id, new)
    name = organisations.names(tx, [id])[id]
    for one in new:
        _move(tx, desk, organisations.without(tx, one), (None, name), id, actor)


def _move(
    tx: Tx,
    desk: Desk,
    people: Sequence[int],
    change: tuple[str | None, str | None],
    id: int | None,
    actor: Actor,
) -> None:
    organisations.put_members(tx, people, id)
    entries = [Entry(one, actor, "changed", {"organisation": change}) for one in people]
    profiles.record(tx, entries, desk.clock())
    changed(desk, tx, people)


def _unused(tx: Tx, name: str) -> None:
    if not name:
        raise UserError(_("an organisation has a name"))
    if fold(name) in {fold(one.name) for one in organisations.every(tx)}:
        raise UserError(_("there is an organisation “{name}” already").format(name=name))


def _named(tx: Tx, name: str) -> Organisation:
    every = organisations.every(tx)
    for one in every:
        if fold(one.name) == fold(clean_line(name)):
            return one
    raise NotFound(
        _("there is no organisation “{name}”{hint}").format(
            name=name, hint=hint(name, (one.name for one in every))
        )
    )


def _whole(tx: Tx, id: int) -> Organisation:
    return next(one for one in organisations.every(tx) if one.id == id)
