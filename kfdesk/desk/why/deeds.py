"""What a rule that fired did, told: fields, what it said, what left the desk, what held it back."""

from __future__ import annotations

from collections.abc import Iterator

from kfdesk.desk.why.choices import choices
from kfdesk.desk.why.facts import RuleWhy
from kfdesk.desk.why.paper import Line, Paper
from kfdesk.i18n import _, ngettext
from kfdesk.text import clean_line


def deeds(paper: Paper, rule: RuleWhy, indent: int) -> Iterator[Line]:
    """All that came of it."""
    nothing = True
    for line in _all(paper, rule, indent):
        nothing = False
        yield line
    if nothing:
        yield from paper.text((_("there was nothing left to change"), "muted"), indent=indent)
    if rule.stopped:
        told = _("the rules after it were not looked at in this pass")
        yield from paper.text((told, "muted"), indent=indent)


def _all(paper: Paper, rule: RuleWhy, indent: int) -> Iterator[Line]:
    yield from paper.changes(rule.changes, indent)
    said = [
        _("reply “{template}” was queued").format(template=template) for template in rule.replies
    ]
    if rule.notes:
        said.append(
            ngettext("a note was written", "{n} notes were written", rule.notes).format(
                n=rule.notes
            )
        )
    for text in said:
        yield from paper.text((text, "text"), indent=indent, hang=2)
    yield from choices(paper, rule.did.get("routes", ()), indent)
    if rule.outbox:
        ids = _(", ").join(map(str, rule.outbox))
        yield from paper.text((_("outbox: {ids}").format(ids=ids), "muted"), indent=indent)
    if rule.reason:
        told = _("the reply was held back: {reason}").format(reason=clean_line(rule.reason))
        yield from paper.text((told, "warning"), indent=indent, hang=2)
