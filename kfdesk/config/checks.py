"""What one value alone cannot show: names used twice or nowhere, keys that need each other."""

from __future__ import annotations

import re
from collections.abc import Iterable

from kfdesk.config.values import Problems, nearest
from kfdesk.errors import Place
from kfdesk.i18n import _
from kfdesk.settings import (
    OWN_THEMES,
    Agent,
    Bot,
    Channel,
    CustomField,
    Form,
    Group,
    Imap,
    Kb,
    Macro,
    OwnStatus,
    Report,
    Robot,
    Route,
    Schedule,
    Settings,
    Sla,
    Smtp,
    Team,
    Template,
    Trigger,
    View,
)
from kfdesk.settings.columns import columns
from kfdesk.text import fold

#: The channel types of kfdesk itself; an unknown one is looked for among the installed packages.
MAIL_FOLDERS = ("maildir", "mbox")
BUILT_IN = ("imap", *MAIL_FOLDERS)
CATEGORY_LEVELS = 3
#: What the outbox calls what leaves by no channel.
RESERVED = ("webhook", "notice")

Named = (
    Team
    | Agent
    | Group
    | CustomField
    | OwnStatus
    | Form
    | Channel
    | View
    | Report
    | Template
    | Sla
    | Route
    | Robot
    | Macro
)
Rule = Trigger | Schedule | Bot


def check(settings: Settings, problems: Problems) -> None:
    """Note what is wrong between the parts of a configuration."""
    # A rule's name is what says that it did something: no two may share one.
    rules: tuple[Rule, ...] = (*settings.triggers, *settings.schedules, *settings.bots)
    named: tuple[Iterable[Named | Rule], ...] = (
        settings.teams,
        settings.agents,
        settings.groups,
        settings.fields,
        settings.customer_fields,
        settings.statuses,
        settings.forms,
        settings.channels,
        settings.views,
        settings.reports,
        settings.policies,
        settings.routes,
        settings.robots,
        settings.macros,
        rules,
    )
    for entries in named:
        _unique(((entry.name, entry.place.at("name")) for entry in entries), problems)
    # A template may be there once in each language.
    _unique(
        (
            (" ".join(filter(None, (t.name, t.language))), t.place.at("name"))
            for t in settings.templates
        ),
        problems,
    )
    categories = [(category.path, category.place.at("path")) for category in settings.categories]
    _unique(categories, problems)
    agents = settings.agents
    _unique(((a.os_user, a.place.at("os_user")) for a in agents if a.os_user), problems)
    _unique(((a.email, a.place.at("email")) for a in agents if a.email), problems)

    for path, place in categories:
        levels = path.split("/")
        if len(levels) > CATEGORY_LEVELS or not all(level.strip() for level in levels):
            problems.error(_('expected up to three levels, such as "售后/退款"'), place)
    robots = [robot.name for robot in settings.robots]
    for team in settings.teams:
        if team.robot and team.robot not in robots:
            message = _("there is no robot “{name}”; {nearest}")
            near = nearest(team.robot, robots)
            problems.error(message.format(name=team.robot, nearest=near), team.place.at("robot"))
    for robot in settings.robots:
        if robot.secret is not None and robot.type not in ("dingtalk", "feishu"):
            problems.error(_("only dingtalk and feishu sign"), robot.place.at("secret"))
    for agent in agents:
        for index, name in enumerate(agent.teams):
            _team(name, agent.place.at(f"teams[{index}]"), settings, problems)
    for macro in settings.macros:
        for index, name in enumerate(macro.teams):
            _team(name, macro.place.at(f"teams[{index}]"), settings, problems)
    for template in settings.templates:
        for index, name in enumerate(template.teams):
            _team(name, template.place.at(f"teams[{index}]"), settings, problems)
    for custom in (*settings.fields, *settings.customer_fields):
        _field(custom, problems)
    for channel in settings.channels:
        if channel.team:
            _team(channel.team, channel.place.at("team"), settings, problems)
        _channel(channel, problems)
        if channel.name in RESERVED:
            message = _("“{name}” is what the outbox calls its {name}s; name the channel otherwise")
            problems.error(message.format(name=channel.name), channel.place.at("name"))
    _knowledge(settings.kb, problems)
    _themes(settings, problems)
    _columns(settings, problems)


def _columns(settings: Settings, problems: Problems) -> None:
    """Note columns of the queue that there are none of."""
    known = columns(one.name for one in settings.fields)
    asked = [(view.columns, view.place) for view in settings.views]
    for names, place in ((settings.ui.columns, settings.ui.place), *asked):
        for index, name in enumerate(names):
            if name not in known:
                message = _("there is no column “{name}”; {nearest}")
                message = message.format(name=name, nearest=nearest(name, known))
                problems.error(message, place.at(f"columns[{index}]"))


def _themes(settings: Settings, problems: Problems) -> None:
    """Every theme comes from one of kfdesk's own in the end."""
    for name, theme in settings.themes.items():
        if name in OWN_THEMES:
            message = _("“{name}” is a theme of kfdesk's own; name yours otherwise")
            problems.error(message.format(name=name), theme.place)
        known = [*OWN_THEMES, *(other for other in settings.themes if other != name)]
        place = theme.place.at("inherits")
        if theme.inherits not in known:
            message = _("there is no theme “{name}”; {nearest}")
            near = nearest(theme.inherits, known)
            problems.error(message.format(name=theme.inherits, nearest=near), place)
        seen, parent = {name}, theme.inherits
        while parent in settings.themes and parent not in seen:
            seen.add(parent)
            parent = settings.themes[parent].inherits
        if parent in seen:
            problems.error(_("the themes inherit from each other in a circle"), place)


