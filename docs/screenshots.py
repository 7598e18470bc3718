"""Draw the console on the demo's desk: `python -m docs.screenshots [SCENE…]` writes docs/images.

Every scene of tools/scenes.py at three sizes, in two languages and two themes; and the gallery of
them at the end of docs/console.md. Without a name all are drawn.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from kfdesk import i18n
from kfdesk.actions import shown
from tools.drawing import drawn
from tools.scenes import LANGUAGES, SCENES, SIZES, desk, go, opened

HERE = Path(__file__).parent
IMAGES = HERE / "images" / "console"
THEMES = {"dark": "kfdesk-dark", "light": "kfdesk-light"}

#: In docs/console.md, what stands above it is written by hand.
_MARK = "<!-- From here on made by `python -m docs.screenshots`: do not edit. -->\n"
_HEAD = """
Every screen on the demo's desk, `kfdesk demo`, at 120×40 cells in both languages; 80×24 and 200×50
stand behind the links, and each in the light theme too.
"""


def name_of(scene: str, size: tuple[int, int], language: str, theme: str) -> str:
    """The file of a picture."""
    return f"{scene}-{size[0]}x{size[1]}-{language}-{theme}.svg"


async def draw(folder: Path, wanted: Sequence[str]) -> None:
    """Draw the scenes that are named, or all of them."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    for language in LANGUAGES:
        i18n.use(language)
        home = folder / language
        home.mkdir()
        settings = desk(home, language)
        for scene in SCENES:
            for size in SIZES if not wanted or scene.name in wanted else ():
                async with opened(settings, size) as (app, pilot):
                    await go(pilot, scene)
                    for theme, name in THEMES.items():
                        app.wear(name)
                        await pilot.pause(0.1)
                        back = app.appearance.scheme.colors["background"]
                        lines = app.screen._compositor.render_strips()
                        svg = drawn(lines, *size, settings.desk.name, back)
                        file = IMAGES / name_of(scene.name, size, language, theme)
                        file.write_text(svg, encoding="utf-8")


def gallery() -> Iterator[str]:
    """The pictures in docs/console.md."""
    yield _HEAD
    for scene in SCENES:
        keys = " ".join(f"`{shown(key)}`" for key in scene.keys.split())
        yield f"\n### {scene.name.capitalize()}\n\nKeys: {keys}\n\n"
        for language in LANGUAGES:
            file = name_of(scene.name, SIZES[1], language, "dark")
            yield f"![{scene.name}, {language}](images/console/{file})\n"
        links = (
            f"[{size[0]}×{size[1]} {language} {theme}]"
            f"(images/console/{name_of(scene.name, size, language, theme)})"
            for size in SIZES
            for language in LANGUAGES
            for theme in THEMES
        )
        yield "\n" + " · ".join(links) + "\n"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        asyncio.run(draw(Path(temporary), sys.argv[1:]))
    page = HERE / "console.md"
    written, mark, _old = page.read_text(encoding="utf-8").partition(_MARK)
    page.write_text(written + mark + "".join(gallery()), encoding="utf-8")
