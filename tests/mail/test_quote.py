"""What the writer wrote now is told from what they quote and sign with."""

from __future__ import annotations

from pathlib import Path

import pytest

from kfdesk.mail.html import to_text
from kfdesk.mail.quote import cut
from tests.mail.mails import CORPUS, mail

GMAIL_EN = (
    "Thanks!\n\nOn Mon, Nov 2, 2026 at 10:00 AM Desk <support@example.com>\n"
    "wrote:\n\n> Hello\n> there\n"
)
GMAIL_ZH = (
    "谢谢！\n\nDesk <support@example.com> 于2026年11月2日周一 10:00写道：\n\n> 您好\n>\n> 再见\n"
)
GMAIL_JA = (
    "ありがとうございます。\n\n2026年11月2日(月) 10:00 Desk "
    "<support@example.com>:\n\n> こんにちは\n"
)
GMAIL_DE = (
    "Danke!\n\nAm Mo., 2. Nov. 2026 um 10:00 Uhr schrieb Desk <\n"
    "support@example.com>:\n\n> Guten Tag\n"
)
GMAIL_FR = (
    "Merci !\n\nLe lun. 2 nov. 2026 à 10:00, Desk <support@example.com> a écrit :\n\n> Bonjour\n"
)
OUTLOOK_EN = (
    "Thanks!\n\n________________________________\nFrom: Desk <support@example.com>\n"
    "Sent: Monday, November 2, 2026 10:00 AM\nTo: Jane\nSubject: Re: Order\n\nHello there\n"
)
OUTLOOK_ZH = (
    "谢谢！\n\n发件人: Desk <support@example.com>\n发送时间: 2026年11月2日 "
    "10:00\n收件人: 张三\n主题: 回复: 订单\n\n您好\n"
)
OUTLOOK_DE = (
    "Danke!\n\nVon: Desk <support@example.com>\nGesendet: Montag, 2. November 2026 10:00\n"
    "An: Jane\nBetreff: AW: Bestellung\n\nGuten Tag\n"
)
OUTLOOK_FR = (
    "Merci !\n\nDe : Desk <support@example.com>\nEnvoyé : lundi 2 novembre 2026 10:00\n"
    "À : Jane\nObjet : RE: Commande\n\nBonjour\n"
)
OUTLOOK_JA = (
    "ありがとうございます。\n\n差出人: Desk <support@example.com>\n送信日時: 2026年11月2日 10:00\n"
    "宛先: 田中\n件名: Re: 注文\n\nこんにちは\n"
)
OLD_OUTLOOK = (
    "Thanks!\n\n-----Original Message-----\nFrom: Desk\nSent: Monday\nTo: "
    "Jane\nSubject: x\n\nHello\n"
)
OLD_OUTLOOK_ZH = (
    "谢谢！\n\n-----邮件原件-----\n发件人: Desk\n发送时间: 2026\n收件人: 张三\n主题: x\n\n您好\n"
)
OLD_OUTLOOK_DE = "Danke!\n\n-----Ursprüngliche Nachricht-----\nVon: Desk\n\nGuten Tag\n"
QQ = (
    '谢谢！\n\n\n------------------ 原始邮件 ------------------\n发件人: "Desk" '
    "<support@example.com>;\n"
    '发送时间: 2026年11月2日(星期一) 上午10:00\n收件人: "张三"<z@qq.com>;\n主题: '
    "回复：订单\n\n您好\n"
)
QQ_NEW = (
    "谢谢！\n\n\n\n\n\xa0\n------------------\xa0原始邮件\xa0------------------\n"
    "发件人: Desk\n\n您好\n"
)
FOXMAIL = (
    "谢谢！\n\n\n\n张三\n\n发件人： Desk\n发送时间： 2026-11-02 10:00\n收件人： "
    "z\n主题： Re: 订单\n您好\n"
)
NETEASE = '谢谢！\n\n\n在 2026-11-02 10:00:00，"Desk" <support@example.com> 写道：\n\n您好\n再见\n'
NETEASE_EN = (
    '谢谢！\n\nAt 2026-11-02 10:00:00, "Desk" <support@example.com> wrote:\n\n>您好\n>再见\n'
)
NETEASE_MASTER = (
    "谢谢！\n\n---- 回复的原邮件 ----\n| 发件人 | "
    "Desk<support@example.com> |\n| 日期 | 2026年11月02日 |\n您好\n"
)
APPLE_EN = "Thanks!\n\n> On Nov 2, 2026, at 10:00, Desk <support@example.com> wrote:\n> \n> Hello\n"
APPLE_ZH = (
    "谢谢！\n\n发自我的 iPhone\n\n> 在 2026年11月2日，上午10:00，Desk "
    "<support@example.com> 写道：\n> \n> 您好\n"
)
APPLE_JA = (
    "ありがとう\n\niPhoneから送信\n\n2026/11/02 10:00、Desk "
    "<support@example.com>のメール:\n\n> こんにちは\n"
)
APPLE_DE = (
    "Danke\n\nVon meinem iPhone gesendet\n\n> Am 02.11.2026 um 10:00 schrieb "
    "Desk <support@example.com>:\n> \n> Guten Tag\n"
)
APPLE_FR = (
    "Merci\n\nEnvoyé de mon iPhone\n\n> Le 2 nov. 2026 à 10:00, Desk "
    "<support@example.com> a écrit :\n> \n> Bonjour\n"
)
YAHOO = (
    "Thanks!\n\n    On Monday, November 2, 2026 at 10:00:00 AM GMT+8, Desk "
    "<support@example.com> wrote:  \n \n Hello\n"
)
THUNDERBIRD_DE = "Danke!\n\nAm 02.11.26 um 10:00 schrieb Desk:\n> Guten Tag\n"

