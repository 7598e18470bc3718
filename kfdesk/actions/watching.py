"""What one watches over: what leaves, what could not be read, what happened, how channels do."""

from __future__ import annotations

from kfdesk.actions.action import LOOK, N_, Action, Scope

WATCHING: tuple[Action, ...] = (
    Action("go.outbox", N_("Go to the outbox"), ("g o",), LOOK, "", ("outbox",)),
    Action("go.quarantine", N_("Go to the quarantine"), ("g z",), LOOK, "", ("quarantine",)),
    Action(
        "go.articles", N_("Go to the knowledge base"), ("g k",), LOOK, "", ("articles",), "WORDS"
    ),
    Action("go.log", N_("Go to the activity log"), ("g l",), LOOK, "", ("log",), "WORDS"),
    Action("go.channels", N_("Go to the channels"), ("g h",), LOOK, "", ("channels",)),
    Action("go.notices", N_("Go to the notices of the day"), ("g n",), LOOK, "", ("notices",)),
    Action(
        "outbox.confirm",
        N_("It arrived: mark it as sent"),
        ("s",),
        (Scope.OUTBOX,),
        N_("it was sent"),
    ),
    Action("outbox.retry", N_("Send it again"), ("r",), (Scope.OUTBOX,), N_("send again")),
    Action(
        "outbox.cancel",
        N_("Take it back: do not send it"),
        ("x",),
        (Scope.OUTBOX,),
        N_("take back"),
    ),
    Action("outbox.preview", N_("Show it whole, or the list"), ("p",), (Scope.OUTBOX,), N_("mail")),
    Action(
        "quarantine.release",
        N_("Release it: rules treat it as new"),
        ("r",),
        (Scope.QUARANTINE,),
        N_("release"),
    ),
    Action("quarantine.spam", N_("Mark as spam"), ("x",), (Scope.QUARANTINE,), N_("spam")),
    Action(
        "quarantine.source",
        N_("Show its source whole, or the list"),
        ("p",),
        (Scope.QUARANTINE,),
        N_("source"),
    ),
    Action("article.page", N_("Show it whole, or the list"), ("p",), (Scope.ARTICLES,), N_("page")),
    Action(
        "article.insert",
        N_("Insert it into the reply"),
        ("i",),
        (Scope.ARTICLES,),
        N_("insert"),
    ),
    Action(
        "article.link", N_("Insert its link into the reply"), ("L",), (Scope.ARTICLES,), N_("link")
    ),
    Action(
        "article.edit", N_("Edit it in $EDITOR"), ("e",), (Scope.ARTICLES,), N_("edit"), local=True
    ),
    Action(
        "article.new", N_("Write a new article"), ("a",), (Scope.ARTICLES,), N_("new"), (), "NAME"
    ),
    Action(
        "article.gaps",
        N_("Show what is asked and has no article, or the articles"),
        ("m",),
        (Scope.ARTICLES,),
        N_("missing"),
    ),
    Action("log.undo", N_("Undo the operation"), ("u",), (Scope.LOG,), N_("undo")),
    Action("log.page", N_("Show it whole, or the list"), ("p",), (Scope.LOG,), N_("page")),
    Action("channel.sync", N_("Sync this channel now"), ("R",), (Scope.CHANNELS,), N_("sync it")),
    Action(
        "channel.outbox",
        N_("Show its outbox"),
        ("o",),
        (Scope.CHANNELS,),
        N_("its outbox"),
    ),
    Action("channel.page", N_("Show it whole, or the list"), ("p",), (Scope.CHANNELS,), N_("page")),
    Action("call.open", N_("Show the caller's card"), ("enter",), (Scope.CALL,), N_("card")),
    Action(
        "call.ticket",
        N_("Open a ticket for the caller"),
        ("C",),
        (Scope.CALL,),
        N_("new ticket"),
    ),
    Action("call.dismiss", N_("Dismiss the call"), ("escape",), (Scope.CALL,), N_("away")),
    Action("call.take", N_("Answer the call"), ("f9",), (Scope.GLOBAL,)),
    Action("card.edit", N_("Edit the customer"), ("e",), (Scope.CARD,), N_("edit")),
    Action(
        "card.ticket", N_("Open a ticket for the customer"), ("C",), (Scope.CARD,), N_("new ticket")
    ),
    Action(
        "card.merge", N_("Merge another customer into this one"), ("M",), (Scope.CARD,), N_("merge")
    ),
    Action(
        "card.dismiss",
        N_("Not the same person: stop suggesting it"),
        ("x",),
        (Scope.CARD,),
        N_("not the same"),
    ),
    Action(
        "card.unmerge", N_("Unmerge a customer from this one"), ("X",), (Scope.CARD,), N_("unmerge")
    ),
)
