"""Writes the page of keys: `python -m kfdesk.actions docs/keys.md`."""

import sys
from pathlib import Path

from kfdesk.actions.document import document

if __name__ == "__main__":
    Path(sys.argv[1]).write_text(document(), encoding="utf-8")
