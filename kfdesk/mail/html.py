"""HTML into readable text, and where in it the quoted history begins."""

from __future__ import annotations

import re
from functools import lru_cache

from selectolax.lexbor import LexborHTMLParser, LexborNode

from kfdesk.text import clean

# Control characters mark places in the text while it is made; they are taken out of what came.
_LINE, _BLOCK, _PARAGRAPH, _CELL, _OPEN, _CLOSE, _REST = "\1\2\3\4\5\6\7"
_MARKS = re.compile("[\1-\7]")
_GAP = re.compile("[\1\2\3][\1-\7 ]*")
_NOT_BREAKS = re.compile("[ \4-\7]")
_QUOTE = re.compile("([\5\6\7])")

_DROP = ("script", "style", "head", "title", "noscript", "template", "svg", "object", "iframe")
_BLOCKS = "div,address,article,section,header,footer,main,center,form,dt,dd,caption,option"
_PARAGRAPHS = "p,h1,h2,h3,h4,h5,h6,ul,ol,dl,table,blockquote,pre,fieldset"
#: Containers whose content is history; an answer may follow them.
_QUOTES = (
    "div.gmail_quote,div.gmail_extra,blockquote[type=cite],div.yahoo_quoted,"
    "div.moz-cite-prefix,"
    "div.protonmail_quote,includetail,div.qmbox,div.ntes-mailmaster-quote,#isReplyContent,"
    "div.foxmail_quote,blockquote#isReplyContent,div.zmail_extra,"
    "#mail-editor-reference-message-container,"
    "div.wps-mail-quote,blockquote.tutanota_quote,div.aliyun_quote,div.OutlookMessageHeader,"
    "div.mail_quote,blockquote.gmail_quote,blockquote[cite]"
)
#: From here on everything is history.
_SEPARATORS = (
    "#divRplyFwdMsg,#appendonsend,#stopSpelling,#OLK_SRC_BODY_SECTION,hr#stopSpelling,"
    'div[style*="border-top:solid #B5C4DF"],div[style*="border-top:solid #E1E1E1"],'
    'div[style*="border-top: 1px solid rgb(181, 196, 223)"],'
    'div[style*="border:none;border-top:solid"],div[style*="BORDER-TOP: #b5c4df 1pt solid"],'
    'div[style*="border-top-color: rgb(181, 196, 223)"]'
)
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_PREFORMATTED = re.compile(r"(</?(?:pre|textarea)\b)", re.I)
_ANY_TAG = re.compile(r"<[^<>]*+>")
_FORMATS = frozenset(
    (
        "a",
        "b",
        "big",
        "code",
        "em",
        "font",
        "i",
        "nobr",
        "s",
        "small",
        "strike",
        "strong",
        "tt",
        "u",
    )
)
_LEAFS = frozenset(
    (
        "br",
        "img",
        "hr",
        "meta",
        "link",
        "input",
        "col",
        "area",
        "base",
        "wbr",
        "p",
        "li",
        "td",
        "tr",
        "th",
        "dt",
        "dd",
        "option",
    )
)
_LONGEST = 4_000_000  # characters of HTML that are looked at
_LONGEST_URL = 500


def to_text(html: str) -> tuple[str, int]:
    """Return the readable text of a piece of HTML, and where the history in it begins."""
    html = _MARKS.sub("", html[:_LONGEST])
    if _is_bomb(html):
        return clean(" ".join(_ANY_TAG.sub(" ", html).split())), -1
    parser = LexborHTMLParser(_preserve(html))
    parser.strip_tags(list(_DROP))
    body = parser.body
    if body is None:
        return "", -1
    _mark(body)
    return _layout(body.text(separator=""))


def _is_bomb(html: str) -> bool:
    """True where the parser's work would grow with the square: open tags that it has to carry."""
    tags = html.count("<")
    if tags < 2000:
        return False
    depth = deepest = 0
    formats: dict[str, int] = {}
    for closing, name in _TAG.findall(html):
        tag = name.lower()
        if tag in _FORMATS:
            formats[tag] = max(0, formats.get(tag, 0) + (-1 if closing else 1))
        elif tag not in _LEAFS:
            depth = max(0, depth + (-1 if closing else 1))
            deepest = max(deepest, depth)
    return sum(formats.values()) * tags > 20_000_000 or deepest * tags > 50_000_000


