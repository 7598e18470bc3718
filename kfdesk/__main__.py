"""The program's entry: `kfdesk` and `python -m kfdesk`."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper

_WITH_VALUE = ("--config", "--as", "--now", "--lang")
_FLAGS = ("--json",)
#: Behind these words the option is the command's own: the configuration whose rules are tried.
_OWN = (["rules", "test"], "--config")


def hoist(arguments: Sequence[str]) -> list[str]:
    """Move the global options to the front, so that they may stand anywhere before a `--`."""
    front: list[str] = []
    rest: list[str] = []
    waiting = iter(arguments)
    for argument in waiting:
        if argument == "--":
            rest += [argument, *waiting]
        elif rest[:2] == _OWN[0] and argument.partition("=")[0] == _OWN[1]:
            rest.append(argument)
        elif argument in _WITH_VALUE and (value := next(waiting, None)) is not None:
            front += [argument, value]
        elif argument in _FLAGS or argument.startswith(tuple(f"{name}=" for name in _WITH_VALUE)):
            front.append(argument)
        else:
            rest.append(argument)
    return front + rest


def main() -> None:
    """Run one command; every failure is a sentence on stderr and an exit code."""
    arguments = hoist(sys.argv[1:])
    if arguments == ["--version"]:
        from kfdesk import __version__

        sys.stdout.write(f"kfdesk {__version__}\n")
        return
    # Hardly anything here is garbage that only a collector finds; looking for it at every 700th
    # object takes a twentieth of most commands, and a quarter of changing ten thousand tickets.
    gc.set_threshold(50_000)
    from kfdesk.cli import run

    if isinstance(sys.stdout, TextIOWrapper):
        # A terminal that cannot show a character must not stop the line that it stands in.
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        code = run(arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader of a pipe (`| head`) has seen enough; nothing may be flushed into it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    sys.exit(code)


if __name__ == "__main__":
    main()
