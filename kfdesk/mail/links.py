"""Links in a text: where they stand, where they lead, and what about them should give one pause."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import SplitResult, unquote, urlsplit

from kfdesk.i18n import _

#: What a browser or a mail program opens; anything else stays text.
SCHEMES = ("http", "https", "ftp", "mailto", "tel")
_CJK = "\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003fffd"
_ADDRESS = rf"(?:https?|ftp)://[{_CJK}][\w.\-]*(?:[/?#][^\s<>\"{_CJK}]*)?"
_PLAIN = rf"(?:(?:https?|ftp)://|mailto:|tel:\+?\d)[^\s<>\"“”‘’{_CJK}]*|www\.[^\s<>\"“”{_CJK}]+"
#: An address behind words, as HTML becomes text; or one that stands in the text itself.
_LINK = re.compile(
    r" ?<(?P<aside>(?:https?|ftp|mailto|tel):[^<>\s]+)>"
    rf"|(?<![a-z0-9_@])(?P<own>{_ADDRESS}|{_PLAIN})",
    re.I,
)
_AFTER = ".,;:!?'*_~|"
_PAIRS = {")": "(", "]": "[", "}": "{"}
#: A name as people write it for a site.
_SITE = re.compile(
    r"(?:https?://)?((?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24})(?:[:/?#]\S*)?[.,;:!?)]*\Z"
)
_LONGEST = 4000


@dataclass(frozen=True, slots=True)
class Link:
    """Where a link stands in its line, where it leads, and the name of a site that it goes by.

    `aside`: the address is not part of what is read.
    """

    start: int
    end: int
    url: str
    shown: str = ""
    aside: bool = False

    @property
    def host(self) -> str:
        """The host that it leads to, as it is looked up; empty for a mail or a call."""
        return host_of(self.url)


def find(line: str) -> Iterator[Link]:
    """Find the links of a line, in order."""
    if ":" not in line and "www." not in line.lower():
        return
    before: Link | None = None
    for match in _LINK.finditer(line):
        aside = match["aside"] is not None
        url = match["aside"] if aside else _trimmed(match["own"])
        if len(url) > _LONGEST or (url.partition(":")[2].strip("/") == "" and ":" in url):
            continue
        start, end = match.start(), match.end() if aside else match.start() + len(url)
        shown = _named(line[max(0, start - 120) : start]) if aside else ""
        url = f"https://{url}" if url[:4].lower() == "www." else url
        link = Link(start, end, url, shown, aside)
        if before is not None and aside and before.end == start and not before.aside:
            link = Link(before.start, end, url, line[before.start : before.end], False)
        elif before is not None:
            yield before
        before = link
    if before is not None:
        yield before


def _trimmed(url: str) -> str:
    """An address without the punctuation of the sentence that it stands in."""
    while url:
        last = url[-1]
        unpaired = last in _PAIRS and url.count(last) > url.count(_PAIRS[last])
        if last not in _AFTER and not unpaired:
            break
        url = url[:-1]
    return url


def _named(before: str) -> str:
    """The name of a site at the end of the words of a link; empty if there is none."""
    words = before.split()
    found = _SITE.match(words[-1].lstrip("([<\"'")) if words else None
    return found[0] if found else ""


def host_of(url: str) -> str:
    """The host of an address in lower case; empty where there is none, or none can be told."""
    try:
        return (_parts(url).hostname or "").rstrip(".")
    except ValueError:
        return ""


def _parts(url: str) -> SplitResult:
    """An address as browsers take it apart: to them a backslash is a slash."""
    return urlsplit(url.replace("\\", "/"))


def doubts(link: Link) -> list[str]:
    """What about a link should give one pause, each in a sentence."""
    found = []
    scheme = link.url.partition(":")[0].lower()
    if scheme not in SCHEMES:
        return [_("{scheme}: is no address that is opened").format(scheme=scheme)]
    if scheme in ("mailto", "tel"):
        return []
    host = link.host
    if not host:
        return [_("It names no host")]
    shown = _SITE.match(link.shown)
    if shown is not None and not _same_site(host_of(f"https://{shown[1]}"), host):
        found.append(
            _("The text says {shown}, but it leads to {host}").format(shown=shown[1], host=host)
        )
    if "@" in _parts(link.url).netloc:
        found.append(_("What stands before the @ is no part of the host"))
    if "xn--" in host:
        found.append(_("The host is written {host} for {told}").format(host=host, told=_told(host)))
    if _mixed(_told(host)):
        found.append(_("The host mixes letters of several scripts: it may imitate another"))
    elif not _told(host).isascii():
        found.append(_("The host has letters beyond ASCII: it may imitate another"))
    if _is_number(host):
        found.append(_("The host is a number, not a name"))
    if "%" in host or re.search(r"%0[0ad]", link.url, re.I):
        found.append(_("It has control characters in it"))
    return found


def _told(host: str) -> str:
    """A host as it is read: what is written in Punycode too."""
    try:
        return host.encode("ascii").decode("idna")
    except UnicodeError:
        return host


def _same_site(one: str, other: str) -> bool:
    """Whether two hosts are one, or one is part of the other."""
    one, other = one.removeprefix("www."), other.removeprefix("www.")
    return one == other or other.endswith(f".{one}") or one.endswith(f".{other}")


def _mixed(host: str) -> bool:
    """Whether one label has letters of several scripts; Chinese, Japanese and Latin go together."""
    for label in host.split("."):
        scripts = {_script(letter) for letter in label if letter.isalpha()}
        if len(scripts) > 1 and not scripts <= {"LATIN", "CJK", "HIRAGANA", "KATAKANA"}:
            return True
    return False


def _script(letter: str) -> str:
    return unicodedata.name(letter, "?").split(" ", 1)[0]


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return host.isdigit() or host.startswith("0x")
    return True


def whole(html: str, begins: str) -> str:
    """The address in a mail's HTML that begins so; it was cut in the text for its length."""
    from selectolax.lexbor import LexborHTMLParser

    start = begins.rstrip("…")
    for node in LexborHTMLParser(html).css("a[href]"):
        url = (node.attributes.get("href") or "").strip()
        if url.startswith(start) and host_of(url) == host_of(start):  # the one that was shown
            return url
    return start


def readable(url: str) -> str:
    """An address with what is escaped in it as letters, where that says more."""
    told = unquote(url)
    return told if told.isprintable() and told != url else ""