def _preserve(html: str) -> str:
    """Keep the lines of preformatted text. In the source: replacing nodes is not safe in lexbor."""
    if not _PREFORMATTED.search(html):
        return html
    out: list[str] = []
    inside = False
    for piece in _PREFORMATTED.split(html):
        if piece[:1] == "<":
            inside = piece[1] != "/"
        elif inside:
            piece = piece.replace("\r\n", "\n").replace("\n", _LINE)
        out.append(piece)
    return "".join(out)


def _mark(body: LexborNode) -> None:
    for node in body.css("br,hr"):
        node.insert_before(_LINE)
    for node in body.css("ol"):
        number = 0
        for child in node.iter():
            if child.tag == "li":
                number += 1
                child.insert_before(f"{_BLOCK}{number}. ")
    for node in body.css("ul>li"):
        node.insert_before(f"{_BLOCK}- ")
    for node in body.css(_BLOCKS):
        node.insert_before(_BLOCK)
        node.insert_after(_BLOCK)
    for node in body.css("tr"):  # the table's own mark ends the last one
        node.insert_before(_BLOCK)
    for node in body.css(_PARAGRAPHS):
        node.insert_before(_PARAGRAPH)
        node.insert_after(_PARAGRAPH)
    for node in body.css("td+td,th+td,td+th,th+th"):
        node.insert_before(_CELL)
    for node in body.css("a[href]"):
        if url := _url(node):
            node.insert_after(f" <{url}>")
    for node in body.css("img[alt]"):
        if alt := (node.attributes.get("alt") or "").strip():
            node.insert_before(f"[{alt[:200]}]")
    for node in body.css(_QUOTES):
        node.insert_before(_OPEN)
        node.insert_after(_CLOSE)
    for node in body.css(_SEPARATORS):
        node.insert_before(_REST)


def _url(link: LexborNode) -> str:
    """What to show of a link beside its words; empty where the words say it already."""
    url = (link.attributes.get("href") or "").strip()
    if not url.lower().startswith(("http://", "https://", "mailto:", "ftp://", "tel:")):
        return ""
    shown = link.text().strip()
    plain = url.partition(":")[2].lstrip("/").rstrip("/")
    if plain.partition("?")[0] in shown and (len(shown) >= len(plain) or url.startswith("mailto:")):
        return ""
    return url if len(url) <= _LONGEST_URL else url[:_LONGEST_URL] + "…"


def _layout(text: str) -> tuple[str, int]:
    """Turn the marks into blanks and lines, and find where the last quote begins."""
    text = " ".join(text.split())
    for mark in (_LINE, _BLOCK, _PARAGRAPH, _CELL):
        text = text.replace(" " + mark, mark)
    text = _GAP.sub(lambda gap: _newlines(gap[0]), text)
    text = text.replace(_CELL + " ", _CELL).replace(_CELL, "  ").strip()
    out: list[str] = []
    length, depth, start, rest = 0, 0, -1, -1
    for piece in _QUOTE.split(text):
        if piece == _OPEN:
            if depth == 0 and start < 0:
                start = length
            depth += 1
        elif piece == _CLOSE:
            depth = max(0, depth - 1)
        elif piece == _REST:
            if rest < 0 and depth == 0:
                rest = length
        elif piece:
            if depth == 0 and start >= 0 and rest < 0 and piece.strip():
                start = -1  # an answer after the quote: that quote is part of what is said
            out.append(clean(piece))
            length += len(out[-1])
    found = [place for place in (start, rest) if place >= 0]
    return "".join(out), min(found, default=-1)


@lru_cache(maxsize=1024)
def _newlines(gap: str) -> str:
    """One or two line ends for a run of marks; a `<br>` that ends a block adds none."""
    marks = _NOT_BREAKS.sub("", gap)
    lines = 1 + marks.count(_LINE) - (marks[0] == _LINE)
    ends = "\n\n" if lines > 1 or _PARAGRAPH in marks else "\n"
    return ends + "".join(_QUOTE.findall(gap))