REPLIES = {
    name: text for name, text in globals().items() if name.isupper() and isinstance(text, str)
}


@pytest.mark.parametrize("name", REPLIES)
def test_a_typical_reply_is_cut_where_its_history_begins(name: str) -> None:
    text = REPLIES[name]
    first = text.split("\n", 1)[0]
    kept = text[: cut(text)]
    assert kept == first or (name == "FOXMAIL" and kept == "谢谢！\n\n\n\n张三")


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Thanks\n\n-- \nJane Doe\nExample Ltd", "Thanks"),
        ("Thanks\n--\nJane", "Thanks"),
        ("Thanks\n\nSent from my iPhone", "Thanks"),
        ("谢谢\n\n发自我的iPhone", "谢谢"),
        ("谢谢\n\n发自我的手机", "谢谢"),
        ("谢谢\n\n发自网易邮箱大师", "谢谢"),
        ("Thanks\n\nGet Outlook for iOS <https://aka.ms/o0ukef>", "Thanks"),
        ("Thanks\n\n-- \nJane\n\nOn 2 Nov 2026 at 10:00, Desk <a@b> wrote:\n> Hello", "Thanks"),
    ],
)
def test_a_signature_is_cut(text: str, kept: str) -> None:
    assert text[: cut(text)] == kept


@pytest.mark.parametrize(
    "text",
    [
        "Hello",
        "",
        "One\n\nTwo",
        "> You asked\n\nYes.",
        "On Monday I wrote:\nthe parcel is lost",
        "Sent from my desk, is much easier than my mobile phone.",
        "a -- b\nc",
        "From: the beginning it was broken.",
        "I wrote to a@b.example on 2 Nov:\nno answer",
        "On 2 Nov 2026, Desk <a@b> wrote:\n> First?\n\nYes.\n\n> Second?\n\nNo.",
        "价格：100\n时间：明天",
    ],
)
def test_what_only_resembles_history_stays(text: str) -> None:
    assert cut(text) == len(text)


def test_answers_between_the_quoted_lines_stay_and_the_quoted_end_goes() -> None:
    text = "On 2 Nov 2026, Desk <a@b> wrote:\n> First?\n\nYes.\n\n> Second?\n>\n> Bye"
    assert text[: cut(text)].endswith("Yes.")


def test_a_mail_that_is_quote_alone_has_no_words_of_its_own() -> None:
    assert cut("> Hello\n> there") == 0
    assert cut("-----Original Message-----\nFrom: a\n\nHello") == 0


def test_what_a_forward_is_about_is_not_cut() -> None:
    inside = "From: Jane <j@x.example>\nDate: x\nSubject: y\nTo: z\n\nBroken!"
    text = f"See below\n\n---------- Forwarded message ---------\n{inside}"
    assert cut(text) == len(text)
    read = mail(OUTLOOK_EN, Subject="FW: Order")
    assert read.text[: read.cut] == OUTLOOK_EN.strip()


@pytest.mark.parametrize(
    "quote",
    [
        '<div class="gmail_quote"><div>On 2 Nov 2026 Desk '
        "wrote:</div><blockquote>Old</blockquote></div>",
        '<blockquote type="cite"><div>Old</div></blockquote>',
        '<hr><div id="divRplyFwdMsg"><b>From:</b> Desk<br></div><div>Old</div>',
        '<div style="border:none;border-top:solid #E1E1E1 1.0pt"><p><b>From:</b> '
        "Desk</p></div><p>Old</p>",
        '<div class="qmbox"><div>原始邮件</div>Old</div>',
        "<div>------------------ 原始邮件 ------------------</div><div>Old</div>",
        '<div id="isReplyContent">Old</div>',
        '<div class="yahoo_quoted">Old</div>',
        '<div class="moz-cite-prefix">On 2 Nov 2026 Desk wrote:<br></div><blockquote '
        'type="cite">Old</blockquote>',
        '<br>On 2 Nov 2026, Desk &lt;a@b&gt; wrote:<br><blockquote type="cite">Old</blockquote>',
    ],
)
def test_the_structure_of_html_says_where_history_begins(quote: str) -> None:
    text, before = to_text(f"<html><body><div>New <b>words</b></div>{quote}</body></html>")
    assert "Old" in text
    assert text[: cut(text, before=before)] == "New words"


def test_an_answer_below_a_quote_in_html_stays() -> None:
    text, before = to_text('<blockquote type="cite">Old?</blockquote><p>New.</p>')
    assert cut(text, before=before) == len(text)


@pytest.mark.skipif(not CORPUS.exists(), reason="no corpus of replies")
@pytest.mark.parametrize(
    "path", sorted(CORPUS.glob("zapier*/reply/**/*.txt")), ids=lambda path: path.name
)
def test_replies_of_other_projects_lose_their_quoted_end(path: Path) -> None:
    text = path.read_text("utf-8")
    kept = text[: cut(text)]
    assert kept.strip()
    assert not kept.rstrip().rpartition("\n")[2].startswith(">")
    assert "wrote:" not in kept.rpartition("\n\n")[2]


@pytest.mark.skipif(not CORPUS.exists(), reason="no corpus of replies")
@pytest.mark.parametrize(
    "path",
    sorted(CORPUS.glob("mailgun*/reply/tests/fixtures/html_replies/*.html")),
    ids=lambda path: path.name,
)
def test_html_replies_of_other_projects_are_cut(path: Path) -> None:
    text, before = to_text(path.read_text("utf-8", "replace"))
    assert "".join(text[: cut(text, before=before)].split()) == "Hi.Iamfine.Thanks,Alex"
