"""The shell that began the console, where there is one."""

from __future__ import annotations

import os


def behind() -> bool:
    """Whether a shell takes the terminal over when the console stops: it made this its own job.

    In a window of its own, or below a program that waits for its end, a stop would freeze both.
    """
    session = os.getsid(0)
    try:
        return os.getpid() == os.getpgrp() != session == os.getsid(os.getppid())
    except OSError:  # of another session, and not told
        return False
