"""The composer with its head open, at three sizes and in two languages."""

from __future__ import annotations

import pytest

from kfdesk import i18n
from kfdesk.desk.sending.head import Head
from tests.tui.console import assert_snapshot, opened, settled
from tests.tui.fake import FakeSource


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 50)], ids=lambda s: f"{s[0]}x{s[1]}")
@pytest.mark.parametrize("language", ["en", "zh"])
async def test_the_composer_with_its_head_open(
    size: tuple[int, int], language: i18n.Language
) -> None:
    before = i18n.current()
    i18n.use(language)
    source = FakeSource()
    source.drafts[12, "reply"] = "您好，already on its way."
    source.heads[12, "reply"] = Head(cc="王芳 <wang.fang@example.com>", signature="agent")
    try:
        await _shown(source, size, language)
    finally:
        i18n.use(before)


async def _shown(source: FakeSource, size: tuple[int, int], language: str) -> None:
    async with opened(source, size) as (app, pilot):
        await pilot.press("enter", "r")
        await settled(pilot)
        await app.main.refresh_all()  # one was read
        await pilot.press("ctrl+t")
        app.main.composer.heading.offer(["张伟 <zhang.wei@example.com>", "陈静 <cj@x.cn>"], "cc")
        await pilot.pause()
        assert_snapshot(app, f"composer-{size[0]}x{size[1]}-{language}")
