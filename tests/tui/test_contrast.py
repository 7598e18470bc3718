"""Everything can be read: by contrast in every theme, and without colour by sign or word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations

import pytest
from rich.color import Color
from rich.style import Style

from kfdesk import i18n
from kfdesk.settings import Settings, Theme
from kfdesk.tui.console import Console
from kfdesk.tui.looks import theme
from kfdesk.tui.looks.schemes import (
    FAINT,
    GROUNDS,
    HIGH,
    INKS,
    OWN,
    Scheme,
    contrast,
    luminance,
    made,
    scheme_of,
)
from kfdesk.tui.looks.terminal import Terminal
from kfdesk.tui.screens.sheet import Sheet
from tests.tui.console import assert_snapshot, still, strips
from tools.scenes import LANGUAGES, SCENES, SIZES, Scene, desk, go, opened

COLOURED = [scheme for scheme in OWN.values() if not scheme.ansi]
#: Lines, bars and dots that say nothing alone.
_DRAWN = "─│╭╮╰╯▎▏▌▐█▀▁▂▃▄▅▆▇▔┄·▕┃"
#: What a terminal of few signs may not have.
_SIGNS = re.compile("[\u2000-\u2e7f\ue000-\uf8ff\U0001f000-\U0001ffff]")


# --- the colours alone


@pytest.mark.parametrize("scheme", COLOURED, ids=lambda scheme: scheme.name)
def test_every_ink_can_be_read_on_every_ground(scheme: Scheme) -> None:
    for ink in INKS:
        least = FAINT if ink == "faint" and scheme.least < HIGH else scheme.least
        for ground in GROUNDS:
            found = contrast(scheme.colors[ink], scheme.colors[ground])
            assert found >= least, f"{ink} on {ground}"


#: Machado, Oliveira, Fernandes 2009, whole deficiency: protan, deutan, tritan.
_BLIND = (
    ((0.152, 1.053, -0.205), (0.115, 0.786, 0.099), (-0.004, -0.048, 1.052)),
    ((0.367, 0.861, -0.228), (0.280, 0.673, 0.047), (-0.012, 0.043, 0.969)),
    ((1.256, -0.077, -0.179), (-0.078, 0.931, 0.148), (0.005, 0.691, 0.304)),
)


def _seen(color: str, matrix: tuple[tuple[float, ...], ...]) -> tuple[float, ...]:
    linear = [(int(color[at : at + 2], 16) / 255) ** 2.2 for at in (1, 3, 5)]
    mixed = [sum(m * c for m, c in zip(row, linear, strict=True)) for row in matrix]
    return tuple(255 * max(0.0, min(1.0, value)) ** (1 / 2.2) for value in mixed)


@pytest.mark.parametrize("scheme", COLOURED, ids=lambda scheme: scheme.name)
def test_who_is_colour_blind_tells_what_is_late_from_what_is_solved(scheme: Scheme) -> None:
    """Of deadlines: fine, soon, late; of states: open, waiting, solved."""
    together = (("muted", "warning", "error"), ("primary", "warning"), ("success", "error"))
    for matrix in _BLIND:
        for group in together:
            for one, other in combinations(group, 2):
                a, b = (_seen(scheme.colors[name], matrix) for name in (one, other))
                apart = sum((x - y) ** 2 for x, y in zip(a, b, strict=True)) ** 0.5
                assert apart >= 16, f"{one} and {other}"


def test_a_theme_of_ones_own_becomes_readable_and_keeps_what_it_inherits() -> None:
    own = {
        "dim": Theme(inherits="kfdesk-light", foreground="#dddddd", primary="#88ccff"),
        "dimmer": Theme(inherits="dim", error="#ffffff"),
    }
    scheme = scheme_of("dimmer", own)
    assert scheme is not None
    assert not scheme.dark
    assert scheme.colors["background"] == OWN["kfdesk-light"].colors["background"]
    for ink in ("foreground", "primary", "error"):
        assert contrast(scheme.colors[ink], scheme.colors["background"]) >= 4.5


@pytest.mark.parametrize("name", sorted(set(theme.names({})) - {*OWN}))
def test_textuals_own_themes_become_readable_too(name: str) -> None:
    scheme = theme.find(name, {})
    assert scheme is not None
    assert contrast(scheme.colors["muted"], scheme.colors["cursor"]) >= 4.5


def test_nothing_is_lost_where_a_colour_can_go_no_further() -> None:
    """A grey ground lets no ink reach the contrast: it is as strong as can be."""
    grey = dict.fromkeys((*GROUNDS, *INKS), "#777777")
    assert luminance(made("grey", grey).colors["foreground"]) in (0.0, 1.0)


# --- the screens


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """The demo's desk, in Chinese: its mails are in seven scripts."""
    before = i18n.current()
    yield desk(tmp_path_factory.mktemp("desk"), "zh")
    i18n.use(before)


