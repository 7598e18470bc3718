"""Whether a file that a stranger sent may be given to a program of this machine, and why not."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from kfdesk.i18n import _

#: What may be opened: by its extension, and how the content of such a file begins.
_STARTS: dict[str, tuple[bytes, ...]] = {
    "png": (b"\x89PNG\r\n\x1a\n",),
    "jpg": (b"\xff\xd8\xff",),
    "jpeg": (b"\xff\xd8\xff",),
    "gif": (b"GIF87a", b"GIF89a"),
    "webp": (b"RIFF",),
    "bmp": (b"BM",),
    "tif": (b"II*\x00", b"MM\x00*"),
    "tiff": (b"II*\x00", b"MM\x00*"),
    "pdf": (b"%PDF-",),
    "docx": (b"PK\x03\x04",),
    "xlsx": (b"PK\x03\x04",),
    "pptx": (b"PK\x03\x04",),
    "odt": (b"PK\x03\x04",),
    "ods": (b"PK\x03\x04",),
    "odp": (b"PK\x03\x04",),
    "mp3": (b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2"),
    "wav": (b"RIFF",),
    "ogg": (b"OggS",),
    "flac": (b"fLaC",),
    "mp4": (),
    "m4a": (),
    "mov": (),
    "txt": (),
    "log": (),
    "md": (),
}
_TEXTS = ("txt", "log", "md")
_FILMS = ("mp4", "m4a", "mov")
#: How programs begin: no file that begins so is opened, whatever it is called.
_PROGRAMS = (
    *(b"MZ", b"\x7fELF", b"#!", b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xce\xfa\xed\xfe"),
    *(b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe", b"L\x00\x00\x00\x01\x14\x02\x00", b"<?php"),
    *(b"[Desktop Entry]", b"[InternetShortcut]"),
)
_MACROS = re.compile(rb"vbaProject\.bin|vbaData\.xml|/embeddings/|activeX|Basic/script-l[bc]", re.I)
_ACTIVE = re.compile(rb"/(?:JavaScript|JS|Launch|EmbeddedFile|OpenAction|AA|RichMedia)\b")
_MARKUP = re.compile(rb"<(?:script|html|svg|iframe|!doctype)", re.I)
_CONTROLS = bytes({*range(0x20)} - {0x09, 0x0A, 0x0C, 0x0D, 0x1B})
_LOOKED_AT = 4096


def refusal(name: str, type: str, content: bytes) -> str:
    """Return why a file is not opened, as a sentence; empty for one that may be."""
    extension = PurePosixPath(name.strip().rstrip(". ")).suffix.lower().lstrip(".")
    start = content[:_LOOKED_AT].lstrip(b"\xef\xbb\xbf \t\r\n")
    if any(start.startswith(magic) for magic in _PROGRAMS):
        return _("it is a program, whatever its name says")
    if not extension:
        return _("its name does not say what it is")
    if extension not in _STARTS:
        return _("files of the kind .{kind} are not opened from here").format(kind=extension)
    if extension in _TEXTS:
        if content[:_LOOKED_AT].translate(None, _CONTROLS) != content[:_LOOKED_AT]:
            return _("its name says text, and it is none")
        return ""
    starts = _STARTS[extension]
    if extension in _FILMS:
        right = content[4:8] == b"ftyp"
    elif extension == "pdf":
        right = b"%PDF-" in content[:1024]
    else:
        right = content.startswith(starts)
    if extension == "webp":
        right = right and content[8:12] == b"WEBP"
    if not right or (type.startswith("text/") and type != "text/plain"):
        return _("its content is not what its name says: .{kind}").format(kind=extension)
    if extension == "pdf" and (_ACTIVE.search(content) or _MARKUP.search(start)):
        return _("it does something by itself when it is opened")
    if b"PK\x03\x04" in starts and _MACROS.search(content):
        return _("it has macros or other files in it")
    return ""
