"""The head of an article: `key: value` lines between two lines of dashes, a small part of YAML."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from kfdesk.i18n import _
from kfdesk.rules.names import hint
from kfdesk.text import clean_line

#: What kfdesk reads; others may stand there too, for the programs that read them.
KEYS = ("title", "category", "language", "audience", "keywords", "link")
AUDIENCES = ("internal", "public")
#: ISO 639-1.
LANGUAGES = (
    " "
    "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu "
    "cv cy da de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi "
    "ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks "
    "ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl "
    "nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl "
    "sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve "
    "vi vo wa wo xh yi yo za zh zu "
)
_LANGUAGE = re.compile(r"([a-z]{2})(?:[-_]([a-z0-9]{2,8}))?", re.IGNORECASE)
_PAIR = re.compile(r"([A-Za-z_][\w.-]*)[ \t]*:(?:[ \t]+(.*)|[ \t]*)\Z")
_ITEM = re.compile(r"[ \t]*-[ \t]+(.*)\Z")
_OPENING = re.compile(r"---[ \t]*\Z")


class Wrong(Exception):
    """A line of the head is wrong; says which, and what was expected."""

    def __init__(self, line: int, why: str) -> None:
        super().__init__(why)
        self.line = line


@dataclass(frozen=True, slots=True)
class Head:
    """What a head says, each with its line; `end` is how many lines it takes with its dashes."""

    values: Mapping[str, str] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)
    end: int = 0


def split(text: str) -> tuple[Head, str]:
    """Part a cleaned text into its head and its words. Wrong where the head is."""
    lines = text.split("\n")
    if not _OPENING.match(lines[0]) or len(lines) < 2:
        return Head(), text
    end = next((n for n, line in enumerate(lines[1:], 1) if _OPENING.match(line)), 0)
    if not end:
        if _PAIR.match(lines[1]):
            raise Wrong(1, _("the head is never closed: end it with a line ---"))
        return Head(), text  # a rule across the page, and no head
    head = _read(lines[1:end])
    _check(head)
    return Head(head.values, head.lines, end + 1), "\n".join(lines[end + 1 :])


def language_of(name: str) -> tuple[str, str]:
    """Part the name of a file into what it is about and its language: `returns.en`."""
    topic, _dot, last = name.rpartition(".")
    found = language(last) if topic and "/" not in last else ""
    return (topic, found) if found else (name, "")


def language(text: str) -> str:
    """Return a language as it is compared, `zh` or `zh-tw`; empty where it is none."""
    found = _LANGUAGE.fullmatch(text)
    if found is None or f" {found[1].lower()} " not in LANGUAGES:
        return ""
    return "-".join(part.lower() for part in found.groups() if part)


def _read(lines: list[str]) -> Head:
    values: dict[str, str] = {}
    numbers: dict[str, int] = {}
    key = ""
    for number, line in enumerate(lines, 2):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if (item := _ITEM.match(line)) and key:
            values[key] = ", ".join(filter(None, (values[key], _value(item[1]))))
            continue
        if (pair := _PAIR.match(line)) is None:
            if line[0] in " \t" and key not in KEYS:
                continue  # inside of something that is another program's
            raise Wrong(number, _("expected a line such as “title: How to return a parcel”"))
        key = pair[1].lower()
        if key in values:
            message = _("“{key}” stands in line {line} already")
            raise Wrong(number, message.format(key=key, line=numbers[key]))
        values[key], numbers[key] = _value(pair[2] or ""), number
    return Head(values, numbers)


def _value(text: str) -> str:
    line = clean_line(text)
    if line[:1] == "[" and line[-1:] == "]":
        return ", ".join(filter(None, (_bare(part) for part in line[1:-1].split(","))))
    return _bare(line)


def _bare(text: str) -> str:
    text = text.strip()
    quoted = len(text) > 1 and text[0] == text[-1] and text[0] in "\"'"
    return text[1:-1].strip() if quoted else text


def _check(head: Head) -> None:
    for key, line in head.lines.items():
        if key not in KEYS and difflib.get_close_matches(key, KEYS, 1, 0.75):
            message = _("unknown key “{name}”{hint}")
            raise Wrong(line, message.format(name=key, hint=hint(key, KEYS)))
    audience = head.values.get("audience", "")
    if audience and audience not in AUDIENCES:
        message = _("“{text}” is no audience: write internal or public")
        raise Wrong(head.lines["audience"], message.format(text=audience))
    written = head.values.get("language", "")
    if written and not language(written):
        message = _("“{text}” is no language: write it like zh, en or zh-TW")
        raise Wrong(head.lines["language"], message.format(text=written))
    link = head.values.get("link", "")
    if link and not re.fullmatch(r"https?://[^\s<>]+", link):
        message = _("“{text}” is no address of the web: write https://…")
        raise Wrong(head.lines["link"], message.format(text=link))
