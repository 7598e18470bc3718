"""Bytes of a stranger's mail into text, whatever their label claims."""

from __future__ import annotations

import codecs
import re
from functools import lru_cache

#: Labels that mean something other than Python's codec of that name, or that Python does not know.
#: A subset is read as its superset: what is called GB2312 is GB18030 as soon as a name is rare.
_ALIASES = {
    "gb2312": "gb18030", "gbk": "gb18030", "xgbk": "gb18030", "gb18030": "gb18030",
    "isogb2312": "gb18030", "gb231280": "gb18030", "cngb": "gb18030", "euccn": "gb18030",
    "chinese": "gb18030", "isoir58": "gb18030", "cp936": "gb18030", "936": "gb18030",
    "ms936": "gb18030", "windows936": "gb18030", "hzgb2312": "hz",
    "big5": "big5hkscs", "cnbig5": "big5hkscs", "xxbig5": "big5hkscs", "big5hkscs": "big5hkscs",
    "big5eten": "big5hkscs", "cp950": "cp950", "windows950": "cp950",
    "shiftjis": "cp932", "sjis": "cp932", "xsjis": "cp932", "mskanji": "cp932",
    "windows31j": "cp932", "cp932": "cp932", "eucjp": "euc_jp", "xeucjp": "euc_jp",
    "iso2022jp": "iso2022_jp_ext", "csiso2022jp": "iso2022_jp_ext",
    "ksc56011987": "cp949", "ksc5601": "cp949", "euckr": "cp949", "windows949": "cp949",
    "korean": "cp949", "ksc56011989": "cp949",
    "iso88591": "cp1252", "latin1": "cp1252", "l1": "cp1252", "usascii": "cp1252",
    "ascii": "cp1252", "ansix341968": "cp1252", "iso646us": "cp1252", "iso88599": "cp1254",
    "iso885911": "cp874", "tis620": "cp874", "iso88598i": "iso8859_8", "iso88596i": "iso8859_6",
    "unicode11utf7": "utf_7", "utf8mb4": "utf_8", "xmaccyrillic": "mac_cyrillic",
    "macintosh": "mac_roman", "xmacroman": "mac_roman",
}  # fmt: skip
#: Labels that say nothing: the text is looked at instead.
_NO_LABEL = frozenset(
    ("", "none", "unknown", "unknown8bit", "xunknown", "8bit", "7bit", "binary", "default", "ansi",
     "defaultcharset", "xuserdefined", "charset", "null", "iso", "multibyte", "dbcs")
)  # fmt: skip
_WESTERN = frozenset(("cp1252", "cp1254", "iso8859-15", "mac-roman"))
_NOT_NAME = re.compile(r"[^a-z0-9]+")
_HIGH = re.compile(rb"[\x80-\xff]")
_ISO_2022 = re.compile(rb"\x1b[$(][@-Z(]")
#: Charsets that mail is written in; chardet knows twice as many, and finds them in short texts.
_IN_MAIL = (
    "gb18030", "big5", "cp932", "euc-jp", "cp949", "koi8-r", "koi8-u", "iso-8859-2", "cp874",
    "windows-1250", "windows-1251", "windows-1252", "windows-1253", "windows-1254",
    "windows-1255", "windows-1256", "windows-1257", "windows-1258",
)  # fmt: skip
_GUESS_FROM = 4096  # bytes: more makes chardet slower, not better


@lru_cache(maxsize=512)
def codec_of(label: str) -> str:
    """The name of the Python codec that a charset label means; empty where it means none."""
    name = _NOT_NAME.sub("", label.lower())
    if name in _NO_LABEL:
        return ""
    for candidate in (_ALIASES.get(name), label.strip(" \t\"'"), name, name.removeprefix("x")):
        if not candidate:
            continue
        try:
            info = codecs.lookup(candidate)
        except (LookupError, ValueError, UnicodeError):
            continue
        # base64 and rot13 are codecs too, but no charsets; idna and its kin are quadratic.
        if not info._is_text_encoding or info.name in ("idna", "punycode", "undefined"):
            return ""
        return info.name
    return ""


def decode(data: bytes, label: str = "") -> str:
    """Return `data` as text: as labelled where that is possible, else as it looks. Never raises."""
    codec = codec_of(label)
    if data.isascii():
        if codec in ("hz", "utf-7") or codec.startswith(("utf-16", "utf-32")):
            return data.decode(codec, "replace")
        if b"\x1b" in data and (text := _iso_2022(data)) is not None:
            return text
        return data.decode("ascii")
    if not codec:
        return guess(data)
    if codec in _WESTERN:
        return _western(data, codec)
    try:
        return data.decode(codec)
    except UnicodeError:
        return _damaged(data, codec)


def guess(data: bytes) -> str:
    """Return unlabelled bytes as text: ASCII, UTF-8, ISO-2022-JP, and then what chardet says."""
    if b"\x1b" in data and (text := _iso_2022(data)) is not None:
        return text
    try:
        return data.decode("utf-8")
    except UnicodeError:
        pass
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    codec = _detect(data)
    if codec:
        text = data.decode(codec, "replace")
        if text.count("\ufffd") * 20 <= len(text):
            return text
    return _least_damaged(data, ("utf-8", "gb18030", "cp1252"))


def _detect(data: bytes) -> str:
    import chardet  # 50 ms that most runs need not pay

    lines = [line for line in data[: _GUESS_FROM * 16].split(b"\n") if not line.isascii()]
    sample = b"\n".join(lines)[:_GUESS_FROM]
    if sample.isascii():  # a long line with its first foreign letter far behind
        start = found.start() if (found := _HIGH.search(data)) else 0
        sample = data[start : start + _GUESS_FROM]
    guessed = chardet.detect(sample, include_encodings=_IN_MAIL)["encoding"]
    return codec_of(guessed or "")


def _western(data: bytes, codec: str) -> str:
    """Latin-1 and ASCII are what a program says that does not know: believe them last."""
    try:
        return data.decode("utf-8")
    except UnicodeError:
        pass
    high = len(data) - len(data.translate(None, bytes(range(0x80, 0x100))))
    if high * 4 >= len(data):  # no Western language has that many accents
        return guess(data)
    return data.decode(codec, "replace")


def _damaged(data: bytes, codec: str) -> str:
    if codec == "utf-8":
        text = data.decode("utf-8", "replace")
        # A few bad bytes (a cut, an 8-bit signature) are UTF-8 still; many are another charset.
        return text if text.count("\ufffd") * 20 <= len(text) else guess(data)
    try:
        return data.decode("utf-8")
    except UnicodeError:
        pass
    text = data.decode(codec, "replace")
    return text if text.count("\ufffd") * 20 <= len(text) else guess(data)


def _least_damaged(data: bytes, codecs_: tuple[str, ...]) -> str:
    texts = [data.decode(codec, "replace") for codec in codecs_]
    return min(texts, key=lambda text: text.count("\ufffd"))


def _iso_2022(data: bytes) -> str | None:
    if not _ISO_2022.search(data):
        return None
    for codec in ("iso2022_jp_ext", "iso2022_jp_3", "iso2022_kr"):
        try:
            return data.decode(codec)
        except UnicodeError:
            continue
    return data.decode("iso2022_jp_ext", "replace")
