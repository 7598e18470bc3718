"""What a rule that fired did, told: fields, what it said, what left the desk, what held it back."""

from __future__ import annotations

from collections.abc import Iterator

from kfdesk import labels
from kfdesk.desk.why.choices import choices
from kfdesk.desk.why.facts import RuleWhy
from kfdesk.desk.why.paper import Line, Paper
from kfdesk.desk.why.words import Words
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
    yield from choices(paper, rule.did.get("routes", ()), indent)
    for text in _said(rule, paper.words):
        yield from paper.text((clean_line(text), "text"), indent=indent, hang=2)
    if rule.outbox:
        ids = _(", ").join(map(str, rule.outbox))
        yield from paper.text((_("outbox: {ids}").format(ids=ids), "muted"), indent=indent)
    if rule.reason:
        told = _("held back: {reason}").format(reason=clean_line(rule.reason))
        yield from paper.text((told, "warning"), indent=indent, hang=2)


def _said(rule: RuleWhy, words: Words) -> Iterator[str]:
    """What it said to whom, a sentence each."""
    did = rule.did
    for template in rule.replies:
        yield _("reply “{template}” was queued").format(template=template)
    for mail in did.get("mails", ()):
        text = _("mail “{template}” to {to} was queued")
        yield text.format(template=mail["template"], to=mail["to"])
    for notice in did.get("notices", ()):
        yield _("{to} was told: {text}").format(to=words.person(notice["to"]), text=notice["text"])
    for url in did.get("webhooks", ()):
        yield _("a call to {url} was queued").format(url=url)
    if did.get("surveys"):
        yield _("the customer was asked how satisfied they are")
    for address in did.get("collaborators", ()):
        yield _("{address} became a party of the ticket").format(address=words.person(address))
    for kind, number in did.get("links", ()):
        yield _("linked with #{number} ({kind})").format(number=number, kind=labels.link(kind))
    if did.get("handover"):
        yield _("handed to a person")
    if n := rule.notes:
        yield ngettext("a note was written", "{n} notes were written", n).format(n=n)
