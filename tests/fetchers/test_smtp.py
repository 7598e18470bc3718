"""Sending: what is certain is said, and what is not is said too."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kfdesk.errors import Place
from kfdesk.fetchers.imap import ImapFetcher
from kfdesk.fetchers.smtp import SmtpSender
from kfdesk.model import Outbound, Rejected, Retry, Sent, Unknown
from kfdesk.settings import OAuth, Secret
from kfdesk.settings import Smtp as SmtpSettings
from tests.conftest import Mailbox
from tests.support.scripted import Peer, Scripted
from tests.support.servers import Smtp

RAW = b"From: desk@example.com\r\nMessage-ID: <1@desk>\r\n\r\nHello\r\n.\r\n..dots\r\n"
SHORT = timedelta(seconds=0.4)


def outbound(*recipients: str, raw: bytes = RAW, sender: str = "desk@example.com") -> Outbound:
    return Outbound("1@desk", sender, recipients or ("ann@example.org",), raw)


def sender_of(settings: SmtpSettings) -> SmtpSender:
    return SmtpSender(settings, Place())


def test_a_mail_arrives_as_it_is(smtp_server: Smtp) -> None:
    sender = sender_of(smtp_server.settings())
    assert sender.send(outbound()) == Sent()
    sender.close()
    (received,) = smtp_server.received
    assert (received.sender, received.recipients) == ("desk@example.com", ("ann@example.org",))
    assert received.raw == RAW


def test_bare_line_ends_cannot_smuggle_a_second_mail(smtp_server: Smtp) -> None:
    raw = b"Subject: x\n\nA\n.\nMAIL FROM:<evil@example.org>\r.\r\nB"
    sender = sender_of(smtp_server.settings())
    assert sender.send(outbound(raw=raw)) == Sent()
    sender.close()
    (received,) = smtp_server.received
    assert received.raw.split(b"\r\n") == [
        b"Subject: x",
        b"",
        b"A",
        b".",
        b"MAIL FROM:<evil@example.org>",
        b".",
        b"B",
        b"",
    ]


def test_one_connection_serves_many_mails(smtp_server: Smtp) -> None:
    sender = sender_of(smtp_server.settings())
    before = smtp_server.connections
    for _each in range(5):
        assert sender.send(outbound()) == Sent()
    sender.close()
    assert smtp_server.connections - before == 1
    assert len(smtp_server.received) == 5


def test_a_connection_that_ended_meanwhile_is_made_anew(smtp_server: Smtp) -> None:
    sender = sender_of(smtp_server.settings())
    assert sender.send(outbound()) == Sent()
    smtp_server.stop()
    smtp_server.start()
    assert sender.send(outbound()) == Sent()
    sender.close()
    assert len(smtp_server.received) == 2


@pytest.mark.parametrize("step", ["mail", "rcpt", "data", "end"])
def test_a_passing_refusal_is_tried_again(smtp_server: Smtp, step: str) -> None:
    smtp_server.script(**{step: "451 4.3.0 later"})
    sender = sender_of(smtp_server.settings())
    result = sender.send(outbound())
    assert isinstance(result, Retry)
    assert "later" in result.why
    smtp_server.script()
    assert sender.send(outbound()) == Sent()
    sender.close()
    assert len(smtp_server.received) == 1


@pytest.mark.parametrize("step", ["mail", "rcpt", "data", "end"])
def test_a_final_refusal_is_not_tried_again(smtp_server: Smtp, step: str) -> None:
    smtp_server.script(**{step: "550 5.1.1 nobody here"})
    sender = sender_of(smtp_server.settings())
    result = sender.send(outbound())
    assert isinstance(result, Rejected)
    assert "nobody here" in result.why
    smtp_server.script()
    assert sender.send(outbound()) == Sent()
    sender.close()


@pytest.mark.parametrize("step", ["mail", "rcpt", "data"])
@pytest.mark.parametrize("how", ["drop", "hang"])
def test_what_breaks_before_the_mail_is_handed_over_is_tried_again(
    smtp_server: Smtp, step: str, how: str
) -> None:
    smtp_server.script(**{step: how})
    sender = sender_of(smtp_server.settings(timeout=SHORT))
    assert isinstance(sender.send(outbound()), Retry)
    sender.close()
    assert smtp_server.received == []


@pytest.mark.parametrize(("how", "kept"), [("drop", 1), ("hang", 1), ("lose", 0)])
def test_what_breaks_after_the_final_dot_is_unknown(smtp_server: Smtp, how: str, kept: int) -> None:
    smtp_server.script(end=how)
    sender = sender_of(smtp_server.settings(timeout=SHORT))
    assert isinstance(sender.send(outbound()), Unknown)
    smtp_server.script()
    assert sender.send(outbound()) == Sent()
    sender.close()
    assert len(smtp_server.received) == kept + 1


def test_an_answer_that_is_not_smtp_is_unknown() -> None:
    def script(peer: Peer) -> None:
        peer.say("220 ready")
        while line := peer.hear():
            if line == "DATA":
                peer.say("354 go")
            elif line == ".":
                peer.say("whatever")
            elif not line.startswith(("From", "Mess", "Hel", "..", "QUIT")) and line:
                peer.say("250 ok")

    raw = b"From: a\r\nHello: b\r\n"
    with Scripted(script) as server:
        sender = sender_of(SmtpSettings("127.0.0.1", server.port, "none", timeout=SHORT))
        assert isinstance(sender.send(outbound(raw=raw)), Unknown)
        sender.close()


def test_some_refused_recipients_are_named(smtp_server: Smtp) -> None:
    smtp_server.refused["gone@example.org"] = "550 5.1.1 no such user"
    sender = sender_of(smtp_server.settings())
    result = sender.send(outbound("ann@example.org", "gone@example.org"))
    sender.close()
    assert isinstance(result, Sent)
    assert "gone@example.org" in result.note
    assert smtp_server.received[0].recipients == ("ann@example.org",)


def test_all_recipients_refused_for_now_is_a_retry(smtp_server: Smtp) -> None:
    smtp_server.refused["a@example.org"] = "550 no such user"
    smtp_server.refused["b@example.org"] = "450 greylisted"
    sender = sender_of(smtp_server.settings())
    assert isinstance(sender.send(outbound("a@example.org", "b@example.org")), Retry)
    sender.close()


def test_nobody_listening_is_a_retry(smtp_server: Smtp) -> None:
    settings = smtp_server.settings()
    smtp_server.stop()
    result = sender_of(settings).send(outbound())
    assert isinstance(result, Retry)
    assert "refuses the connection" in result.why


def test_an_unknown_host_is_a_retry() -> None:
    result = sender_of(SmtpSettings("nowhere.invalid", 25)).send(outbound())
    assert isinstance(result, Retry)


def test_a_greeting_that_refuses_says_nothing_about_the_mail() -> None:
    with Scripted(lambda peer: peer.say("554 go away")) as server:
        result = sender_of(SmtpSettings("127.0.0.1", server.port, "none")).send(outbound())
    assert isinstance(result, Retry)
    assert result.offline


@pytest.mark.parametrize(
    "mail",
    [
        outbound("ann@example.org\r\nRCPT TO:<evil@example.org>"),
        Outbound("1@desk", "desk@example.com", (), RAW),
    ],
)
def test_a_wrong_envelope_is_final(smtp_server: Smtp, mail: Outbound) -> None:
    sender = sender_of(smtp_server.settings())
    assert isinstance(sender.send(mail), Rejected)
    sender.close()
    assert smtp_server.received == []


def test_a_chinese_address_is_sent_where_the_server_can(smtp_server: Smtp) -> None:
    sender = sender_of(smtp_server.settings())
    assert sender.send(outbound("王芳@例子.example")) == Sent()
    assert sender.send(outbound("ann@example.org")) == Sent()
    sender.close()
    assert smtp_server.received[0].recipients == ("王芳@例子.example",)


def test_a_mail_larger_than_the_server_takes_is_final_and_not_sent() -> None:
    def script(peer: Peer) -> None:
        peer.say("220 ready")
        peer.hear()
        peer.say("250-here", "250 SIZE 10")
        peer.hear()

    with Scripted(script) as server:
        sender = sender_of(SmtpSettings("127.0.0.1", server.port, "none"))
        result = sender.send(outbound())
        sender.close()
    assert isinstance(result, Rejected)
    assert "10" in result.why


@pytest.mark.parametrize("tls", ["tls", "starttls", "none"])
@pytest.mark.parametrize("password", ["secret", "密码"])
def test_it_logs_in_over_every_kind_of_connection(tls: str, password: str) -> None:
    with Smtp(tls=tls, user="desk", password=password) as server:  # type: ignore[arg-type]
        sender = sender_of(server.settings())
        assert sender.send(outbound()) == Sent()
        assert sender.check().ok
        sender.close()


def test_a_wrong_password_is_tried_once() -> None:
    with Smtp(user="desk") as server:
        sender = sender_of(server.settings(password=Secret(plain="wrong")))
        before = server.connections
        for _each in range(3):
            result = sender.send(outbound())
            assert isinstance(result, Retry)
            assert result.offline
            assert "check user and password" in result.why
        assert server.connections - before == 1
        assert not sender.check().ok
        sender.close()


def test_a_secret_that_is_missing_is_a_retry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KF_NOT_SET", raising=False)
    with Smtp(user="desk") as server:
        sender = sender_of(server.settings(password=Secret(env="KF_NOT_SET")))
        result = sender.send(outbound())
    assert isinstance(result, Retry)
    assert "KF_NOT_SET" in result.why


def test_xoauth2_logs_in_with_a_token() -> None:
    with Smtp(user="desk", password="token") as server:
        good = sender_of(server.settings(oauth=OAuth(token=Secret(plain="token"))))
        bad = sender_of(server.settings(oauth=OAuth(token=Secret(plain="stale"))))
        assert good.send(outbound()) == Sent()
        assert isinstance(bad.send(outbound()), Retry)
        good.close()
        bad.close()


@pytest.mark.parametrize("tls", ["tls", "starttls"])
def test_a_certificate_of_an_unknown_authority_is_refused(tls: str) -> None:
    with Smtp(tls=tls) as server:  # type: ignore[arg-type]
        result = sender_of(server.settings(ca_file=None)).send(outbound())
        assert isinstance(result, Retry)
        assert "ca_file" in result.why
        assert server.received == []


def test_starttls_that_is_not_offered_is_not_done_without(smtp_server: Smtp) -> None:
    result = sender_of(smtp_server.settings(tls="starttls")).send(outbound())
    assert isinstance(result, Retry)
    assert "STARTTLS" in result.why
    assert smtp_server.received == []


def test_plain_text_leaves_this_machine_never() -> None:
    result = sender_of(SmtpSettings("mail.example.com", tls="none")).send(outbound())
    assert isinstance(result, Retry)
    assert "without encryption" in result.why


def test_a_copy_is_kept_in_the_sent_folder_once(mailbox: Mailbox, smtp_server: Smtp) -> None:
    mailbox.dovecot.maildir(mailbox.user, "Sent")
    fetcher = ImapFetcher(mailbox.channel(smtp=smtp_server, sent_folder="Sent"))
    assert fetcher.was_sent("1@desk") is False
    assert fetcher.send(outbound()) == Sent()
    assert fetcher.send(outbound()) == Sent()
    assert fetcher.was_sent("1@desk") is True
    assert fetcher.was_sent("2@desk") is False
    fetcher.close()
    client = mailbox.client()
    assert client.select_folder("Sent", readonly=True)[b"EXISTS"] == 1
    assert client.fetch([1], ["BODY.PEEK[]"])[1][b"BODY[]"] == RAW
    assert client.get_flags([1])[1] != ()
    client.logout()


def test_a_copy_that_cannot_be_kept_is_a_note(mailbox: Mailbox, smtp_server: Smtp) -> None:
    fetcher = ImapFetcher(mailbox.channel(smtp=smtp_server, sent_folder="Nowhere"))
    result = fetcher.send(outbound())
    assert isinstance(result, Sent)
    assert "Nowhere" in result.note
    assert fetcher.was_sent("1@desk") is None
    fetcher.close()
    assert len(smtp_server.received) == 1


def test_without_a_sent_folder_nobody_can_tell(mailbox: Mailbox, smtp_server: Smtp) -> None:
    fetcher = ImapFetcher(mailbox.channel(smtp=smtp_server))
    assert fetcher.was_sent("1@desk") is None
    fetcher.close()


def test_a_channel_without_smtp_sends_nothing(mailbox: Mailbox) -> None:
    fetcher = ImapFetcher(mailbox.channel())
    assert isinstance(fetcher.send(outbound()), Rejected)
    assert not fetcher.capabilities.sends
    fetcher.close()
