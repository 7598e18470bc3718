"""TOML into frozen settings; every error names file, line, key, and what was expected."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from kfdesk.config import toml
from kfdesk.config.checks import check
from kfdesk.config.toml import Document, Node
from kfdesk.config.values import Problems, nearest, table
from kfdesk.errors import ConfigError, ConfigErrors
from kfdesk.i18n import _
from kfdesk.settings import (
    Agent,
    Bot,
    Calendar,
    Category,
    Channel,
    CustomField,
    Desk,
    Form,
    Group,
    Kb,
    Macro,
    OwnStatus,
    Report,
    Robot,
    Route,
    Schedule,
    Settings,
    Sla,
    StoreSettings,
    Team,
    Template,
    Theme,
    Trigger,
    Ui,
    View,
    Web,
)

#: Sections that stand once, `[desk]`.
SINGLE: dict[str, type] = {"desk": Desk, "store": StoreSettings, "ui": Ui, "web": Web, "kb": Kb}
#: Sections that stand any number of times, `[[team]]`: their type, and their name in `Settings`.
SEVERAL: dict[str, tuple[type, str]] = {
    "team": (Team, "teams"),
    "agent": (Agent, "agents"),
    "group": (Group, "groups"),
    "field": (CustomField, "fields"),
    "status": (OwnStatus, "statuses"),
    "form": (Form, "forms"),
    "category": (Category, "categories"),
    "channel": (Channel, "channels"),
    "view": (View, "views"),
    "template": (Template, "templates"),
    "trigger": (Trigger, "triggers"),
    "schedule": (Schedule, "schedules"),
    "sla": (Sla, "policies"),
    "route": (Route, "routes"),
    "robot": (Robot, "robots"),
    "bot": (Bot, "bots"),
    "macro": (Macro, "macros"),
    "report": (Report, "reports"),
}
#: Sections that stand once for each name, `[calendar.office]`.
NAMED: dict[str, tuple[type, str]] = {
    "calendar": (Calendar, "calendars"),
    "theme": (Theme, "themes"),
}
#: What a newer version knows: accepted with a warning, so that one file can serve both.
LATER_SECTIONS = frozenset(("qa",))


def load(file: Path) -> Settings:
    """Read a configuration and all that it includes. ConfigErrors with everything that is wrong."""
    problems = Problems()
    documents: list[Document] = []
    included: list[str] = []
    _collect(file, documents, included, problems)
    read = _Sections(problems)
    for document in documents:
        read.document(document)
    lists: dict[str, Any] = {attribute: tuple(entries) for attribute, entries in read.lists.items()}
    every = lists.pop("fields", ())
    lists["fields"] = tuple(one for one in every if one.of == "ticket")
    lists["customer_fields"] = tuple(one for one in every if one.of == "customer")
    names: dict[str, Any] = dict(read.names)
    files = tuple(document.file.absolute() for document in documents)
    settings = Settings(
        file=file.absolute(),
        files=files,
        included=tuple(included),
        **read.given,
        **lists,
        **names,
    )
    check(settings, problems)
    errors = sorted(
        problems.errors, key=lambda e: (e.place.file != str(file), e.place.file, e.place.line)
    )
    if len(errors) == 1:
        raise errors[0]
    if errors:
        raise ConfigErrors(errors)
    return replace(settings, warnings=tuple(problems.warnings))


def _collect(
    file: Path, documents: list[Document], included: list[str], problems: Problems
) -> None:
    """Read a file, and behind it what it includes, in order; `included` are the patterns."""
    try:
        document = toml.read(file)
    except ConfigError as error:
        problems.errors.append(error)
        return
    documents.append(document)
    if "include" not in document.values:
        return
    node = document.top().child("include")
    if not isinstance(node.value, list):
        problems.error(_('expected a list such as ["rules/*.toml"]'), node.place)
        return
    for pattern in node.elements():
        for found in _matches(pattern, included, problems):
            if any(found.samefile(known.file) for known in documents):
                message = _("{file} is part of this configuration already").format(file=found)
                problems.error(message, pattern.place)
            else:
                _collect(found, documents, included, problems)


def matching(pattern: str) -> list[Path]:
    """Return the files that a pattern names, by name."""
    import glob

    return [
        path for path in map(Path, sorted(glob.glob(pattern, recursive=True))) if path.is_file()
    ]


def _matches(pattern: Node, included: list[str], problems: Problems) -> list[Path]:
    """The files that an `include` names."""
    import glob

    if not isinstance(pattern.value, str) or not pattern.value:
        problems.error(_('expected a file or pattern such as "rules/*.toml"'), pattern.place)
        return []
    folder = pattern.document.file.parent
    named = Path(glob.escape(str(folder))) / pattern.value
    included.append(str(named.absolute()))
    found = matching(str(named))
    if not found:
        message = _("no file matches “{pattern}”").format(pattern=pattern.value)
        if glob.has_magic(pattern.value):
            problems.warnings.append(f"{pattern.place}: {message}")
        else:
            problems.error(message, pattern.place)
    return found


@dataclass(slots=True)
class _Sections:
    """What was read so far: the single sections, and the lists of the others in order."""

    problems: Problems
    given: dict[str, Any] = field(default_factory=dict)
    lists: dict[str, list[Any]] = field(default_factory=dict)
    names: dict[str, dict[str, Any]] = field(default_factory=dict)
    _written: dict[str, Node] = field(default_factory=dict)

    def document(self, document: Document) -> None:
        top = document.top()
        for name in document.values:
            node = top.child(name)
            if name in SINGLE:
                self._single(name, node)
            elif name in SEVERAL:
                self._several(name, node)
            elif name in NAMED:
                self._named(name, node)
            elif name in LATER_SECTIONS:
                self.problems.later(node.place)
            elif name != "include":
                known = [*SINGLE, *SEVERAL, *NAMED, *LATER_SECTIONS, "include"]
                message = _("unknown section; {nearest}").format(nearest=nearest(name, known))
                self.problems.error(message, node.place)

    def _single(self, name: str, node: Node) -> None:
        if isinstance(node.value, list):
            message = _("stands once: write [{name}], not [[{name}]]").format(name=name)
            self.problems.error(message, node.place)
        elif name in self._written:
            first = self._written[name].place
            message = _("stands at {place} already").format(place=f"{first.file}:{first.line}")
            self.problems.error(message, node.place)
        else:
            self._written[name] = node
            section = table(SINGLE[name], node, self.problems)
            if section is not None:
                self.given[name] = section

    def _several(self, name: str, node: Node) -> None:
        if not isinstance(node.value, list):
            message = _("is a list: write [[{name}]]").format(name=name)
            self.problems.error(message, node.place)
            return
        kind, attribute = SEVERAL[name]
        entries = self.lists.setdefault(attribute, [])
        for element in node.elements():
            entry = table(kind, element, self.problems)
            if entry is not None:
                entries.append(entry)

    def _named(self, name: str, node: Node) -> None:
        kind, attribute = NAMED[name]
        entries = self.names.setdefault(attribute, {})
        if not isinstance(node.value, dict):
            message = _("stands once for each name: write [{name}.NAME]").format(name=name)
            self.problems.error(message, node.place)
            return
        for inner in node.value:
            child = node.child(inner)
            if inner in entries:
                first = entries[inner].place
                message = _("stands at {place} already").format(place=f"{first.file}:{first.line}")
                self.problems.error(message, child.place)
            elif (entry := table(kind, child, self.problems)) is not None:
                entries[inner] = entry