def _knowledge(kb: Kb, problems: Problems) -> None:
    if kb.url and not re.fullmatch(r"https?://[^\s<>?#]+", kb.url):
        message = _("expected an address such as https://help.shop.example")
        problems.error(message, kb.place.at("url"))
    if kb.path is None or kb.path.is_dir():
        return
    place = kb.place.at("path")
    if kb.path.exists():
        problems.error(_("{path} is no folder").format(path=kb.path), place)
    else:
        problems.warnings.append(
            f"{place}: " + _("there is no such folder: {path}").format(path=kb.path)
        )


def _unique(names: Iterable[tuple[str, Place]], problems: Problems) -> None:
    seen: dict[str, Place] = {}
    for name, place in names:
        first = seen.setdefault(fold(name), place)
        if first is not place:
            message = _("“{name}” is used at {place} already").format(
                name=name, place=f"{first.file}:{first.line}"
            )
            problems.error(message, place)


def _team(name: str, place: Place, settings: Settings, problems: Problems) -> None:
    known = [team.name for team in settings.teams]
    if name not in known:
        message = _("unknown team “{name}”; {nearest}").format(
            name=name, nearest=nearest(name, known)
        )
        problems.error(message, place)


def _field(custom: CustomField, problems: Problems) -> None:
    if custom.type in ("choice", "tree") and not custom.choices:
        problems.error(_("the type {type} needs choices").format(type=custom.type), custom.place)
    if custom.type == "regex" and not custom.pattern:
        problems.error(_("the type regex needs a pattern"), custom.place)
    if custom.pattern:
        import re2

        options = re2.Options()
        options.log_errors = False
        try:
            re2.compile(custom.pattern, options)
        except re2.error as error:
            reason = error.args[0].decode() if isinstance(error.args[0], bytes) else error
            problems.error(
                _("this pattern is wrong: {reason}").format(reason=reason),
                custom.place.at("pattern"),
            )


def _channel(channel: Channel, problems: Problems) -> None:
    if channel.type not in BUILT_IN:
        _installed(channel, problems)
    if channel.type == "imap" and "imap" not in channel.place.inside:
        problems.error(_("the type imap needs the key “imap”"), channel.place)
    if channel.type in MAIL_FOLDERS and "path" not in channel.place.inside:
        message = _("the type {type} needs the key “path”").format(type=channel.type)
        problems.error(message, channel.place)
    if channel.type in BUILT_IN and "address" not in channel.place.inside:
        problems.error(_("the key “{key}” is missing").format(key="address"), channel.place)
    if channel.imap is not None:
        _server(channel.imap, "imap", channel, problems)
        _imap(channel.imap, channel, problems)
    if channel.smtp is not None:
        _server(channel.smtp, "smtp", channel, problems)


def _installed(channel: Channel, problems: Problems) -> None:
    from importlib.metadata import entry_points

    installed = [point.name for point in entry_points(group="kfdesk.fetchers")]
    if channel.type not in installed:
        message = _("unknown channel type “{type}”; {nearest}").format(
            type=channel.type, nearest=nearest(channel.type, {*BUILT_IN, *installed})
        )
        problems.error(message, channel.place.at("type"))


def _imap(imap: Imap, channel: Channel, problems: Problems) -> None:
    inside = channel.place.inside
    if "imap.user" not in inside:
        problems.error(_("the key “{key}” is missing").format(key="user"), channel.place.at("imap"))
    if not imap.folders and "imap.folders[0]" not in inside:
        problems.error(_("name at least one folder"), channel.place.at("imap.folders"))
    if imap.after == "move" and not imap.move_to:
        problems.error(_("say with move_to where mails go"), channel.place.at("imap.after"))


def _server(server: Imap | Smtp, key: str, channel: Channel, problems: Problems) -> None:
    inside = channel.place.inside
    if server.tls == "none" and not loopback(server.host):
        problems.error(
            _('only this machine itself may be reached without TLS: write "tls" or "starttls"'),
            channel.place.at(f"{key}.tls"),
        )
    credentials = [name for name in ("password", "oauth") if f"{key}.{name}" in inside]
    if len(credentials) > 1:
        problems.error(_("write password or oauth, not both"), channel.place.at(f"{key}.oauth"))
    if server.user and not credentials:
        problems.error(
            _("the key “{key}” is missing").format(key="password"), channel.place.at(f"{key}.user")
        )
    oauth = server.oauth
    if oauth is not None and oauth.token is None:
        for name in ("token_url", "client_id", "refresh_token"):
            if f"{key}.oauth.{name}" not in inside:
                message = _("the key “{key}” is missing").format(key=name)
                problems.error(message, channel.place.at(f"{key}.oauth"))


def loopback(host: str) -> bool:
    """True for a name or an address of this machine itself."""
    return host.casefold() in ("localhost", "::1") or bool(
        re.fullmatch(r"127(\.[0-9]{1,3}){3}", host)
    )
