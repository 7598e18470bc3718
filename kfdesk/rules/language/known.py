"""The names that a query or a rule may use, as a configuration gives them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from kfdesk.model import By, Priority, Status, TicketType
from kfdesk.rules.actions import INVERSE
from kfdesk.rules.language.fields import FIELDS, FLAGS, MEDIA, MOMENTS, SORTS, Field, custom
from kfdesk.rules.wording import BUILT_IN
from kfdesk.settings import CustomField, Settings
from kfdesk.text import fold


@dataclass(frozen=True)
class Known:
    """The names that a query may use: fields, and the agents, teams and so on of a configuration.

    `names` maps each kind to {any folded way to write it: the name that is stored}.
    """

    names: Mapping[str, Mapping[str, str]]
    customs: tuple[CustomField, ...] = ()

    @classmethod
    def of(cls, settings: Settings) -> Known:
        """The names of a configuration."""
        agents = [(a.name, a.title, a.email) for a in settings.agents]
        types = [channel.type for channel in settings.channels]
        customs = (*settings.fields, *settings.customer_fields)
        kinds: dict[str, Iterable[tuple[str, ...]]] = {
            "agent": agents,
            "team": [(t.name, t.title) for t in settings.teams],
            "group": [(g.name, g.title) for g in settings.groups],
            "account": [*((c.name, c.address) for c in settings.channels), ("manual",)],
            "channel": [(name,) for name in (*MEDIA, *types)],
            "category": [(path,) for c in settings.categories for path in _and_parents(c.path)],
            "template": [(t.name,) for t in (*settings.templates, *BUILT_IN)],
            "policy": [(p.name,) for p in settings.policies],
            "route": [(r.name,) for r in settings.routes],
            "robot": [(r.name,) for r in settings.robots],
            "calendar": [(name,) for name in settings.calendars],
            "form": [(f.name, f.title) for f in settings.forms],
            "status": [
                *((s.value,) for s in Status),
                *((s.name, s.title) for s in settings.statuses),
            ],
            "sort": [
                *((name,) for name in SORTS),
                *((f"field.{f.name}",) for f in settings.fields),
            ],
            **{
                custom(field).name: [(path,) for one in field.choices for path in _and_parents(one)]
                for field in customs
                if field.type == "tree"
            },
            **{
                custom(field).name: [(one,) for one in field.choices]
                for field in customs
                if field.type == "choice"
            },
        }
        return cls({**_FIXED, **{kind: _names(rows) for kind, rows in kinds.items()}}, customs)

    @cached_property
    def fields(self) -> Mapping[str, Field]:
        """Every name of a field, aliases too."""
        every = (*FIELDS, *(custom(field) for field in self.customs))
        aliases = {alias: field for field in every for alias in field.aliases}
        return {fold(field.name): field for field in every} | aliases

    def of_kind(self, kind: str) -> Mapping[str, str]:
        """{folded: stored} of one kind of names."""
        if kind == "changed":
            return {name: f.reads[0] for name, f in self.fields.items() if f.changes}
        return self.names[kind]


def _and_parents(path: str) -> list[str]:
    parts = path.split("/")
    return ["/".join(parts[: n + 1]) for n in range(len(parts))]


def _names(rows: Iterable[tuple[str, ...]]) -> dict[str, str]:
    """{folded: stored}; a name always means itself, a title only what no name means."""
    rows = list(rows)
    titles = {fold(word): row[0] for row in reversed(rows) for word in row[1:] if word}
    return titles | {fold(row[0]): row[0] for row in rows}


#: What a policy promises; an SLA event is about one of them.
TARGETS = ("first_response", "next_response", "resolve")

_FIXED: Mapping[str, Mapping[str, str]] = {
    kind: {name: name for name in names}
    for kind, names in {
        "status": [s.value for s in Status],
        "type": [t.value for t in TicketType],
        "priority": [p.value for p in Priority],
        "is": [flag.name for flag in FLAGS],
        "has": ["attachment"],
        "event": ["created", "message", "updated", *sorted(MOMENTS)],
        "target": TARGETS,
        "link": list(INVERSE),
        "helped": ["yes", "no"],
        "by": [b.value for b in By],
        "sort": SORTS,
    }.items()
}
_NOBODY: Mapping[str, Mapping[str, str]] = {
    kind: {}
    for kind in (
        "agent", "team", "group", "account", "channel", "category", "template", "policy", "route",
        "robot", "calendar", "form",
    )
}  # fmt: skip

#: The names that hold whatever the configuration says.
BARE = Known({**_FIXED, **_NOBODY})
