"""What the console may not cost before its first picture stands."""

from __future__ import annotations

import subprocess
import sys


def test_the_console_is_there_before_any_library_of_the_database_is_imported() -> None:
    """SQLAlchemy, SQLModel and pydantic come with the desk, in a thread behind the picture."""
    heavy = "{'sqlalchemy', 'sqlmodel', 'pydantic', 'zstandard', 'kfdesk.tui.source.live'}"
    code = (
        f"import sys, kfdesk.tui.console; sys.exit(', '.join({heavy} & set(sys.modules)) or None)"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert found.returncode == 0, found.stderr


def test_a_desk_that_is_open_holds_no_library_that_it_has_no_use_for_yet() -> None:
    """What reads and writes mails, patterns, holidays or an old schema comes when it is asked."""
    seldom = (
        "{'fast_mail_parser', 'selectolax', 'email.policy', 're2', 'alembic', 'holidays', 'PIL'}"
    )
    code = (
        "import sys, kfdesk.tui.console, kfdesk.tui.source.live;"
        f"sys.exit(', '.join({seldom} & set(sys.modules)) or None)"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert found.returncode == 0, found.stderr
