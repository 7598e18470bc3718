"""docs/keys.md, made from the registry."""

from __future__ import annotations

from collections.abc import Iterable

from kfdesk.actions import ACTIONS, Action, Scope, shown


def document(actions: Iterable[Action] = ACTIONS) -> str:
    """Return docs/keys.md: a table of keys for each scope, those of several scopes said once."""
    lines = [
        "# Keys",
        "",
        "Written by `python -m kfdesk.actions docs/keys.md` from `kfdesk/actions/`; change a key",
        'under `[ui] keys` by the action\'s id: `keys = { "ticket.assign" = "A" }`. Keys with a',
        "blank between them are pressed one after another.",
        "`:` takes the id or an alias, with an argument where one is named.",
    ]
    groups: dict[tuple[Scope, ...], list[Action]] = {}
    for action in actions:
        groups.setdefault(action.scopes, []).append(action)
    for scopes, members in groups.items():
        lines += ["", f"## {' and '.join(scope.words for scope in scopes)}", ""]
        lines += ["| keys | does | action | `:` |", "| --- | --- | --- | --- |"]
        for action in members:
            keys = " ".join(f"`{shown(key)}`" for key in action.keys)
            command = ", ".join(
                f"`{' '.join(filter(None, (name, action.argument)))}`" for name in action.aliases
            )
            lines.append(f"| {keys} | {action.title} | `{action.id}` | {command} |")
    return "\n".join(lines) + "\n"
