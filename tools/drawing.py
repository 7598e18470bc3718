"""A screen as an SVG: small, and aligned whatever fonts there are, Chinese beside Latin."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

from rich.cells import cell_len
from rich.color import Color
from rich.segment import Segment
from rich.style import Style

#: Of a cell and a letter, and the letter's foot; whole numbers, since there are thousands of them.
_CELL, _LINE, _SIZE, _UP = 8, 17, 13.3, 4
_WIDE = ";font-size:15px"  # for letters of two cells, or there would be gaps between them
_FONTS = "'DejaVu Sans Mono','Noto Sans Mono CJK SC','Sarasa Mono SC',Menlo,Consolas,monospace"


def drawn(
    lines: Iterable[Iterable[Segment]], width: int, height: int, title: str, back: str
) -> str:
    """The screen in a window with a title. `back` is what stands where nothing else does."""
    styles: dict[str, str] = {}
    parts: list[str] = []
    for y, line in enumerate(lines):
        grounds, letters = _line(list(line), y, back, styles)
        parts += grounds
        if letters:
            parts.append(f'<g transform="translate(0 {(y + 1) * _LINE - _UP})">')
            parts += [*letters, "</g>"]
    wide, high = width * _CELL + 16, height * _LINE + 40
    css = "".join(f".{name}{{{rule}}}" for rule, name in styles.items())
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}">'
        f"<style>text{{font:{_SIZE}px {_FONTS};white-space:pre}}{css}</style>"
        f'<rect width="100%" height="100%" rx="8" fill="{back}" stroke="#808080" stroke-width="1"/>'
        f'<circle cx="16" cy="15" r="5" fill="#808080"/><circle cx="32" cy="15" r="5" '
        f'fill="#808080"/><circle cx="48" cy="15" r="5" fill="#808080"/>'
        f'<text x="50%" y="19" text-anchor="middle" fill="#808080">{escape(title)}</text>'
        f'<g transform="translate(8 30)">{"".join(parts)}</g></svg>\n'
    )


def _line(
    segments: list[Segment], y: int, back: str, styles: dict[str, str]
) -> tuple[list[str], list[str]]:
    """The grounds of a line, and its letters."""
    grounds: list[tuple[int, int, str]] = []
    letters: list[str] = []
    x = 0
    for text, style, _control in segments:
        ink, ground = _colors(style or Style(), back)
        cells = cell_len(text)
        if ground != back:
            if grounds and grounds[-1][2] == ground and grounds[-1][0] + grounds[-1][1] == x:
                grounds[-1] = (grounds[-1][0], grounds[-1][1] + cells, ground)
            else:
                grounds.append((x, cells, ground))
        rule = f"fill:{ink}" + ";font-weight:bold" * bool(style and style.bold)
        rule += ";text-decoration:underline" * bool(style and style.underline)
        for run, at, size in _runs(text):
            rule = rule.removesuffix(_WIDE) + _WIDE * (size > len(run))
            name = styles.setdefault(rule, f"s{len(styles):x}")
            length = f' textLength="{size * _CELL}"' if len(run) > 1 else ""
            letters.append(
                f'<text class="{name}" x="{(x + at) * _CELL}"{length}>'
                f"{escape(run, quote=False)}</text>"
            )
        x += cells
    boxes = [
        f'<rect x="{at * _CELL}" y="{y * _LINE}" width="{cells * _CELL}" '
        f'height="{_LINE}.3" fill="{ground}"/>'
        for at, cells, ground in grounds
    ]
    return boxes, letters


def _runs(text: str) -> Iterator[tuple[str, int, int]]:
    """Pieces of letters of one width: the text, its place, its cells; blanks are left out."""
    run, start, at, wide = "", 0, 0, 0
    for letter in text:
        cells = cell_len(letter)
        if run and ((letter == " " and run.endswith(" ")) or (cells and cells != wide)):
            if run.strip():
                yield run.rstrip(), start, cell_len(run.rstrip())
            run = ""
        if not run:
            if letter == " ":
                at += cells
                continue
            start, wide = at, cells
        run += letter
        at += cells
    if run.strip():
        yield run.rstrip(), start, cell_len(run.rstrip())


def _colors(style: Style, back: str) -> tuple[str, str]:
    ink, ground = _hex(style.color, "#808080"), _hex(style.bgcolor, back)
    return (ground, ink) if style.reverse else (ink, ground)


def _hex(color: Color | None, otherwise: str) -> str:
    return otherwise if color is None or color.is_default else str(color.get_truecolor().hex)
