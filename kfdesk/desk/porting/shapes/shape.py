"""A shape: which lists an export has, and how one object of each is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from kfdesk.desk.porting.records import FileOf, Organisation, Person, Said, Ticket, Who
from kfdesk.desk.porting.row import Row
from kfdesk.mail.html import to_text

#: {kind: {key: name}} of what an export only names: groups, fields, states.
Names = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Shape:
    """How one desk exports. `sections` says which list holds what kind.

    `inside` are the objects in a ticket, and in what is said, that are a person, organisation or
    group of their own; `said` is the list in a ticket of what was said on it.
    """

    name: str
    sections: Mapping[str, str]
    ticket: Callable[[Row, Names], Ticket]
    said: Callable[[Row, Names], Said | None]
    person: Callable[[Row], Person]
    organisation: Callable[[Row], Organisation]
    names: tuple[str, ...] = ("name", "title")  # what calls a group, a field, a state
    inside: Mapping[str, str] = field(default_factory=dict)
    lists: tuple[str, ...] = ("comments",)


def spoken(row: Row, plain: tuple[str, ...], html: str) -> str:
    """What somebody said: the plain text, or that of the HTML."""
    if text := row.text(*plain).strip():
        return text
    given = row.value.get(html)
    return to_text(given[:4_000_000])[0].strip() if isinstance(given, str) else ""


def organisation(row: Row) -> Organisation:
    """An organisation with a name and domains, as most desks have it."""
    domains = (*row.words("domain_names"), *row.words("domain"))
    return Organisation(row.spot, row.key, row.line("name"), tuple(d.lower() for d in domains))


def who(row: Row, *names: str) -> Who | None:
    """A person that a row names: by key, or spelled out in an object or an address."""
    for name in names:
        value = row.value.get(name)
        if isinstance(value, Mapping):
            inner = Row(value, row.spot, row.kind, row.key, row.zone, row.findings)
            return Who(inner.id("id"), inner.line("name"), inner.line("email").lower())
        if isinstance(value, str) and "@" in value and (found := row.mailboxes(name)):
            return Who("", found[0].name, found[0].email)
        if key := row.id(name):
            return Who(key)
    return None


def files(
    row: Row, name: str, keys: tuple[str, ...], types: str, urls: tuple[str, ...]
) -> tuple[FileOf, ...]:
    """The files of something said."""
    found = []
    for value in row.inner(name):
        one = Row(value, row.spot, row.kind, row.key, row.zone, row.findings)
        found.append(FileOf(one.id("id"), one.line(*keys), one.line(types), one.line(*urls)))
    return tuple(found)
