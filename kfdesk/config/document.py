"""The documentation of the configuration: docs/config.md and the comments of the example.

Both are made from `settings`: `python -m kfdesk.config.document` in the project's folder.
"""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

from kfdesk import settings
from kfdesk.config import LATER_SECTIONS, NAMED, SEVERAL, SINGLE
from kfdesk.errors import Place
from kfdesk.settings import Secret

WIDTH = 100

_HEAD = """\
# The configuration

<!-- Made by `python -m kfdesk.config.document` from kfdesk/settings.py: do not edit. -->

One TOML file: `--config FILE`, else `$KFDESK_CONFIG`, `./kfdesk.toml`, or `kfdesk.toml` in the
platform's configuration folder. `kfdesk init` writes a first one;
[config.example.toml](../config.example.toml) shows everything. Order in the file is the order of
execution.

- A wrong file is refused with all that is wrong in it, each with file, line and key.
- A time is `"90s"`, `"15m"`, `"4h"`, `"3d"` or `"1w"`; a size `"500KB"` or `"25MB"`.
- A relative path starts at the folder of the file that it is written in.
- `include = ["rules/*.toml"]`, above the first section, adds other files: what they hold is put
  behind what is here, in the order of their names.
"""

_ON_SECRETS = """\
## Secrets

A secret need not stand in the file; where one is asked for, write one of these. A plain text works
too, and `kfdesk doctor` warns of it.

| key | meaning |
| --- | --- |
"""


@dataclass(frozen=True, slots=True)
class Key:
    """A key of the configuration, as the documentation shows it."""

    name: str
    type: str
    default: str
    text: str


def sections() -> Iterator[tuple[str, type]]:
    """Every section, `desk` or `channel.imap`, and the dataclass that it is read into."""
    for name, kind in SINGLE.items():
        yield from _with_inner(name, kind)
    for name, (kind, _attribute) in SEVERAL.items():
        yield from _with_inner(name, kind)
    for name, (kind, _attribute) in NAMED.items():
        yield from _with_inner(f"{name}.NAME", kind)


def _with_inner(name: str, kind: type) -> Iterator[tuple[str, type]]:
    yield name, kind
    for key, hint in get_type_hints(kind).items():
        for part in (hint, *get_args(hint)):
            inner = isinstance(part, type) and is_dataclass(part) and part not in (Place, Secret)
            if inner:
                yield from _with_inner(f"{name}.{key}", part)


def _stands_often(name: str) -> bool:
    """Whether a section is written [[so]]."""
    first, _dot, key = name.partition(".")
    if not key:
        return name in SEVERAL
    return first in SEVERAL and get_origin(get_type_hints(SEVERAL[first][0]).get(key)) is tuple


def keys(kind: type) -> list[Key]:
    """The documented keys of a dataclass of `settings`, in order."""
    texts = _texts()[kind.__name__]
    hints = get_type_hints(kind, include_extras=True)
    found = []
    for item in fields(kind):
        if item.name in texts:
            default = item.default
            if item.default_factory is not MISSING:
                default = item.default_factory()
            hint = hints[item.name]
            shown = "required" if default is MISSING else _default(default, hint)
            found.append(Key(item.name, _type(hint), shown, texts[item.name]))
    return found


def _texts() -> dict[str, dict[str, str]]:
    """Per class of `settings`, the text below each field."""
    modules = {inspect.getmodule(kind) for kind in vars(settings).values() if is_dataclass(kind)}
    sources = [inspect.getsource(module) for module in modules if module]
    texts: dict[str, dict[str, str]] = {}
    for node in (node for source in sources for node in ast.parse(source).body):
        if isinstance(node, ast.ClassDef):
            texts[node.name] = {}
            for above, below in zip(node.body, node.body[1:], strict=False):
                match above, below:
                    case (
                        ast.AnnAssign(target=ast.Name(id=name)),
                        ast.Expr(value=ast.Constant(value=str(text))),
                    ):
                        texts[node.name][name] = " ".join(text.split())
    return texts


