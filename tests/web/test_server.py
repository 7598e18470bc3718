"""The server: nothing without a login, one process a page, and none that outlives it."""

from __future__ import annotations

import asyncio
import os
from dataclasses import replace

import pytest
from aiohttp import WSServerHandshakeError

from kfdesk.desk.admin import credentials
from kfdesk.web.server import MOST_CONSOLES
from kfdesk.web.window import LOGGED_OUT
from tests.desk.office import ANNA
from tests.web.conftest import PASSWORD, Site, first


def alive(pid: int) -> bool:
    """Whether there is such a process."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


async def gone(pid: int) -> None:
    """Wait until a process has ended."""
    for _turn in range(200):
        if not alive(pid):
            return
        await asyncio.sleep(0.05)
    raise AssertionError("it is still there")


async def test_without_a_login_there_is_a_form_and_no_socket(site: Site) -> None:
    async with site.visitor() as visitor:
        answer = await visitor.ask("GET", "/")
        assert (answer.status, answer.headers["Location"]) == (303, "/login")
        with pytest.raises(WSServerHandshakeError, match="401"):
            await visitor.open()
        assert (await visitor.ask("GET", "/download/abc")).status == 401


async def test_the_cookie_of_a_login_is_for_this_page_alone(site: Site) -> None:
    async with site.visitor() as visitor:
        form = {"name": "anna", "password": PASSWORD}
        answer = await visitor.ask("POST", "/login", data=form)
        cookie = answer.headers["Set-Cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=Strict" in cookie
        assert (await visitor.ask("GET", "/")).status == 200
        assert (await visitor.ask("POST", "/logout")).status == 303
        assert (await visitor.ask("GET", "/")).status == 303


async def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(site: Site) -> None:
    async with site.visitor() as visitor:
        pages = set()
        for name in ("anna", "carl"):
            form = {"name": name, "password": "wrong"}
            answer = await visitor.ask("POST", "/login", data=form)
            assert answer.status == 401
            pages.add((await answer.text()).replace(name, "NAME"))
        assert len(pages) == 1


async def test_after_five_wrong_ones_even_the_right_one_has_to_wait(site: Site) -> None:
    async with site.visitor() as visitor:
        assert [await visitor.log_in(password="wrong") for _n in range(5)] == [401] * 5
        answer = await visitor.ask("POST", "/login", data={"name": "anna", "password": PASSWORD})
        assert answer.status == 429
        assert int(answer.headers["Retry-After"]) > 60


async def test_many_guesses_at_once_are_no_faster_than_one_after_another(site: Site) -> None:
    async with site.visitor() as visitor:
        found = await asyncio.gather(*(visitor.log_in(password="wrong") for _n in range(12)))
        assert found.count(401) == 5
        assert found.count(429) == 7


@pytest.mark.parametrize("origin", ["https://evil.example", "null", ""])
async def test_another_page_can_neither_log_in_nor_open_a_console(site: Site, origin: str) -> None:
    async with site.visitor() as visitor:
        assert await visitor.log_in() == 303
        with pytest.raises(WSServerHandshakeError, match="403"):
            await visitor.open(Origin=origin)
        for path in ("/login", "/logout"):
            answer = await visitor.ask("POST", path, headers={"Origin": origin})
            assert answer.status == 403
        assert (await visitor.ask("GET", "/")).status == 200  # nobody was logged out


async def test_a_name_that_only_leads_here_is_not_answered(site: Site) -> None:
    async with site.visitor() as visitor:
        answer = await visitor.ask("GET", "/login", headers={"Host": "evil.example"})
        assert answer.status == 421


async def test_every_answer_has_the_headers_that_keep_it_safe(site: Site) -> None:
    async with site.visitor() as visitor:
        for path in ("/", "/login", "/nothing", "/static/console.js", "/static/", "/download/x"):
            answer = await visitor.ask("GET", path)
            assert answer.headers["X-Frame-Options"] == "DENY", path
            assert answer.headers["X-Content-Type-Options"] == "nosniff", path
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"], path
            assert answer.headers["Server"] == "kfdesk", path


@pytest.mark.parametrize("path", ["/static/", "/static/server.py", "/static/..%2f..%2fserver.py"])
async def test_no_other_file_can_be_asked_for(site: Site, path: str) -> None:
    async with site.visitor() as visitor:
        assert (await visitor.ask("GET", path)).status == 404


async def test_a_giant_form_is_refused(site: Site) -> None:
    async with site.visitor() as visitor:
        form = {"name": "anna", "password": "x" * 100_000}
        assert (await visitor.ask("POST", "/login", data=form)).status == 413


async def test_two_agents_at_once_have_a_process_each_that_acts_as_them(site: Site) -> None:
    async with site.visitor() as anna, site.visitor() as bert:
        assert await anna.log_in("anna") == await bert.log_in("bert") == 303
        async with await anna.open() as hers, await bert.open() as his:
            one, other = await first(hers), await first(his)
            assert (one["arguments"], other["arguments"]) == (["--as", "anna"], ["--as", "bert"])
            assert one["pid"] != other["pid"]
            await hers.send_json(["stdin", "中文"])
            assert await hers.receive_bytes(timeout=5) == "中文".encode()
            await hers.send_json(["resize", {"width": 50, "height": 20}])
            assert b'"width": 50' in await hers.receive_bytes(timeout=5)


async def test_a_console_is_told_of_the_servers_environment_only_what_it_needs(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOME_TOKEN", "secret")
    monkeypatch.setenv("EDITOR", "vim")
    async with site.visitor() as anna:
        await anna.log_in()
        async with await anna.open() as socket:
            given = (await first(socket))["env"]
    assert not {"SOME_TOKEN", "EDITOR", "VISUAL", "SHELL"} & given.keys()
    assert given["TEXTUAL_DRIVER"].endswith("BrowserDriver")


async def test_a_process_ends_with_its_page(site: Site) -> None:
    async with site.visitor() as anna:
        await anna.log_in()
        async with await anna.open() as socket:
            pid = (await first(socket))["pid"]
            assert alive(pid)
        await gone(pid)


async def test_a_page_is_told_when_its_console_ends(site: Site) -> None:
    async with site.visitor() as anna:
        await anna.log_in()
        async with await anna.open() as socket:
            await first(socket)
            await socket.send_json(["stdin", "\x04"])
            await socket.receive(timeout=10)
            assert socket.closed


async def test_with_the_login_every_console_of_it_ends(site: Site) -> None:
    async with site.visitor() as anna:
        await anna.log_in()
        async with await anna.open() as socket:
            pid = (await first(socket))["pid"]
            await asyncio.gather(anna.ask("POST", "/logout"), socket.receive(timeout=10))
            assert socket.close_code == LOGGED_OUT
        await gone(pid)


async def test_a_new_password_ends_the_logins_of_the_old_one(site: Site) -> None:
    async with site.visitor() as anna, site.visitor() as bert:
        await anna.log_in()
        await bert.log_in("bert")
        site.office.later(seconds=1)
        credentials.set_password(site.office.desk, ANNA, "anna", "another whale sings")
        await site.server.look(None)
        assert (await anna.ask("GET", "/")).status == 303
        assert (await bert.ask("GET", "/")).status == 200


async def test_who_is_no_agent_any_more_is_logged_out(site: Site) -> None:
    async with site.visitor() as bert:
        await bert.log_in("bert")
        settings = site.office.settings
        without = tuple(agent for agent in settings.agents if agent.name != "bert")
        await site.server.look(replace(settings, agents=without))
        assert (await bert.ask("GET", "/")).status == 303
        assert await bert.log_in("bert") == 401


async def test_a_login_ends_when_nobody_presses_anything_and_at_last_anyway(site: Site) -> None:
    async with site.visitor() as anna:
        await anna.log_in()
        site.office.later(minutes=61)
        assert (await anna.ask("GET", "/")).status == 303
        await anna.log_in()
        for _half_hour in range(24):
            site.office.later(minutes=30)
            assert (await anna.ask("GET", "/")).status == 200
        site.office.later(minutes=1)
        assert (await anna.ask("GET", "/")).status == 303


async def test_what_no_page_of_ours_says_ends_the_socket(site: Site) -> None:
    async with site.visitor() as anna:
        await anna.log_in()
        for nonsense in ("{", '["stdin", 5]', '["run", "sh"]', "5"):
            async with await anna.open() as socket:
                await first(socket)
                await socket.send_str(nonsense)
                await socket.receive(timeout=10)
                assert socket.close_code == 1008, nonsense


async def test_an_agent_has_only_so_many_consoles_open(site: Site) -> None:
    async with site.visitor() as anna:
        await anna.log_in()
        opened = [await anna.open() for _n in range(MOST_CONSOLES)]
        with pytest.raises(WSServerHandshakeError, match="429"):
            await anna.open()
        for socket in opened:
            await socket.close()


async def test_only_links_that_lead_to_the_web_are_passed_on(site: Site) -> None:
    async with site.visitor() as anna:
        await anna.log_in()
        async with await anna.open() as socket:
            await first(socket)
            await socket.send_json(["stdin", "open javascript:alert(1)"])
            await socket.send_json(["stdin", "open https://example.com/a"])
            assert '"url": "https://example.com/a"' in await socket.receive_str(timeout=5)


async def test_the_pages_speak_the_language_of_who_looks(site: Site) -> None:
    async with site.visitor() as visitor:
        for accepted, lang in (
            ("zh-CN,en;q=0.8", "zh-Hans"),
            ("zh-TW", "zh-Hant"),
            ("fr, en", "en"),
        ):
            answer = await visitor.ask("GET", "/login", headers={"Accept-Language": accepted})
            assert f'<html lang="{lang}">' in await answer.text()


async def test_what_somebody_types_is_never_markup(site: Site) -> None:
    async with site.visitor() as visitor:
        form = {"name": '"><script>alert(1)</script>', "password": "wrong"}
        answer = await visitor.ask("POST", "/login", data=form)
        assert "<script>" not in await answer.text()
