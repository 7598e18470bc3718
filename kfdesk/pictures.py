"""Pictures small enough for a terminal: decoded in a child process that may fail.

Whoever sends a mail chooses these bytes, and decoders are written in C: the child has little
memory and little time, reads nothing but the bytes it is given, and answers with plain pixels.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

#: What is decoded at all.
TYPES = ("image/png", "image/jpeg", "image/gif", "image/webp")
_FORMATS = ("PNG", "JPEG", "GIF", "WEBP")
_LARGEST_FILE = 20_000_000
_LARGEST_PICTURE = 40_000_000  # pixels
_MEMORY = 1_000_000_000
_SECONDS = 8
_SMALLEST = 16  # pixels: less is a counter of who reads the mail, or a line

#: What the child is told of the environment, which may hold secrets: where its libraries are.
_KNOWN = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT")

Pixel = tuple[int, int, int]
Row = tuple[tuple[Pixel, Pixel], ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """Pixels: one cell wide, and half a cell high. `size` is what the file has."""

    width: int
    height: int
    data: bytes
    size: tuple[int, int] = (0, 0)

    def rows(self) -> Iterator[Row]:
        """Its lines: of each cell, the upper and the lower pixel."""
        for y in range(0, self.height, 2):
            yield tuple((self._pixel(x, y), self._pixel(x, y + 1)) for x in range(self.width))

    def _pixel(self, x: int, y: int) -> Pixel:
        at = (min(y, self.height - 1) * self.width + x) * 3
        return self.data[at], self.data[at + 1], self.data[at + 2]


def small(content: bytes, width: int, height: int) -> Picture | None:
    """A picture that fits into so many cells, or None where that cannot be made of it."""
    if not content or len(content) > _LARGEST_FILE:
        return None
    command = [sys.executable, "-I", "-c", f"import sys; sys.path[:] = {sys.path!r}; {_RUN}"]
    try:
        done = subprocess.run(  # noqa: S603 -- our own program, and no shell
            [*command, str(width), str(height)],
            input=content,
            capture_output=True,
            env={name: os.environ[name] for name in _KNOWN if name in os.environ},
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return None
    head, _end, pixels = done.stdout.partition(b"\n")
    if done.returncode or not head:
        return None
    wide, high, *whole = (int(number) for number in head.split())
    if len(pixels) != wide * high * 3:
        return None
    return Picture(wide, high, pixels, (whole[0], whole[1]))


_RUN = "from kfdesk.pictures import child; child()"


def child() -> None:
    """In the child: read a picture from stdin, write its size and its pixels."""
    _limit()
    wide, high = int(sys.argv[1]), int(sys.argv[2])
    sys.stdout.buffer.write(_decoded(sys.stdin.buffer.read(), wide, high))


def _limit() -> None:
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def _decoded(content: bytes, width: int, height: int) -> bytes:
    from PIL import Image

    with Image.open(BytesIO(content), formats=_FORMATS) as opened:
        size = opened.size
        if size[0] * size[1] > _LARGEST_PICTURE or min(size) < _SMALLEST:
            return b""
        opened.draft("RGB", (width * 2, height * 4))
        picture = opened.convert("RGBA")
    picture.thumbnail((width, height * 2))
    ground = Image.new("RGBA", picture.size, (128, 128, 128, 255))
    ground.alpha_composite(picture)
    plain = ground.convert("RGB")
    head = f"{plain.width} {plain.height} {size[0]} {size[1]}\n"
    return head.encode() + plain.tobytes()
