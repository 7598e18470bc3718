"""The message catalogues: extract from the code, update the translation, compile it.

`make messages` runs it after a text was changed. What has no translation yet is left empty, and
the tests name it. Traditional Chinese is made of the Simplified catalogue by OpenCC, with the words
of Taiwan; nobody edits it, and it costs nothing while the program runs.
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
TRADITIONAL = ROOT / "kfdesk" / "locale" / "zh_TW" / "LC_MESSAGES" / "kfdesk.po"

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


def traditional(catalogue: Catalog) -> Catalog:
    """The catalogue in Traditional Chinese."""
    from opencc import OpenCC

    convert = OpenCC("s2twp").convert
    found = Catalog(locale="zh_TW", project="kfdesk", fuzzy=False, domain="kfdesk")
    found.creation_date = found.revision_date = catalogue.creation_date
    for message in catalogue:
        if message.id:
            text = message.string
            said = convert(text) if isinstance(text, str) else tuple(map(convert, text or ()))
            # One form, as in zh_CN; places are those of the catalogue that this is made of.
            found.add(message.id, said, context=message.context)
    return found


def write(catalogue: Catalog, po: Path = PO) -> None:
    """Write a catalogue, and what the program reads of it."""
    po.parent.mkdir(parents=True, exist_ok=True)
    with po.open("wb") as file:
        write_po(file, catalogue, width=100, sort_by_file=True, include_lineno=False)
    with po.with_suffix(".mo").open("wb") as file:
        write_mo(file, catalogue)


if __name__ == "__main__":
    catalogue = read()
    catalogue.update(extracted(), no_fuzzy_matching=True, update_creation_date=False)
    catalogue.obsolete.clear()
    write(catalogue)
    write(traditional(catalogue), TRADITIONAL)
    print(sum(1 for message in catalogue if message.id and not message.string), "untranslated")