@pytest.fixture(autouse=True)
def chinese() -> Iterator[None]:
    """Each scene begins in Chinese."""
    before = i18n.current()
    i18n.use("zh")
    yield
    i18n.use(before)


def _segments(app: Console) -> Iterator[tuple[str, Style]]:
    """What stands on the screen: a dialog alone where one lies over the rest."""
    dialog = app.screen.query("#picker, #form, #help")
    region = dialog.first().region if dialog else app.screen.region
    for y, strip in enumerate(strips(app)):
        if region.y <= y < region.bottom:
            for segment in strip.crop(region.x, region.right):
                yield segment.text, segment.style or Style()


def _hex(color: Color | None, otherwise: str) -> str:
    if color is None or color.is_default:
        return otherwise
    return str(color.get_truecolor().hex)


def _unreadable(app: Console, scheme: Scheme) -> Iterator[str]:
    fore, back = scheme.colors["foreground"], scheme.colors["background"]
    for text, style in _segments(app):
        if not (said := text.strip(f"{_DRAWN} ")):
            continue
        ink, ground = _hex(style.color, fore), _hex(style.bgcolor, back)
        if style.reverse:
            ink, ground = ground, ink
        if ink == fore and (style.color is None or style.color.is_default):
            yield f"{said!r} has the ink of whatever terminal it is in {scheme.name}"
        faint = ink == scheme.colors["faint"] and scheme.least < HIGH
        if contrast(ink, ground) < (FAINT if faint else scheme.least) - 0.01:
            yield f"{said!r} is {ink} on {ground} in {scheme.name}"


def _coloured(app: Console) -> Iterator[str]:
    for text, style in _segments(app):
        if style.color or style.bgcolor or style.dim or style.italic or style.strike:
            yield f"{text!r} is {style} without colour"


def _beyond_sixteen(app: Console) -> Iterator[str]:
    for text, style in _segments(app):
        for color in (style.color, style.bgcolor) if text.strip("▀ ") else ():
            number = 0 if color is None or color.is_default else color.number
            if number is None or number > 15:
                yield f"{text!r} is {style} in sixteen colours"


def _beyond_ascii(app: Console) -> Iterator[str]:
    for text, _style in _segments(app):
        if found := _SIGNS.findall(text):
            yield f"{found} in {text!r} in ASCII"


#: Both languages on a small terminal, each on one of the larger ones.
_KEPT = {"en": SIZES[:2], "zh": SIZES[::2]}
#: Pickers look alike, and so do the composer's kinds: one of each is enough.
_ALIKE = frozenset(("status", "palette", "macros", "articles", "marked", "note"))


@pytest.mark.parametrize(
    "scene", [one for one in SCENES if one.name not in _ALIKE], ids=lambda scene: scene.name
)
async def test_every_cell_can_be_read_on_every_terminal(settings: Settings, scene: Scene) -> None:
    """In every theme by contrast; without colour by weight and reversal; in ASCII by its signs.

    And a screen over the panes looks as it did, in two languages and at three sizes.
    """
    async with opened(settings, (120, 40)) as (app, pilot):
        await go(pilot, scene)
        wrong: list[str] = []
        for scheme in COLOURED:
            app.wear(scheme.name)
            await pilot.pause()
            wrong += _unreadable(app, scheme)
        for terminal, looked_at in (
            (Terminal("16"), _beyond_sixteen),
            (Terminal("none"), _coloured),
            (Terminal(ascii=True), _beyond_ascii),
        ):
            app.appearance.show_on(terminal, settings)
            await pilot.pause()
            wrong += looked_at(app)
        assert wrong == []
        app.appearance.show_on(Terminal(), settings)
        for language in LANGUAGES if isinstance(app.screen, Sheet) else ():
            await app.speak(language)
            for size in _KEPT[language]:
                await pilot.resize_terminal(*size)
                await still(app, pilot)
                assert_snapshot(app, f"scene-{scene.name}-{size[0]}x{size[1]}-{language}")
