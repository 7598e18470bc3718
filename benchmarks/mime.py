"""The ways mail programs write one and the same text: charsets, encodings, HTML, parts."""

from __future__ import annotations

import base64
import binascii
import random
from dataclasses import dataclass
from html import escape

from benchmarks.words import Language

CRLF = "\r\n"


@dataclass(frozen=True, slots=True)
class Charset:
    """What a mail says its charset is, and what it really is."""

    label: str
    codec: str
    seven_bit: bool = False


UTF8 = Charset("utf-8", "utf-8")
ASCII = Charset("us-ascii", "ascii", seven_bit=True)
GB2312_MISLABELLED = Charset("gb2312", "gb18030")  # what Outlook and Foxmail really send

#: Per language, the charsets that its mails come in; the more often named the more frequent.
CHARSETS: dict[str, tuple[Charset, ...]] = {
    "zh": (
        *[UTF8] * 5,
        *[GB2312_MISLABELLED] * 3,
        Charset("gb2312", "gb2312"),
        Charset("GBK", "gbk"),
        Charset("gb18030", "gb18030"),
        Charset("gb18030", "gb18030"),
        Charset("hz-gb-2312", "hz", seven_bit=True),
        Charset("", "gb18030"),  # not labelled at all
    ),
    "zh-hant": (UTF8, UTF8, Charset("big5", "big5"), Charset("Big5-HKSCS", "big5hkscs")),
    "ja": (
        UTF8,
        UTF8,
        Charset("ISO-2022-JP", "iso2022_jp", seven_bit=True),
        Charset("ISO-2022-JP", "iso2022_jp", seven_bit=True),
        Charset("Shift_JIS", "shift_jis"),
        Charset("EUC-JP", "euc_jp"),
    ),
    "ko": (UTF8, Charset("EUC-KR", "euc_kr"), Charset("ks_c_5601-1987", "cp949")),
    "en": (UTF8, UTF8, ASCII, ASCII, Charset("iso-8859-1", "latin-1")),
    "de": (
        UTF8,
        UTF8,
        Charset("iso-8859-1", "latin-1"),
        Charset("ISO-8859-15", "iso8859-15"),
        Charset("windows-1252", "cp1252"),
    ),
}
#: Beyond GB2312's 6,763 characters: they make a wrong label visible.
RARE = ("朱镕", "囍喆", "堃", "㛃", "瞭", "€")


def header(text: str, charset: Charset, style: int) -> bytes:
    """A header's value: as it is, as encoded words (B or Q), or as raw 8-bit bytes."""
    if text.isascii():
        return text.encode()
    if style == 0 and not charset.seven_bit:
        return text.encode(charset.codec)
    label, codec = (charset.label, charset.codec) if charset.label else ("gb2312", "gb18030")
    words = []
    for start in range(0, len(text), 12):
        chunk = text[start : start + 12].encode(codec, "replace")
        if style == 1 and codec == "utf-8":
            escaped = "".join(f"={byte:02X}" for byte in chunk)
            words.append(f"=?{label}?Q?{escaped}?=")
        else:
            words.append(f"=?{label}?B?{base64.b64encode(chunk).decode()}?=")
    return (CRLF + " ").join(words).encode()


def text_part(text: str, subtype: str, charset: Charset, rng: random.Random) -> bytes:
    """A text part, headers and body, in one of the transfer encodings that fit."""
    content = text.replace("\n", CRLF).encode(charset.codec, "replace")
    kind = f'text/{subtype}; charset="{charset.label}"' if charset.label else f"text/{subtype}"
    if charset.seven_bit:
        encoding, body = "7bit", content
    else:
        encoding = rng.choice(("base64", "base64", "quoted-printable", "8bit"))
        body = content
        if encoding == "base64":
            body = wrapped(content)
        elif encoding == "quoted-printable":
            # What has no line end at all gets LF alone.
            body = binascii.b2a_qp(content).replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    return (
        f"Content-Type: {kind}{CRLF}Content-Transfer-Encoding: {encoding}{CRLF}{CRLF}".encode()
        + body
    )


def wrapped(content: bytes) -> bytes:
    """Base64 in lines of 76 characters."""
    return base64.encodebytes(content).replace(b"\n", b"\r\n")


def multipart(subtype: str, parts: list[bytes], rng: random.Random) -> bytes:
    """A multipart, headers and body."""
    boundary = f"----=_Part_{rng.getrandbits(64):016x}"
    line = f"--{boundary}".encode()
    inner = b"".join(line + b"\r\n" + part + b"\r\n" for part in parts)
    head = f'Content-Type: multipart/{subtype}; boundary="{boundary}"{CRLF}{CRLF}'.encode()
    return head + inner + line + b"--\r\n"


