"""Keys as people write and read them; inside they go by Textual's names."""

from __future__ import annotations

NAMES = {
    "/": "slash",
    ":": "colon",
    "?": "question_mark",
    "[": "left_square_bracket",
    "]": "right_square_bracket",
    "{": "left_curly_bracket",
    "}": "right_curly_bracket",
    "(": "left_parenthesis",
    ")": "right_parenthesis",
    "<": "less_than_sign",
    ">": "greater_than_sign",
    ".": "full_stop",
    ",": "comma",
    "-": "minus",
    "+": "plus",
    "*": "asterisk",
    "esc": "escape",
    "_": "underscore",
    "=": "equals_sign",
    ";": "semicolon",
    "'": "apostrophe",
    '"': "quotation_mark",
    "!": "exclamation_mark",
    "@": "at",
    "#": "number_sign",
    "$": "dollar_sign",
    "%": "percent_sign",
    "&": "ampersand",
    "|": "vertical_line",
    "~": "tilde",
    "^": "circumflex_accent",
    "`": "grave_accent",
    "\\": "backslash",
    "pgdn": "pagedown",
    "pgup": "pageup",
    "return": "enter",
    " ": "space",
}
_SHOWN = {
    **{name: key for key, name in NAMES.items() if len(key) == 1 and key != " "},
    "escape": "Esc", "enter": "Enter", "tab": "Tab", "shift+tab": "Shift+Tab", "space": "Space",
    "up": "↑", "down": "↓", "left": "←", "right": "→", "backspace": "Backspace",
    "pagedown": "PgDn", "pageup": "PgUp", "home": "Home", "end": "End",
}  # fmt: skip


def shown(key: str) -> str:
    """A key as it is printed: `^P`, `Esc`, `/`, `g o`."""
    if " " in key:
        return " ".join(map(shown, key.split(" ")))
    if key in _SHOWN:
        return _SHOWN[key]
    if key.startswith("ctrl+"):
        return "^" + key.removeprefix("ctrl+").upper()
    return key.upper() if len(key) > 1 and key[0] == "f" and key[1:].isdigit() else key
