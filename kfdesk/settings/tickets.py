"""What a ticket may be: fields, statuses, forms and categories of the team's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from kfdesk.errors import Place
from kfdesk.settings.kinds import NOWHERE, Name, Names


@dataclass(frozen=True, slots=True)
class CustomField:
    """A further field of every ticket, `field.NAME` in rules and queries, or of every customer,
    `customer.field.NAME`."""

    name: Name
    """What rules and queries call the field."""
    of: Literal["ticket", "customer"] = "ticket"
    """What has the field: each ticket, or each customer."""
    title: str = ""
    """How the field is shown; without it, its name."""
    type: Literal["text", "number", "choice", "tree", "date", "bool", "regex"] = "text"
    """What the field holds."""
    choices: tuple[str, ...] = ()
    """The values to choose from, for the types choice and tree."""
    pattern: str = ""
    """What a text has to look like (RE2 syntax)."""
    example: str = ""
    """A value as it should be written, shown in the empty line; without it, the pattern is."""
    required_on: Names = ()
    """The status that a ticket cannot reach while the field is empty, or a list of several."""
    shown_when: Mapping[str, Names] = field(default_factory=dict)
    """The field is shown, and asked for, only while other fields have one of these values: { kind =
    "return" } or { kind = ["return", "repair"], category = "售后/*" }. Others may be your own,
    `type`, `category` and `priority`."""
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class OwnStatus:
    """A status of the team's own. To rules, lists and clocks that know nothing of it, a ticket in
    it stands as its kind says."""

    name: Name
    """What rules and queries call the status."""
    kind: Literal["new", "open", "pending", "hold", "solved", "closed"]
    """The standard status that it is one of."""
    title: str = ""
    """How the status is shown; without it, its name."""
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Form:
    """What is asked of tickets of a category: which fields are shown, and which must be filled."""

    name: Name
    """What `kfdesk new --form` calls the form."""
    title: str = ""
    """How the form is shown; without it, its name."""
    category: str = ""
    """The category that it is for, `a/b`, or with all below it, `a/*`; without it, every ticket
    that no form before it is for."""
    fields: tuple[str, ...] = ()
    """The fields that are shown, in order: your own, `type`, `priority`, `task_due`; without it,
    all of your own."""
    required: tuple[str, ...] = ()
    """Those of them that must be filled when a ticket is opened by the form, and to solve it."""
    text: str = ""
    """What to ask, for the person who fills it in."""
    defaults: Mapping[str, Any] = field(default_factory=dict)
    """What stands in fields of a ticket opened by the form, if nothing else is said: { type =
    "task" }."""
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Category:
    """A category of tickets."""

    path: Name
    """Up to three levels, with `/` between them; parents exist by being named."""
    place: Place = NOWHERE
