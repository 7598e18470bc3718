"""The message catalogue: extract from the code, update the translation, compile it.

`make messages` runs it after a text was changed. What has no translation yet is left empty, and
the tests name it.
"""

from __future__ import annotations

from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[1]
PO = ROOT / "kfdesk" / "locale" / "zh_CN" / "LC_MESSAGES" / "kfdesk.po"
MO = PO.with_suffix(".mo")

KEYWORDS = {"_": None, "N_": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}


def extracted() -> Catalog:
    """Every text of the code that a person reads."""
    found = Catalog(project="kfdesk", fuzzy=False)
    for file, _line, message, _comments, context in extract_from_dir(
        ROOT / "kfdesk", [("**.py", "python")], keywords=KEYWORDS
    ):
        # No lines: every edit of the code would change the catalogue.
        found.add(message, locations=[(f"kfdesk/{file}", 0)], context=context)
    return found


def read() -> Catalog:
    """The catalogue as it is committed."""
    with PO.open("rb") as file:
        return read_po(file, locale="zh_CN", domain="kfdesk")


def write(catalogue: Catalog) -> None:
    """Write the catalogue, and what the program reads of it."""
    with PO.open("wb") as file:
        write_po(file, catalogue, width=100, sort_by_file=True, include_lineno=False)
    with MO.open("wb") as file:
        write_mo(file, catalogue)


if __name__ == "__main__":
    catalogue = read()
    catalogue.update(extracted(), no_fuzzy_matching=True, update_creation_date=False)
    catalogue.obsolete.clear()
    write(catalogue)
    print(sum(1 for message in catalogue if message.id and not message.string), "untranslated")
