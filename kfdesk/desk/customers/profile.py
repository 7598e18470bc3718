"""Changing a customer: name, language, company, the team's own fields, what they are known by."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kfdesk.desk import Desk
from kfdesk.desk.customers import identity
from kfdesk.desk.customers.membership import changed
from kfdesk.desk.customers.people import living
from kfdesk.desk.operation import operation
from kfdesk.errors import NotFound, UserError
from kfdesk.i18n import _
from kfdesk.model import Actor
from kfdesk.rules.names import hint
from kfdesk.rules.tickets import custom
from kfdesk.store.people import organisations, profiles
from kfdesk.store.people.profiles import Entry, Identity, Profile
from kfdesk.store.tx import Tx
from kfdesk.text import clean_line, fold

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_FIELDS = ("name", "email", "phone", "language", "organisation")


@dataclass(slots=True)
class _Wanted:
    """What a person typed: columns to set, own fields, identities to be known by."""

    columns: dict[str, Any] = field(default_factory=dict)
    fields: dict[str, Any] = field(default_factory=dict)
    identities: list[tuple[str, str]] = field(default_factory=list)
    organisation: str | None = None


def set_(desk: Desk, who: str, pairs: Sequence[str], actor: Actor) -> int:
    """Change a customer by `name=…`, `email=…`, `phone=…`, `language=…`, `organisation=…`, fields.

    `email` is the address to write to; a new address or number becomes one of theirs. Returns who
    it was. UserError where one is wrong: then nothing has changed.
    """
    wanted = _read(desk, pairs)
    with operation(desk, actor, "customer") as tx:
        old = living(tx, desk, who)
        for scheme, value in wanted.identities:
            _give(tx, desk, old.id, scheme, value, actor, verified=False)
        old = living(tx, desk, str(old.id))
        values = dict(wanted.columns)
        if wanted.organisation is not None:
            values["organisation_id"] = _organisation(tx, wanted.organisation)
        _write(tx, desk, old, values, wanted.fields, actor)
        changed(desk, tx, [old.id])
        return old.id


def _read(desk: Desk, pairs: Sequence[str]) -> _Wanted:
    wanted = _Wanted()
    country = identity.country(desk.settings)
    own = {one.name: one for one in desk.settings.customer_fields}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise UserError(_("“{pair}” is no change; write field=value").format(pair=pair))
        value = clean_line(value)
        if name == "name":
            wanted.columns[name] = value
        elif name == "language":
            if value and not _LANGUAGE.fullmatch(value):
                raise UserError(
                    _("“{text}” is no language; write zh, en, pt-BR").format(text=value)
                )
            wanted.columns[name] = value
        elif name in ("email", "phone"):
            pair_ = identity.normal(name, value, country)
            wanted.identities.append(pair_)
            if name == "email":
                wanted.columns["email"] = pair_[1]
        elif name in ("organisation", "org"):
            wanted.organisation = value
        elif (bare := name.removeprefix("field.")) in own:
            try:
                wanted.fields[bare] = custom.read(own[bare], value)
            except custom.DoesNotFit as error:
                raise UserError(
                    _("{field} “{value}”: expected {what}").format(
                        field=bare, value=value, what=error
                    )
                ) from None
        else:
            raise UserError(
                _("a customer has no field “{name}”{hint}").format(
                    name=name, hint=hint(bare, [*_FIELDS, *own])
                )
            )
    return wanted


def _organisation(tx: Tx, name: str) -> int | None:
    if name in ("", "none"):
        return None
    every = {fold(one.name): one for one in organisations.every(tx)}
    if fold(name) not in every:
        raise UserError(
            _(
                "there is no organisation “{name}”{hint}; "
                "`kfdesk customers organisations add` makes one"
            ).format(name=name, hint=hint(name, (one.name for one in every.values())))
        )
    return every[fold(name)].id


def _write(
    tx: Tx,
    desk: Desk,
    old: Profile,
    values: Mapping[str, Any],
    fields: Mapping[str, Any],
    actor: Actor,
) -> None:
    """Set what differs, say so in the journal, and forget that it came from somebody else."""
    new = {name: value for name, value in values.items() if value != getattr(old, name)}
    own = {name: value for name, value in fields.items() if value != old.fields.get(name)}
    changes: dict[str, tuple[Any, Any]] = {
        name: (getattr(old, name), value)
        for name, value in new.items()
        if name != "organisation_id"
    }
    if "organisation_id" in new:
        ids = [id for id in (old.organisation_id, new["organisation_id"]) if id]
        names = organisations.names(tx, ids)
        changes["organisation"] = tuple(  # type: ignore[assignment]
            names.get(id) if id else None for id in (old.organisation_id, new["organisation_id"])
        )
    changes |= {f"field.{name}": (old.fields.get(name), value) for name, value in own.items()}
    if not changes:
        return
    if own:
        merged = {**old.fields, **own}
        new["fields"] = {name: value for name, value in merged.items() if value is not None}
    said = {*new, *(f"field.{name}" for name in own)}
    new["inherited"] = [name for name in old.inherited if name not in said]
    profiles.put(tx, old.id, new)
    profiles.record(tx, [Entry(old.id, actor, "changed", changes)], desk.clock())


def add_identity(desk: Desk, who: str, text: str, actor: Actor, *, verified: bool = False) -> int:
    """Let a customer be known by another identity; `verified` where it is proved to be theirs.

    Returns who it was. UserError where somebody else is known by it: they may be one person.
    """
    pair = identity.read(text, identity.country(desk.settings))
    with operation(desk, actor, "customer") as tx:
        old = living(tx, desk, who)
        _give(tx, desk, old.id, *pair, actor, verified=verified)
        old = living(tx, desk, str(old.id))
        if pair[0] == "email" and not old.email:
            _write(tx, desk, old, {"email": pair[1]}, {}, actor)
        changed(desk, tx, [old.id])
        return old.id


def _give(
    tx: Tx, desk: Desk, id: int, scheme: str, value: str, actor: Actor, *, verified: bool
) -> None:
    now = desk.clock()
    there = profiles.known_by(tx, [(scheme, value)]).get((scheme, value))
    change = {"identity": (None, f"{scheme}:{value}")}
    if there is None:
        profiles.add_identities(tx, [(id, scheme, value, verified)], now)
        kind = "verified" if verified else "identity"
        profiles.record(tx, [Entry(id, actor, kind, change)], now)
        if scheme == "email":
            _belong(tx, desk, id, value, actor)
    elif there.customer_id != id:
        raise UserError(
            _(
                "customer {other} is known by {identity}; if they are one person, "
                "`kfdesk customers merge {id} {other}`, "
                "else `kfdesk customers remove-identity {other} {identity}` first"
            ).format(id=id, other=there.customer_id, identity=there)
        )
    elif verified and not there.verified:
        profiles.verify(tx, [there.id])
        profiles.record(tx, [Entry(id, actor, "verified", change)], now)


def _belong(tx: Tx, desk: Desk, id: int, email: str, actor: Actor) -> None:
    """Who belongs to no organisation yet belongs to that of their new address."""
    domain = email.rpartition("@")[2]
    owner = organisations.owners(tx, [domain]).get(domain)
    old = profiles.get(tx, id)
    if owner is not None and old is not None and old.organisation_id is None:
        _write(tx, desk, old, {"organisation_id": owner}, {}, actor)


def remove_identity(desk: Desk, who: str, text: str, actor: Actor) -> int:
    """Let a customer be known by an identity no more; return who it was.

    UserError for the last of all: a customer who is known by nothing is never found again.
    """
    pair = identity.read(text, identity.country(desk.settings))
    with operation(desk, actor, "customer") as tx:
        old = living(tx, desk, who)
        mine = profiles.identities(tx, [old.id]).get(old.id, ())
        gone = next((one for one in mine if (one.scheme, one.value) == pair), None)
        if gone is None:
            raise NotFound(
                _("customer {id} is not known by {identity}; they are by {known}").format(
                    id=old.id, identity=":".join(pair), known=_(", ").join(map(str, mine))
                )
            )
        if len(mine) == 1:
            raise UserError(
                _("{identity} is all that customer {id} is known by; add another first").format(
                    id=old.id, identity=gone
                )
            )
        profiles.remove_identities(tx, [gone.id])
        entry = Entry(old.id, actor, "identity", {"identity": (str(gone), None)})
        profiles.record(tx, [entry], desk.clock())
        if pair == ("email", old.email):
            _write(tx, desk, old, {"email": _first_address(mine, gone)}, {}, actor)
        changed(desk, tx, [old.id])
        return old.id


def _first_address(mine: Sequence[Identity], gone: Identity) -> str:
    others = (one for one in mine if one.scheme == "email" and one is not gone)
    return next((one.value for one in others), "")
