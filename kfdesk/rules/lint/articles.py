"""Articles that rules send to customers although nothing says that customers may read them."""

from __future__ import annotations

from collections.abc import Iterator

from kfdesk.i18n import _
from kfdesk.rules.actions import Reply
from kfdesk.rules.knowledge.article import NoArticle, versions
from kfdesk.rules.lint.finding import Finding
from kfdesk.rules.triggers import Ruleset
from kfdesk.settings import Settings


def unpublished(settings: Settings, rules: Ruleset) -> Iterator[Finding]:
    """Rules, bots and schedules that answer with an article of no audience."""
    for rule in rules.every:
        for action in rule.do:
            if not isinstance(action, Reply) or not action.article:
                continue
            try:
                found = versions(settings.kb.path, action.article)
            except NoArticle:
                continue  # an error, which was found when the rule was read
            for one in found:
                if not one.public:
                    message = _("customers get “{name}”, and nothing says that they may")
                    yield Finding(
                        "warning",
                        rule.place,
                        rule.name,
                        message.format(name=one.name),
                        _("write audience: public into its head"),
                    )
