"""A page sends a file to its console: when it was asked, once, so much, and to no other place."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientWebSocketResponse

from kfdesk.tui.outside import sent
from kfdesk.web import files
from tests.web.conftest import Site, Visitor, first
from tests.web.test_server import gone


async def asked(socket: ClientWebSocketResponse) -> str:
    """The word with which the console lets a file in."""
    await socket.send_json(["stdin", "file"])
    kind, token = json.loads(await socket.receive_str(timeout=10))
    assert kind == "file"
    return str(token)


async def post(visitor: Visitor, token: str, name: str, content: bytes, **given: Any) -> int:
    """Send a file; the status of the answer."""
    return (
        await visitor.ask("POST", f"/file/{token}", params={"name": name}, data=content, **given)
    ).status


async def test_a_file_reaches_its_console_and_goes_with_it(site: Site) -> None:
    async with site.visitor() as anna:
        await anna.log_in()
        async with await anna.open() as socket:
            me = await first(socket)
            folder = Path(me["env"][sent.FOLDER])
            assert folder.stat().st_mode & 0o077 == 0
            for name, kept in (("../../照片 1.jpg", "照片 1.jpg"), ("..", "attachment")):
                assert await post(anna, await asked(socket), name, b"\xff\xd8 photo") == 204
                said = json.loads(await socket.receive_bytes(timeout=10))
                path = Path(said["path"])
                assert said["number"] == 7  # it is for the ticket that it was asked for
                assert path.name == kept
                assert path.resolve().is_relative_to(folder.resolve())
                assert path.read_bytes() == b"\xff\xd8 photo"
        await gone(me["pid"])
        for _turn in range(100):
            if not folder.exists():
                break
            await site.server.look(None)
        assert not folder.exists()


async def test_a_file_that_nobody_asked_for_is_not_taken(site: Site) -> None:
    async with site.visitor() as anna, site.visitor() as bert, site.visitor() as nobody:
        await anna.log_in()
        await bert.log_in("bert")
        async with await anna.open() as socket:
            folder = Path((await first(socket))["env"][sent.FOLDER])
            token = await asked(socket)
            assert await post(nobody, token, "a.txt", b"x") == 401
            assert await post(bert, token, "a.txt", b"x") == 404
            assert await post(anna, "wrong", "a.txt", b"x") == 404
            evil = {"Origin": "https://evil.example"}
            assert await post(anna, token, "a.txt", b"x", headers=evil) == 403
            assert await post(anna, token, "a.txt", b"x") == 204
            assert await post(anna, token, "b.txt", b"x") == 404  # a word is good once
            assert [file.name for file in folder.rglob("*.txt")] == ["a.txt"]


async def test_a_file_that_no_mail_could_hold_is_refused_and_not_kept(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kfdesk.web.server.largest", lambda _settings: 100)

    async def drops() -> Any:
        for _drop in range(20):
            yield b"x" * 10

    async with site.visitor() as anna:
        await anna.log_in()
        async with await anna.open() as socket:
            folder = Path((await first(socket))["env"][sent.FOLDER])
            for content in (b"x" * 101, drops()):
                assert await post(anna, await asked(socket), "a.txt", content) == 413
            assert not [*folder.rglob("*.txt")]
            for _file in range(files._MOST + 2):  # the oldest make room for those that come
                assert await post(anna, await asked(socket), "a.txt", b"x" * 100) == 204
                await socket.receive_bytes(timeout=10)
            assert len([*folder.rglob("*.txt")]) == files._MOST


async def test_a_file_that_cannot_be_kept_is_said_to_have_gone_astray(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(*_given: object) -> Path:
        raise OSError(28, "No space left on device")

    async with site.visitor() as anna:
        await anna.log_in()
        async with await anna.open() as socket:
            folder = Path((await first(socket))["env"][sent.FOLDER])
            with monkeypatch.context() as patched:
                patched.setattr(files.Files, "_write", full)
                assert await post(anna, await asked(socket), "a.txt", b"x") == 507
            assert "No space left" in site.said[-1]
            token = await asked(socket)
            shutil.rmtree(folder)
            assert await post(anna, token, "a.txt", b"x") == 404
            assert await post(anna, "%ED%A0%80", "a.txt", b"x") == 404


def test_a_console_in_a_browser_reads_of_the_server_what_its_page_has_sent_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "sent"
    folder.mkdir()
    (tmp_path / "secret").write_text("secret")
    (folder / "photo").write_text("photo")
    (folder / "link").symlink_to(tmp_path / "secret")
    assert not sent.is_sent(folder / "photo")
    monkeypatch.setenv(sent.FOLDER, str(folder))
    assert sent.is_sent(folder / "photo")
    for other in ("link", "../secret", "a\0b"):
        assert not sent.is_sent(folder / other), other
    assert not sent.is_sent(Path("/etc/passwd"))