_KIND_NAMES: dict[Any, str] = {
    str: "text",
    bool: "true or false",
    timedelta: "time",
    Path: "path",
    Secret: "secret",
    "name": "text",
    "names": "text or list",
    "email": "address",
    "sender": "text",
    "timezone": "text",
    "prefix": "text",
    "sqlite": "text",
    "color": "colour",
    "port": "number",
    "size": "size",
    "on_closed": "text or table",
    "steps": "true or list",
    "count": "number",
    "day": "day",
    "every": "text",
    "target": "time or table",
    "warn": "number or time",
}


def _type(hint: Any) -> str:
    parts = [part for part in get_args(hint) if part is not type(None)]
    if type(None) in get_args(hint):
        return _type(parts[0])
    origin = get_origin(hint)
    if origin is Annotated:
        return _KIND_NAMES[hint.__metadata__[0]]
    if origin is Literal:
        return ", ".join(f"`{part}`" for part in parts if part)
    if origin is tuple:
        return f"list of {_type(parts[0])}"
    if origin is Mapping or (is_dataclass(hint) and hint is not Secret):
        return "table"
    return _KIND_NAMES[hint]


def _default(value: Any, hint: Any) -> str:
    if is_dataclass(value):  # a section of its own says those of its keys
        return ""
    if isinstance(value, timedelta):
        return f'`"{_length(value)}"`'
    if get_args(hint)[1:] == ("size",):
        return f'`"{value // 1_000_000}MB"`'
    if isinstance(value, bool):
        return f"`{value}`".lower()
    if isinstance(value, tuple) and value:
        return "`[" + ", ".join(f'"{item}"' for item in value) + "]`"
    if isinstance(value, int | float):
        return f"`{value}`" if value else ""
    return f'`"{value}"`' if value else ""


def _length(value: timedelta) -> str:
    """A time in the largest unit that needs no fraction."""
    seconds = int(value.total_seconds())
    units = (("d", 86400), ("h", 3600), ("m", 60))
    unit, size = next((pair for pair in units if seconds and seconds % pair[1] == 0), ("s", 1))
    return f"{seconds // size}{unit}"


def markdown() -> str:
    """docs/config.md."""
    parts = [_HEAD]
    for name, kind in sections():
        heading = f"[[{name}]]" if _stands_often(name) else f"[{name}]"
        summary = (kind.__doc__ or "").split("\n")[0]
        parts.append(f"\n## `{heading}`\n\n{summary}\n")
        parts.append("\n| key | type | default | meaning |\n| --- | --- | --- | --- |\n")
        for key in keys(kind):
            cells = (f"`{key.name}`", key.type, key.default, key.text.replace("|", "\\|"))
            parts.append("| " + " | ".join(cells) + " |\n")
    parts.append("\n" + _ON_SECRETS)
    parts.extend(f"| `{key.name}` | {key.text} |\n" for key in keys(Secret))
    names = ", ".join(f"`{name}`" for name in sorted(LATER_SECTIONS))
    parts.append(
        f"\n## Later\n\nSections that this version leaves aside with a warning: {names}.\n"
    )
    return "".join(parts)


_HEADER = re.compile(r"#?\[\[?([a-z_.]+)\]\]?")
_KEY = re.compile(r"#?([a-z_]+) = ")


def example(text: str) -> str:
    """The example with the comment above each key's first appearance made anew.

    Remarks of its own stand above a section or behind a value; a key that is commented out has no
    blank behind the #.
    """
    texts = {(name, key.name): key.text for name, kind in sections() for key in keys(kind)}
    lines: list[str] = []
    section = ""
    for line in text.splitlines():
        if header := _HEADER.match(line):
            section = _section(header[1])
        elif (found := _KEY.match(line)) and (section, found[1]) in texts:
            while lines[-1].startswith("# "):
                lines.pop()
            wrapped = textwrap.wrap(texts.pop((section, found[1])), WIDTH - 2)
            lines.extend(f"# {part}" for part in wrapped)
        lines.append(line)
    return "\n".join(lines) + "\n"


def _section(header: str) -> str:
    """The section that a header of the example opens: `calendar.NAME` for [calendar.office]."""
    first, dot, _name = header.partition(".")
    return f"{first}.NAME" if dot and first in NAMED else header


def main() -> None:
    """Write docs/config.md and the comments of config.example.toml."""
    Path("docs/config.md").write_text(markdown(), encoding="utf-8")
    file = Path("config.example.toml")
    file.write_text(example(file.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
