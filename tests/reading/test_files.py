"""Files of strangers: what may be opened, where they are saved, what becomes of pictures."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import pytest

from kfdesk.desk.tickets import show
from kfdesk.desk.tickets.files import keep, offered
from kfdesk.errors import UserError
from kfdesk.mail.harmless import refusal
from kfdesk.model import File
from kfdesk.pictures import small

PNG = b"\x89PNG\r\n\x1a\n"


def png(width: int, height: int, rows: bytes | None = None) -> bytes:
    """A grey picture; `rows` are its lines, compressed."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)

    data = zlib.compress((b"\0" + b"\x80" * width) * height) if rows is None else rows
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return PNG + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("name", "type", "content"),
    [
        ("a.pdf", "application/pdf", b"%PDF-1.7\n1 0 obj"),
        ("a.png", "image/png", png(20, 20)),
        ("a.TXT", "text/plain", "您好\n".encode()),
        ("a.docx", "application/zip", b"PK\x03\x04word/document.xml"),
    ],
)
def test_what_is_what_its_name_says_may_be_opened(name: str, type: str, content: bytes) -> None:
    """Pictures, texts, documents without macros."""
    assert refusal(name, type, content) == ""


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("setup.exe", b"MZ\x90"),
        ("invoice.pdf.exe", b"%PDF-1.7"),
        ("invoice.pdf", b"MZ\x90"),
        ("invoice.pdf", b"\x7fELF"),
        ("run.txt", b"#!/bin/sh\nrm -rf ~"),
        ("run.txt", b"\xef\xbb\xbf#!/bin/sh"),
        ("page.html", b"<html><script>"),
        ("a.svg", b"<svg onload=x>"),
        ("a.desktop", b"[Desktop Entry]"),
        ("a.png", b"[Desktop Entry]\nExec=x"),
        ("a.lnk", b"L\x00\x00\x00\x01\x14\x02\x00"),
        ("a.docm", b"PK\x03\x04"),
        ("a.docx", b"PK\x03\x04 word/vbaProject.bin"),
        ("a.doc", b"\xd0\xcf\x11\xe0"),
        ("a.pdf", b"%PDF-1.7 /OpenAction << /S /Launch"),
        ("a.pdf", b"<html>%PDF-1.7"),
        ("a.png", b"GIF89a"),
        ("a.txt", b"\x00\x01\x02"),
        ("a.zip", b"PK\x03\x04"),
        ("a.eml", b"From: x"),
        ("noname", b"hello"),
        ("a.pdf ", b"MZ"),
        ("", b""),
    ],
)
def test_what_may_do_harm_is_refused_with_a_reason(name: str, content: bytes) -> None:
    """By its extension, and by what it is in truth."""
    assert refusal(name, "application/octet-stream", content)


def test_a_file_is_saved_under_a_safe_name_and_over_no_other(tmp_path: Path) -> None:
    """A number is added; a link in the folder is not followed; it is no program."""
    outside = tmp_path / "outside"
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a (2).txt").symlink_to(outside)
    evil = File("../../a.txt", "text/plain", b"one")
    first = keep(evil, str(tmp_path / "in"))
    second = keep(evil, f"{tmp_path / 'in'}/")
    assert (first.name, second.name) == ("a.txt", "a (3).txt")
    assert first.parent == tmp_path / "in"
    assert first.stat().st_mode & 0o777 == 0o600
    assert not outside.exists()
    named = keep(evil, str(tmp_path / "in" / "b.txt"))
    assert named.name == "b.txt"
    with pytest.raises(UserError, match="cannot be written"):
        keep(evil, str(tmp_path / "nowhere" / "b.txt"))


@pytest.mark.parametrize("name", ["../../x.pdf", "/etc/x.pdf", "-.x.pdf", "~/.x.pdf"])
def test_by_command_too_a_file_stays_in_its_folder_and_in_sight(tmp_path: Path, name: str) -> None:
    """However it got its name: from an import, say."""
    assert show.save(File(name, "application/pdf", b"x"), tmp_path) == tmp_path / "x.pdf"


def test_a_path_is_completed_folders_first(tmp_path: Path) -> None:
    """What begins with a dot is there when a dot is typed; what is no folder offers nothing."""
    (tmp_path / "Bills").mkdir()
    (tmp_path / "Box.txt").touch()
    (tmp_path / ".hidden").mkdir()
    at = f"{tmp_path}/"
    assert offered(f"{at}B") == [f"{at}Bills/", f"{at}Box.txt"]
    assert offered(at, folders=True) == [f"{at}Bills/"]
    assert offered(f"{at}.h") == [f"{at}.hidden/"]
    assert offered(f"{at}nowhere/x") == []


def test_a_picture_becomes_half_blocks_of_its_shape() -> None:
    """Two pixels a cell; its own size is known."""
    picture = small(png(200, 100), 20, 10)
    assert picture is not None
    assert (picture.width, picture.height, picture.size) == (20, 10, (200, 100))
    rows = list(picture.rows())
    assert len(rows) == 5
    assert rows[0][0] == ((128, 128, 128), (128, 128, 128))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a picture",
        png(30_000, 30_000, zlib.compress(b"\0" * 1000)),  # a bomb says how large it is
        png(20, 20, b"broken"),
        png(1, 1),
        b"GIF89a" + b"\xff" * 100,
        b"%!PS\n(x) run",  # a format whose decoder starts programs
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    ],
    ids=range(8),
)
def test_what_is_no_picture_or_too_large_is_none(content: bytes) -> None:
    """The child that decodes may fail; nobody else does."""
    assert small(content, 20, 10) is None
