"""Charts of cells: a bar, a line of values, a number in large digits."""

from __future__ import annotations

from collections.abc import Sequence

_EIGHTHS = " ▏▎▍▌▋▊▉█"
_LEVELS = "▁▂▃▄▅▆▇█"
#: Digits three cells wide and high.
_DIGITS = {
    "0": ("┏━┓", "┃ ┃", "┗━┛"), "1": (" ╻ ", " ┃ ", " ╹ "), "2": ("╺━┓", "┏━┛", "┗━╸"),
    "3": ("╺━┓", " ━┫", "╺━┛"), "4": ("╻ ╻", "┗━┫", "  ╹"), "5": ("┏━╸", "┗━┓", "╺━┛"),
    "6": ("┏━╸", "┣━┓", "┗━┛"), "7": ("╺━┓", "  ┃", "  ╹"), "8": ("┏━┓", "┣━┫", "┗━┛"),
    "9": ("┏━┓", "┗━┫", "╺━┛"),
}  # fmt: skip


def bar(value: float, most: float, width: int) -> str:
    """A bar of at most `width` cells; what is more than nothing is never nothing."""
    if value <= 0 or most <= 0 or width <= 0:
        return ""
    share = min(1.0, value / most)
    eighths = max(1, round(share * width * 8))
    full, rest = divmod(eighths, 8)
    return "█" * full + (_EIGHTHS[rest] if rest else "")


def spark(values: Sequence[float | None]) -> str:
    """A cell for each value, from nothing to the largest; a blank where there is none."""
    most = max((value for value in values if value is not None), default=0)
    return "".join(
        " "
        if value is None
        else _LEVELS[0 if most <= 0 else min(7, max(0, round(value / most * 7)))]
        for value in values
    )


def squeeze(values: Sequence[float | None], width: int) -> list[float | None]:
    """At most `width` values: the mean of those that share a cell."""
    if len(values) <= width:
        return list(values)
    found: list[float | None] = []
    for cell in range(width):
        some = values[cell * len(values) // width : (cell + 1) * len(values) // width]
        there = [value for value in some if value is not None]
        found.append(sum(there) / len(there) if there else None)
    return found


def large(number: int) -> tuple[str, str, str]:
    """A number in digits that are read from across the room, as three lines."""
    top, middle, bottom = (
        " ".join(_DIGITS[digit][row] for digit in str(number)) for row in range(3)
    )
    return top, middle, bottom