class Attachments:
    """Files without end: pieces of one incompressible pool, base64 and ready to be written."""

    _LINE = 78
    _TYPES = (
        ("jpg", "image/jpeg"),
        ("jpg", "image/jpeg"),
        ("png", "image/png"),
        ("pdf", "application/pdf"),
        ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("zip", "application/zip"),
    )
    _NAMES = (
        "photo",
        "发票",
        "订单截图",
        "invoice",
        "IMG_2041",
        "退货单",
        "レシート",
        "scan",
        "Rechnung",
    )

    def __init__(self, seed: int, size: int = 3_000_000) -> None:
        self._pool = wrapped(random.Random(seed).randbytes(size))
        self._lines = len(self._pool) // self._LINE

    def part(self, rng: random.Random) -> bytes:
        """One attachment; half are over 100 KB."""
        lines = min(self._lines // 2, int(rng.lognormvariate(7.45, 1.1)) + 10)
        first = rng.randrange(self._lines - lines)
        body = self._pool[first * self._LINE : (first + lines) * self._LINE]
        extension, kind = rng.choice(self._TYPES)
        name = header(f"{rng.choice(self._NAMES)}_{rng.randrange(999)}.{extension}", UTF8, 2)
        name = name.replace(b"\r\n", b"")
        return (
            b'Content-Type: %s; name="%s"\r\nContent-Transfer-Encoding: base64\r\n'
            b'Content-Disposition: attachment; filename="%s"\r\n\r\n'
        ) % (kind.encode(), name, name) + body


_OUTLOOK_HEAD = (
    '<html xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office'
    ':office" xmlns:w="urn:schemas-microsoft-com:office:word" xmlns="http://www.w3.org/TR/REC-html40">\n<head>\n'
    '<meta http-equiv="Content-Type" content="text/html; charset={label}">\n'
    '<meta name="Generator" content="Microsoft Word 15 (filtered medium)">\n<style><!--\n'
    "/* Font Definitions */\n@font-face\n\t{{font-family:SimSun;\n\tpanose-1:2 1 6 0 3 1 1 1 1 1;}}"
    "\n"
    "/* Style Definitions */\np.MsoNormal, li.MsoNormal, div.MsoNormal\n\t{{margin:0cm;\n"
    '\tfont-size:10.5pt;\n\tfont-family:"Calibri",sans-serif;}}\na:link, span.MsoHyperlink\n'
    "\t{{mso-style-priority:99;\n\tcolor:#0563C1;\n\ttext-decoration:underline;}}\n"
    "@page WordSection1\n\t{{size:612.0pt 792.0pt;\n\tmargin:72.0pt 90.0pt 72.0pt 90.0pt;}}\n"
    "div.WordSection1\n\t{{page:WordSection1;}}\n--></style>\n"
    '<!--[if gte mso 9]><xml>\n<o:shapedefaults v:ext="edit" spidmax="1026" />\n'
    "</xml><![endif]-->\n"
    '</head>\n<body lang="ZH-CN" link="#0563C1" vlink="#954F72">\n<div class="WordSection1">\n'
)


def outlook(paragraphs: list[str], quoted: str, charset: Charset) -> str:
    """HTML as Outlook writes it."""
    body = "".join(
        f'<p class="MsoNormal"><span lang="EN-US" style="font-family:SimSun">{escape(text)}'
        "<o:p></o:p></span></p>\n"
        for text in paragraphs
    )
    if quoted:
        body += (
            '<div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm">'
            '<p class="MsoNormal"><b>From:</b> Support &lt;support@example.com&gt;<br></p></div>\n'
            f'<p class="MsoNormal">{escape(quoted)}</p>\n'
        )
    return (
        _OUTLOOK_HEAD.format(label=charset.label or "gb2312") + body + "</div>\n</body>\n</html>\n"
    )


def qq(paragraphs: list[str], quoted: str) -> str:
    """HTML as QQ Mail writes it."""
    body = "".join(f"<div>{escape(text)}</div><div><br></div>" for text in paragraphs)
    if quoted:
        body += (
            '<div style="font-size: 12px;font-family: Arial Narrow;padding:2px 0 2px 0;">'
            "------------------&nbsp;原始邮件&nbsp;------------------</div>"
            '<div style="font-size: 12px;background:#efefef;padding:8px;"><div><b>发件人:</b>'
            f'&nbsp;"客服中心"&lt;support@example.com&gt;;</div></div><div>{escape(quoted)}</div>'
        )
    return f'<div style="line-height:1.7;color:#000000;font-size:14px">{body}</div>'


def gmail(paragraphs: list[str], quoted: str, line: str) -> str:
    """HTML as Gmail writes it."""
    body = "<br><br>".join(escape(text) for text in paragraphs)
    if quoted:
        body += (
            f'<br><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">{escape(line)}<br>'
            '</div><blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex;border-left:1px '
            f'solid rgb(204,204,204);padding-left:1ex">{escape(quoted)}</blockquote></div>'
        )
    return f'<div dir="ltr">{body}</div>'


def newsletter(language: Language, rng: random.Random) -> str:
    """HTML as mailing systems write it: tables, pictures, tracked links."""
    cell = (
        '<table role="presentation" border="0" cellpadding="0" cellspacing="0" width="100%"><tr>'
        '<td align="center" valign="top" style="padding:18px;font-family:Helvetica">'
        '<a href="https://t.news.example/c/{key:016x}?utm_source=mail&amp;utm_medium=edm">'
        '<img src="https://img.news.example/{key:x}.jpg" width="264" alt="{title}"></a>'
        "<p>{text}</p></td></tr></table>\n"
    )
    cells = "".join(
        cell.format(
            key=rng.getrandbits(64),
            title=escape(rng.choice(language.products)),
            text=escape(language.fill(rng.choice(language.sentences), rng)),
        )
        for _ in range(rng.randint(12, 70))
    )
    return f"<!DOCTYPE html><html><head><title>News</title></head><body>{cells}</body></html>\n"
