"""Draw the console on the demo's desk: `python docs/screenshots.py` writes docs/images/*.svg."""

from __future__ import annotations

import asyncio
import re
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from kfdesk import i18n
from kfdesk.config import load
from kfdesk.desk import Desk
from kfdesk.desk.admin.demo import make
from kfdesk.desk.agents import acting
from kfdesk.desk.syncing.sync import sync
from kfdesk.tui.app import looking
from kfdesk.tui.console import Console
from kfdesk.tui.live import DeskSource

NOW = datetime(2026, 11, 11, 8, 0, tzinfo=UTC)
#: name, language, theme, columns, lines, keys
PICTURES: Sequence[tuple[str, i18n.Language, str, int, int, str]] = (
    ("console-en", "en", "kfdesk-dark", 120, 40, "j j"),
    ("console-zh", "zh", "kfdesk-dark", 120, 40, "j"),
    ("console-wide-zh", "zh", "kfdesk-light", 200, 50, "j j j enter"),
    ("console-reply-en", "en", "kfdesk-light", 120, 40, "j enter r T h a n k s"),
    ("console-small-zh", "zh", "kfdesk-dark", 80, 24, "j j"),
    ("console-small-read-zh", "zh", "kfdesk-dark", 80, 24, "j j enter"),
    ("console-palette-en", "en", "kfdesk-dark", 120, 40, "ctrl+p"),
    ("console-bulk-en", "en", "kfdesk-dark", 120, 40, "space j space j space m enter"),
    ("console-bulk-zh", "zh", "kfdesk-dark", 120, 40, "space j space j space m enter"),
    ("console-articles-en", "en", "kfdesk-light", 120, 40, "j enter ctrl+k"),
    ("console-articles-zh", "zh", "kfdesk-light", 120, 40, "j j enter ctrl+k"),
)


async def draw(folder: Path, pictures: Sequence[str]) -> None:
    """Draw the pictures that are named, or all of them."""
    desks: dict[str, Path] = {}
    for name, language, theme, columns, lines, keys in PICTURES:
        if pictures and name not in pictures:
            continue
        i18n.use(language)
        if language not in desks:
            home = folder / language
            home.mkdir()
            desks[language] = make(home, language, NOW)
        # In the file: the console takes in what stands there.
        written = desks[language].read_text(encoding="utf-8")
        themed = re.sub(r"\[ui\]\n(theme = .*\n)?", f'[ui]\ntheme = "{theme}"\n', written)
        desks[language].write_text(themed, encoding="utf-8")
        settings = load(desks[language])
        desk = Desk.open(settings, lambda: NOW)
        sync(desk.settings, clock=lambda: NOW)
        actor = acting(settings, settings.agents[0].name)
        source = DeskSource(desk, actor)
        app = Console(lambda source=source: source, settings, looking(settings, actor, lambda: NOW))  # type: ignore[misc]
        async with app.run_test(size=(columns, lines)) as pilot:
            await pilot.pause(1)
            await pilot.press(*keys.split())
            await pilot.pause(1)
            svg = app.export_screenshot(title=settings.desk.name)
        svg = svg.replace("Fira Code", "DejaVu Sans Mono, Noto Sans Mono CJK SC")
        (Path(__file__).parent / "images" / f"{name}.svg").write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        asyncio.run(draw(Path(temporary), sys.argv[1:]))
