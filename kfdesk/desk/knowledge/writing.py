"""Where an article's file lies, and a new one that is begun from a template."""

from __future__ import annotations

import os
from pathlib import Path

from kfdesk.desk import Desk
from kfdesk.desk.knowledge.shelf import folder
from kfdesk.errors import UserError
from kfdesk.i18n import _
from kfdesk.rules.knowledge.article import NoArticle, files
from kfdesk.text import clean_line

_TEMPLATE = """---
title: {title}
category: {category}
keywords: [{keywords}]
audience: internal
---

# {title}

"""


def file_of(desk: Desk, name: str) -> Path:
    """Return the file of the article of that name. NoArticle where there is none."""
    for file in files(folder(desk.settings)):
        if file.name == name:
            return file.path
    raise NoArticle(_("there is no article “{name}”").format(name=name))


def begin(
    desk: Desk, name: str, *, title: str = "", category: str = "", keywords: str = ""
) -> Path:
    """Write a new article of that name from the template, for internal use until it says more.

    UserError for a name that leads out of the folder, and where there is a file already.
    """
    root = folder(desk.settings)
    wanted = clean_line(name).removesuffix(".md").strip("/ ")
    path = root / f"{wanted}.md"
    inside = path.resolve().is_relative_to(root.resolve())
    if not wanted or "\\" in wanted or not inside or any(p[:1] == "." for p in wanted.split("/")):
        raise UserError(
            _("“{name}” is no name of an article; write it like shipping/delays").format(
                name=clean_line(name)
            )
        )
    words = {"title": title or wanted.rpartition("/")[2], "category": category}
    text = _TEMPLATE.format(
        keywords=clean_line(keywords), **{key: clean_line(one) for key, one in words.items()}
    )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(path, "x", encoding="utf-8") as stream:
            stream.write(text)
    except FileExistsError:
        message = _("{file} is there already; choose another name")
        raise UserError(message.format(file=path)) from None
    except OSError as error:
        why = os.strerror(error.errno or 0)
        raise UserError(_("{file} cannot be written: {why}").format(file=path, why=why)) from error
    return path
