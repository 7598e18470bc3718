"""A configuration is read whole, or refused with all that is wrong in it, by line and key."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as tries
from hypothesis import strategies as st

from kfdesk.config import LATER_SECTIONS, SEVERAL, SINGLE, load
from kfdesk.config.document import keys, sections
from kfdesk.errors import ConfigError, ConfigErrors
from kfdesk.settings import Secret, Settings

Load = Callable[..., Settings]


@pytest.fixture
def write(tmp_path: Path) -> Load:
    """Write `kfdesk.toml`, and other files by name, and load the first."""

    def write_and_load(text: str, **others: str) -> Settings:
        for name, content in {"kfdesk": text, **others}.items():
            path = tmp_path / f"{name}.toml"
            path.write_text(textwrap.dedent(content), encoding="utf-8")
        return load(tmp_path / "kfdesk.toml")

    return write_and_load


def errors(write: Load, text: str, **others: str) -> list[ConfigError]:
    with pytest.raises(ConfigError) as caught:
        write(text, **others)
    error = caught.value
    return list(error.errors) if isinstance(error, ConfigErrors) else [error]


def test_an_empty_file_is_a_desk_with_every_default(write: Load, tmp_path: Path) -> None:
    settings = write("")
    assert settings.desk.timezone == "UTC"
    assert settings.database == tmp_path / "desk.db"
    assert settings.warnings == ()


def test_a_whole_configuration_is_read(write: Load, tmp_path: Path) -> None:
    settings = write(
        """
        [desk]
        name = "微鲸客服"
        timezone = "Asia/Shanghai"
        language = "zh"
        number_prefix = "WJ"
        [store]
        url = "sqlite:///data/desk.db"
        [ui]
        undo_send = "10s"
        keys = { "ticket.assign" = "A" }
        [[team]]
        name = "refunds"
        on_closed = { reopen_within = "7d" }
        [[agent]]
        name = "li.wei"
        teams = ["refunds"]
        role = "lead"
        [[channel]]
        name = "support"
        type = "imap"
        address = "support@example.com"
        sender = "微鲸客服 <support@example.com>"
        max_size = "2MB"
        every = "90s"
        team = "refunds"
        imap = { host = "mail.example.com", ca_file = "ca.pem", user = "u", password = "p" }
        [channel.smtp]
        host = "127.0.0.1"
        port = 25
        tls = "none"
        [[trigger]]
        name = "ack"
        on = ["created"]
        do = [{ reply = "ack" }, { set = { status = "open" } }]
        stop = true
        """
    )
    assert settings.database == tmp_path / "data/desk.db"
    assert settings.ui.undo_send == timedelta(seconds=10)
    assert settings.ui.keys == {"ticket.assign": "A"}
    assert settings.teams[0].on_closed == timedelta(days=7)
    channel = settings.channels[0]
    assert channel.imap is not None
    assert channel.imap.password == Secret(plain="p")
    assert channel.imap.ca_file == tmp_path / "ca.pem"
    assert channel.smtp is not None
    assert channel.smtp.port == 25
    assert channel.max_size == 2_000_000
    assert channel.every == timedelta(seconds=90)
    trigger = settings.triggers[0]
    assert trigger.do == ({"reply": "ack"}, {"set": {"status": "open"}})
    assert trigger.place.line == 32
    assert trigger.place.at("do[1]").line == 35
    assert str(trigger.place.at("do")).endswith("kfdesk.toml:35: trigger “ack”.do")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ('"p"', Secret(plain="p")),
        ('{ env = "KF" }', Secret(env="KF")),
        ('{ command = "pass mail" }', Secret(command="pass mail")),
        ('{ keyring = "kfdesk/mail" }', Secret(keyring="kfdesk/mail")),
    ],
)
def test_a_secret_is_kept_by_reference(write: Load, value: str, expected: Secret) -> None:
    assert _channel(write, f"password = {value}") == expected


def test_the_file_of_a_secret_lies_beside_the_configuration(write: Load, tmp_path: Path) -> None:
    assert _channel(write, 'password = { file = "pw" }') == Secret(file=str(tmp_path / "pw"))


def _channel(write: Load, line: str) -> Secret | None:
    settings = write(
        f"""
        [[channel]]
        name = "c"
        type = "imap"
        address = "a@example.com"
        [channel.imap]
        host = "h"
        user = "u"
        {line}
        """
    )
    imap = settings.channels[0].imap
    assert imap is not None
    return imap.password


IMAP = """\
[[channel]]
name = "c"
type = "imap"
address = "a@example.com"
"""

WRONG: list[tuple[str, int, str, str]] = [
    # text, line, key, words of the message
    ("[dsk]\n", 1, "dsk", "unknown section; did you mean “desk”"),
    ("nmae = 1\n", 1, "nmae", "unknown section"),
    ("[desk]\n\nnmae = 'x'\n", 3, "desk.nmae", "unknown key; did you mean “name”"),
    ("[[team]]\nname = 'a'\n[[team]]\nname = 'b'\nxyz = 1", 5, "team “b”.xyz", "known are: name,"),
    ("[desk]\nname = 3\n", 2, "desk.name", "expected a name in quotes, not the number 3"),
    ("[desk]\nname = ''\n", 2, "desk.name", "expected a name"),
    ('[desk]\nname = "a\\u001b[2Jb"\n', 2, "desk.name", "expected a name"),
    ("desk = 1\n", 1, "desk", "expected a table, not the number 1"),
    ("[[desk]]\n", 1, "desk", "write [desk]"),
    ("[team]\nname = 'a'\n", 1, "team", "write [[team]]"),
    ("team = ['a']\n", 1, "team[0]", "expected a table, not “a”"),
    ("[desk]\nlanguage = 'fr'\n", 2, "desk.language", "unknown value “fr”; known are: en, zh"),
    ("[desk]\nlanguage = 1\n", 2, "desk.language", "expected one of zh, en"),
    ("[desk]\nnumber_prefix = 'K F'\n", 2, "desk.number_prefix", "one to ten letters"),
    ("[desk]\ntimezone = 'Asia/Shangai'\n", 2, "desk.timezone", "“Asia/Shanghai”"),
    ("[desk]\ntimezone = 'shanghai'\n", 2, "desk.timezone", "did you mean “Asia/Shanghai”"),
    ("[desk]\ntimezone = '../../etc/passwd'\n", 2, "desk.timezone", "unknown time zone"),
    ("[desk]\ntimezone = 'Asia'\n", 2, "desk.timezone", "unknown time zone"),
    ("[desk]\ntimezone = ''\n", 2, "desk.timezone", "unknown time zone"),
    ("[desk]\ntimezone = 8\n", 2, "desk.timezone", "expected a time zone"),
    ("[store]\nurl = 'mysql://x'\n", 2, "store.url", "sqlite:///desk.db"),
    ("[ui]\nundo_send = 10\n", 2, "ui.undo_send", 'expected a time such as "90s"'),
    ("[ui]\nundo_send = '10 days'\n", 2, "ui.undo_send", "not “10 days”"),
    ("[ui]\nundo_send = 09:00:00\n", 2, "ui.undo_send", "not the date or time 09:00:00"),
    ("[ui]\nundo_send = '99999999999d'\n", 2, "ui.undo_send", "expected a time"),
    ("[ui]\neditor = true\n", 2, "ui.editor", "expected a text in quotes, not true"),
    ("[ui]\nkeys = []\n", 2, "ui.keys", "expected a table, not a list"),
    ("[ui]\nkeys = {a = 1}\n", 2, "ui.keys.a", "expected a text"),
    ("[[team]]\ntitle = 'x'\n", 1, "team", "the key “name” is missing"),
    ("[[team]]\nname = 'a'\non_closed = 'x'\n", 3, "team “a”.on_closed", "reopen_within"),
    (
        "[[team]]\nname = 'a'\non_closed = {reopen_within = 7}\n",
        3,
        "team “a”.on_closed",
        "expected a time",
    ),
    ("[[team]]\nname = 'A'\n[[team]]\nname = 'ａ'\n", 4, "team “ａ”.name", "kfdesk.toml:2 already"),
    ("[[agent]]\nname = 'a'\nteams = 'x'\n", 3, "agent “a”.teams", "a list in square brackets"),
    (
        "[[team]]\nname = 'refunds'\n[[agent]]\nname = 'a'\nteams = [\n 'refunds',\n 'refund']\n",
        7,
        "agent “a”.teams[1]",
        "unknown team “refund”; did you mean “refunds”",
    ),
    ("[[agent]]\nname = 'a'\nteams = ['x']\n", 3, "agent “a”.teams[0]", "none is known"),
    ("[[agent]]\nname = 'a'\nemail = 'x'\n", 3, "agent “a”.email", "expected an address"),
    (
        "[[agent]]\nname = 'a'\nos_user = 'x'\n[[agent]]\nname = 'b'\nos_user = 'x'\n",
        6,
        "agent “b”.os_user",
        "used at",
    ),
    ("[[category]]\npath = 'a/b/c/d'\n", 2, "category “a/b/c/d”.path", "up to three levels"),
    ("[[category]]\npath = 'a//b'\n", 2, "category “a//b”.path", "up to three levels"),
    ("[[field]]\nname = 'f'\ntype = 'choice'\n", 1, "field “f”", "needs choices"),
    ("[[field]]\nname = 'f'\ntype = 'regex'\n", 1, "field “f”", "needs a pattern"),
    ("[[field]]\nname = 'f'\npattern = '('\n", 3, "field “f”.pattern", "this pattern is wrong"),
    ("[[trigger]]\nname = 't'\non = ['create']\n", 3, "trigger “t”.on[0]", "“created”"),
    ("[[trigger]]\nname = 't'\ndo = ['x']\n", 3, "trigger “t”.do[0]", "expected a table"),
    ("[[trigger]]\nname = 't'\nstop = 'no'\n", 3, "trigger “t”.stop", "true or false"),
    (IMAP, 1, "channel “c”", "needs the key “imap”"),
    (IMAP + "imap = {}\n", 5, "channel “c”.imap", "the key “host” is missing"),
    (IMAP + "imap = {host='h'}\n", 5, "channel “c”.imap", "the key “user” is missing"),
    (IMAP + "[channel.imap]\nhost='h'\nuser='u'\n", 7, "channel “c”.imap.user", "“password”"),
    (
        IMAP + "[channel.imap]\nhost='h'\nuser='u'\npassword='p'\ntls='none'\n",
        9,
        "channel “c”.imap.tls",
        "without TLS",
    ),
    (
        IMAP + "[channel.imap]\nhost='127.0.0.1.evil'\nuser='u'\npassword='p'\ntls='none'\n",
        9,
        "channel “c”.imap.tls",
        "without TLS",
    ),
    (
        IMAP + "[channel.imap]\nhost='h'\nuser='u'\npassword={env='A', file='b'}\n",
        8,
        "channel “c”.imap.password",
        "expected a secret: { env",
    ),
    (
        IMAP + "[channel.imap]\nhost='h'\nuser='u'\npassword='p'\nport=70000\n",
        9,
        "channel “c”.imap.port",
        "a port number",
    ),
    (
        IMAP + "[channel.imap]\nhost='h'\nuser='u'\npassword='p'\nafter='move'\n",
        9,
        "channel “c”.imap.after",
        "move_to",
    ),
    (
        IMAP + "[channel.imap]\nhost='h'\nuser='u'\npassword='p'\nfolders=[]\n",
        9,
        "channel “c”.imap.folders",
        "at least one folder",
    ),
    (
        IMAP
        + "[channel.imap]\nhost='h'\nuser='u'\npassword='p'\n[channel.imap.oauth]\ntoken='t'\n",
        9,
        "channel “c”.imap.oauth",
        "not both",
    ),
    (
        IMAP + "[channel.imap]\nhost='h'\nuser='u'\noauth={client_id='i', token_url='t'}\n",
        8,
        "channel “c”.imap.oauth",
        "“refresh_token” is missing",
    ),
    (
        "[[channel]]\nname = 'c'\ntype = 'maildir'\naddress = 'a@b.c'\n",
        1,
        "channel “c”",
        "needs the key “path”",
    ),
    ("[[channel]]\nname = 'c'\ntype = 'mbox'\npath = 'x'\n", 1, "channel “c”", "“address”"),
    (
        "[[channel]]\nname = 'c'\ntype = 'maildr'\naddress = 'a@b.c'\n",
        3,
        "channel “c”.type",
        "unknown channel type “maildr”; did you mean “maildir”",
    ),
    (
        "[[channel]]\nname = 'c'\ntype = 'mbox'\npath = 'x'\naddress = 'a@b.c'\nmax_size = 25\n",
        6,
        "channel “c”.max_size",
        "a size such as",
    ),
    (
        "[[channel]]\nname = 'c'\ntype = 'mbox'\npath = ''\naddress = 'a@b.c'\n",
        4,
        "channel “c”.path",
        "expected a path",
    ),
    (
        "[[channel]]\nname = 'c'\ntype = 'mbox'\npath = '~nobody-here/x'\naddress = 'a@b.c'\n",
        4,
        "channel “c”.path",
        "no such home folder",
    ),
    (
        "[[channel]]\nname = 'c'\ntype = 'mbox'\npath = 'x'\naddress = 'a@b.c'\nsender = 'Me'\n",
        6,
        "channel “c”.sender",
        "expected a sender",
    ),
    (
        "[[channel]]\nname = 'c'\ntype = 'mbox'\npath = 'x'\naddress = 'a@b.c'\nteam = 'x'\n",
        6,
        "channel “c”.team",
        "unknown team “x”",
    ),
    ("[kb]\npath = 'kfdesk.toml'\n", 2, "kb.path", "is no folder"),
    ("[[sla]]\nname = 'a'\n[[sla]]\nname = 'A'\n", 4, "sla “A”.name", "kfdesk.toml:2 already"),
    ("[[route]]\nname = 'a'\n[[route]]\nname = 'a'\n", 4, "route “a”.name", "already"),
    ("[[bot]]\nname = 'a'\n[[bot]]\nname = 'a'\n", 4, "bot “a”.name", "already"),
    (
        "[[trigger]]\nname = 'a'\n[[schedule]]\nname = 'a'\nevery = 'hour'\n",
        4,
        "schedule “a”.name",
        "kfdesk.toml:2 already",
    ),
    ("[[schedule]]\nname = 'a'\nevery = 'day 25:00'\n", 3, "schedule “a”.every", "“day 25:00”"),
    ("[[schedule]]\nname = 'a'\nevery = '0m'\n", 3, "schedule “a”.every", "15m"),
    ("[[schedule]]\nname = 'a'\nevery = '36h'\n", 3, "schedule “a”.every", "mon 09:00"),
    ("[[schedule]]\nname = 'a'\nevery = '1441m'\n", 3, "schedule “a”.every", "15m"),
    ("[[sla]]\nname = 'a'\nresolve = '0m'\n", 3, "sla “a”.resolve", "longer than nothing"),
    ("[[sla]]\nname = 'a'\nresolve = {soon = '1h'}\n", 3, "sla “a”.resolve", "unknown value"),
    ("[[sla]]\nname = 'a'\nwarn = 80\n", 3, "sla “a”.warn", "a share such as 0.8"),
    ("[[route]]\nname = 'a'\nstrategies = ['luck']\n", 3, "route “a”.strategies[0]", "“luck”"),
    ("[[calendar]]\nname = 'a'\n", 1, "calendar", "write [calendar.NAME]"),
    ("[calendar.a]\nextra_holidays = ['x']\n", 2, "calendar.a.extra_holidays[0]", "a day such"),
    ("include = 'x'\n", 1, "include", "expected a list"),
    ("include = [1]\n", 1, "include[0]", "expected a file or pattern"),
    ("include = ['other.toml']\n", 1, "include[0]", "no file matches “other.toml”"),
    ("include = ['*.toml']\n", 1, "include[0]", "part of this configuration already"),
    ("[desk\n", 1, "", "is not TOML"),
]


@pytest.mark.parametrize(("text", "line", "key", "words"), WRONG)
def test_an_error_names_file_line_key_and_what_was_expected(
    write: Load, tmp_path: Path, text: str, line: int, key: str, words: str
) -> None:
    (error,) = errors(write, text)
    assert error.place.file == str(tmp_path / "kfdesk.toml")
    assert (error.place.line, error.place.key) == (line, key)
    assert words in error.message
    assert error.exit_code == 2


def test_every_error_is_told_at_once_in_the_order_of_the_lines(write: Load) -> None:
    found = errors(
        write, "[desk]\ntimezone = 'x'\nnaem = 1\n[[team]]\n[[agent]]\nname = 'a'\nrole = 1\n"
    )
    assert [error.place.line for error in found] == [2, 3, 4, 7]


def test_several_errors_are_a_line_each(write: Load) -> None:
    with pytest.raises(ConfigErrors) as caught:
        write("[desk]\nnaem = 1\ntimezone = 'x'\n")
    first, second = str(caught.value).splitlines()
    assert "kfdesk.toml:2: desk.naem" in first
    assert "kfdesk.toml:3: desk.timezone" in second


def test_a_missing_file_is_a_config_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load(tmp_path / "kfdesk.toml")


def test_a_folder_is_no_configuration(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load(tmp_path)


# --- include ----------------------------------------------------------------------------


def test_included_tables_stand_behind_in_the_order_of_their_names(write: Load) -> None:
    settings = write(
        "include = ['r*.toml']\n[[team]]\nname = 'first'\n",
        r2="[[team]]\nname = 'third'\n",
        r1="[[team]]\nname = 'second'\n",
    )
    assert [team.name for team in settings.teams] == ["first", "second", "third"]


def test_an_error_in_an_included_file_names_that_file(write: Load, tmp_path: Path) -> None:
    found = errors(write, "include = ['r1.toml']\n", r1="\n[[team]]\nnmae = 'x'\n")
    assert {error.place.file for error in found} == {str(tmp_path / "r1.toml")}


def test_a_syntax_error_in_an_included_file_does_not_hide_the_others(write: Load) -> None:
    found = errors(write, "include = ['r1.toml']\n[desk]\nx = 1\n", r1="\n[[team]\n")
    assert [(Path(error.place.file).name, error.place.line) for error in found] == [
        ("kfdesk.toml", 3),
        ("r1.toml", 2),
    ]


def test_files_that_include_each_other_are_refused(write: Load) -> None:
    (error,) = errors(write, "include = ['r1.toml']\n", r1="include = ['kfdesk.toml']\n")
    assert Path(error.place.file).name == "r1.toml"
    assert "already" in error.message


def test_a_section_that_stands_once_stands_in_one_file(write: Load) -> None:
    (error,) = errors(write, "include = ['r1.toml']\n[desk]\n", r1="\n[desk]\n")
    assert "kfdesk.toml:2 already" in error.message


def test_a_name_is_taken_across_files(write: Load) -> None:
    team = "[[team]]\nname = 'a'\n"
    (error,) = errors(write, f"include = ['r1.toml']\n{team}", r1=team)
    assert Path(error.place.file).name == "r1.toml"


def test_paths_of_an_included_file_start_at_its_folder(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "kfdesk.toml").write_text("include = ['rules/[ab].toml']\n")
    (tmp_path / "rules" / "a.toml").write_text(
        "[[channel]]\nname = 'c'\ntype = 'mbox'\npath = 'box'\naddress = 'a@b.c'\n"
    )
    assert load(tmp_path / "kfdesk.toml").channels[0].path == tmp_path / "rules" / "box"


def test_a_folder_with_brackets_in_its_name_is_no_pattern(tmp_path: Path) -> None:
    folder = tmp_path / "[x]*"
    folder.mkdir()
    (folder / "kfdesk.toml").write_text("include = ['r.toml']\n")
    (folder / "r.toml").write_text("[[team]]\nname = 'a'\n")
    assert load(folder / "kfdesk.toml").teams[0].name == "a"


def test_a_pattern_without_a_file_is_a_warning(write: Load) -> None:
    (warning,) = write("include = ['rules/*.toml']\n").warnings
    assert "no file matches “rules/*.toml”" in warning


# --- what a newer version knows ---------------------------------------------------------


def test_sections_of_a_newer_version_are_warnings(write: Load) -> None:
    settings = write(
        """\
        [qa]
        share = 0.1
        [[agent]]
        name = "a"
        """
    )
    (warning,) = settings.warnings
    assert "kfdesk.toml:1: " in warning
    assert settings.agents[0].name == "a"


def test_what_happens_by_itself_is_read(write: Load, tmp_path: Path) -> None:
    (tmp_path / "kb").mkdir()
    settings = write(
        """
        [kb]
        path = "kb/"
        [[agent]]
        name = "a"
        capacity = 12
        shift = { calendar = "office" }
        [calendar.office]
        timezone = "Asia/Shanghai"
        hours = { mon-fri = ["09:00-12:00", "13:30-18:00"], sat = ["10:00-24:00"] }
        holidays = "CN"
        extra_holidays = ["2026-12-31", 2027-01-04]
        [[schedule]]
        name = "s"
        every = "mon 09:00"
        repeat_after = "24h"
        do = [{ tag = "t" }]
        [[sla]]
        name = "p"
        calendar = "office"
        first_response = { urgent = "15m", normal = "2h" }
        resolve = "24h"
        warn = "30m"
        [[route]]
        name = "r"
        strategies = ["last-agent", "round-robin"]
        source = [{ when = "tag:x", to = "a" }]
        [[bot]]
        name = "b"
        reply = "parcel"
        times = 2
        """
    )
    assert settings.warnings == ()
    assert settings.kb.path == tmp_path / "kb"
    shift = settings.agents[0].shift
    assert shift is not None
    assert (settings.agents[0].capacity, shift.calendar) == (12, "office")
    office = settings.calendars["office"]
    assert office.hours["sat"] == ("10:00-24:00",)
    assert office.extra_holidays == (date(2026, 12, 31), date(2027, 1, 4))
    (schedule,) = settings.schedules
    assert (schedule.every, schedule.repeat_after) == ("mon 09:00", timedelta(days=1))
    (policy,) = settings.policies
    assert policy.first_response == {
        "urgent": timedelta(minutes=15),
        "normal": timedelta(hours=2),
    }
    assert set(policy.resolve.values()) == {timedelta(days=1)}
    assert policy.warn == timedelta(minutes=30)
    assert settings.routes[0].source[0].to == "a"
    assert settings.bots[0].times == 2


def test_a_folder_of_articles_that_is_not_there_is_a_warning(write: Load, tmp_path: Path) -> None:
    (warning,) = write("[kb]\npath = 'kb'\n").warnings
    assert "kfdesk.toml:2" in warning
    assert str(tmp_path / "kb") in warning


def test_the_sketch_of_the_whole_configuration_loads_with_warnings_only() -> None:
    sketch = Path(__file__).parents[3] / "shared" / "config.sketch.toml"
    if not sketch.exists():
        pytest.skip("the sketch is not at hand")
    settings = load(sketch)
    assert len(settings.channels) == 2
    assert settings.warnings


# --- whatever is written ----------------------------------------------------------------

WORDS = st.sampled_from(
    (
        *(*SINGLE, *SEVERAL, *LATER_SECTIONS, "include"),
        *(key.name for _name, kind in sections() for key in keys(kind)),
    )
)
VALUES = st.recursive(
    st.sampled_from(
        [
            "1",
            "-1",
            "true",
            "1.5",
            "''",
            "'x'",
            "'*'",
            "'/'",
            "'('",
            "'imap'",
            "'none'",
            "'UTC'",
            "'a@b.c'",
            "'90s'",
            "'25MB'",
            "2026-11-11",
            "09:00:00",
            "{env='X'}",
        ]
    ),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]")
        | st.tuples(WORDS, inner).map(lambda pair: f"{{{pair[0]} = {pair[1]}}}")
    ),
    max_leaves=5,
)
STATEMENTS = st.one_of(
    WORDS.map(lambda word: f"[[{word}]]"),
    WORDS.map(lambda word: f"[{word}]"),
    st.tuples(WORDS, WORDS).map(lambda pair: f"[{pair[0]}.{pair[1]}]"),
    st.tuples(WORDS, VALUES).map(lambda pair: f"{pair[0]} = {pair[1]}"),
)


@tries(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(STATEMENTS, max_size=12).map("\n".join) | st.text(max_size=60))
def test_any_file_is_settings_or_a_config_error(tmp_path: Path, text: str) -> None:
    file = tmp_path / "kfdesk.toml"
    file.write_text(text, encoding="utf-8", newline="")
    with suppress(ConfigError):
        assert load(file).file == file


def test_reading_a_configuration_imports_nothing_heavy() -> None:
    program = (
        "import sys, kfdesk.config, kfdesk.paths\n"
        "heavy = {'pydantic', 'sqlmodel', 'sqlalchemy', 'textual', 'rich', 'typer', 'imapclient', "
        "'re2', 'lark', 'zoneinfo', 'importlib.metadata', 'difflib', 'platformdirs', 'keyring'}\n"
        "sys.exit(', '.join(sorted(heavy & set(sys.modules))) or None)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_a_column_that_there_is_none_of_is_told_with_the_nearest(write: Load) -> None:
    """In `[ui]` and in a view; own fields are columns too."""
    settings = write(
        '[[field]]\nname = "order_no"\n[ui]\ncolumns = ["number", "field.order_no"]\n'
        '[[view]]\nname = "v"\ncolumns = ["due"]\n'
    )
    assert settings.ui.columns == ("number", "field.order_no")
    with pytest.raises(ConfigError, match=r"columns.*no column “asignee”; did you mean “assignee”"):
        write('[ui]\ncolumns = ["number", "asignee"]\n')
    with pytest.raises(ConfigError, match=r"v.*no column “field.order”"):
        write('[[view]]\nname = "v"\ncolumns = ["field.order"]\n')
