"""Remote control answers questions; everything else gets one sentence, and nothing that is sent there does harm."""

from __future__ import annotations

import json
import time
from types import SimpleNamespace

import pytest
from celery.worker.control import Panel

from scheduler_project import remote_control
from scheduler_project.celery import app
from scheduler_project.remote_control import (
    INSPECT_COMMANDS,
    REFUSAL,
    InspectMailbox,
    RemoteControlRefused,
    mask_passwords,
)

NAME = "celery-1a2b3c@here"


@pytest.fixture
def box():
    """A box without a worker around it; what it replied is in `replies`."""
    found = object.__new__(InspectMailbox)
    found.hostname, found.replies, found.resets = NAME, [], 0
    found._forward_clock = lambda: None
    found.reset = lambda: setattr(found, "resets", found.resets + 1)
    mailbox = SimpleNamespace(reply_exchange=SimpleNamespace(name="reply.ours.pidbox"))
    found.node = SimpleNamespace(
        state=SimpleNamespace(app=app, hostname=NAME, tset=set),
        mailbox=mailbox,
        reply=lambda data, **where: found.replies.append((data, where)),
    )
    return found


def ask(box, method="ping", *, content_type="application/json", body=None, **further):
    request = {
        "method": method,
        "arguments": {},
        "destination": None,
        "pattern": None,
        "matcher": None,
        "ticket": "1",
        "reply_to": {"exchange": "reply.ours.pidbox", "routing_key": "mine"},
        **further,
    }
    box._take(
        SimpleNamespace(
            body=json.dumps(request).encode() if body is None else body,
            content_type=content_type,
            content_encoding="utf-8",
            headers={"clock": "not a number"},
            delivery_info={},
        )
    )
    return [reply[NAME] for reply, _ in box.replies]


def test_a_question_is_answered(box):
    assert ask(box) == [{"ok": "pong"}]


@pytest.mark.parametrize("command", sorted({*Panel.meta, "drain", "__class__"} - set(INSPECT_COMMANDS)))
def test_every_other_command_gets_the_sentence(box, command):
    assert ask(box, command) == [{"error": REFUSAL}]


def test_the_sentence_names_what_does_it_instead():
    for word in ("drain", "pause", "terminate", "REMOTE_CONTROL=1"):
        assert word in REFUSAL
    assert REFUSAL.count(". ") == 0


def test_a_command_that_wants_no_reply_does_nothing_either(box):
    assert ask(box, "shutdown", reply_to=None, ticket=None) == []


@pytest.mark.parametrize("exchange", ["", "amq.topic", "default", None, ["x"], {"a": 1}])
def test_it_replies_where_celery_listens_and_nowhere_else(box, exchange):
    ask(box, reply_to={"exchange": exchange, "routing_key": "mine"})
    assert box.replies[0][1] == {"exchange": "reply.ours.pidbox", "routing_key": "mine", "ticket": "1"}


@pytest.mark.parametrize(
    "reply_to",
    ["x", [], {"routing_key": 7}, {"routing_key": "x" * 1000}, {"exchange": "x"}, {"routing_key": None}],
)
def test_a_reply_address_that_is_none_gets_nothing(box, reply_to):
    assert ask(box, reply_to=reply_to) == []
    assert box.resets == 0


@pytest.mark.parametrize(
    ("further", "is_meant"),
    [
        ({"destination": [NAME]}, True),
        ({"destination": ["another@here"]}, False),
        ({"destination": NAME + " and more"}, False),
        ({"destination": {"a": 1}}, False),
        ({"pattern": "celery-*@here", "matcher": "glob"}, True),
        ({"pattern": "x*", "matcher": "glob"}, False),
        ({"pattern": ".*", "matcher": "pcre"}, False),
        ({"pattern": ["*"], "matcher": "glob"}, False),
    ],
)
def test_who_is_asked(box, further, is_meant):
    assert bool(ask(box, **further)) is is_meant


def test_a_pattern_that_takes_for_ever_is_not_tried(box):
    began = time.monotonic()
    ask(box, pattern="(a+)+$" * 20, matcher="pcre")
    ask(box, pattern="*a" * 100 + "b", matcher="glob")
    assert time.monotonic() - began < 5
    assert box.resets == 0


@pytest.mark.parametrize(
    "further",
    [
        {"body": b"no JSON"},
        {"body": b"[" * 50_000},
        {"body": b" " * 100_000 + b"{}"},
        {"body": b"7"},
        {"body": b"{}"},
        {"body": b"\xff"},
        {"body": None, "method": ["ping"]},
        {"content_type": "application/data"},
        {"content_type": "application/x-python-serialize"},
    ],
)
def test_what_is_no_question_is_dropped(box, further):
    assert ask(box, **further) == []
    assert box.resets == 0


@pytest.mark.parametrize(
    ("method", "arguments"),
    [
        ("query_task", {"ids": [{"a": 1}, 7, "x" * 10_000, "one"], "more": 1}),
        ("registered", {"taskinfoitems": ["app", "backend", "__class__", "rate_limit"], "builtins": "yes"}),
        ("conf", {"with_defaults": ["yes"]}),
        ("ping", {"state": 1}),
        ("ping", ["x"]),
        ("clock", "x"),
        ("revoked", {"x": 1}),
    ],
)
def test_arguments_are_taken_over_only_where_they_fit(box, method, arguments):
    (reply,) = ask(box, method, arguments=arguments)
    assert "error" not in reply
    assert len(json.dumps(reply)) < 20_000


def test_neither_conf_nor_report_tells_a_password(box):
    from django.conf import settings

    passwords = {url.split("@")[0].rpartition(":")[2] for url in (settings.BROKER_URL, settings.REDIS_URL)}
    told = json.dumps(
        [ask(box, "conf"), ask(box, "conf", arguments={"with_defaults": True}), ask(box, "report")]
    )
    assert "redbeat_redis_url" in told
    assert not [password for password in passwords if password in told]
    assert settings.SECRET_KEY not in told


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("redis://:secret@host/1", "redis://:**@host/1"),
        ("amqp://me:secret@host//", "amqp://me:**@host//"),
        ("redis://host/1?password=secret&db=1", "redis://host/1?password=**&db=1"),
        ("redis://host:6379/1", "redis://host:6379/1"),
        (["a", {"b": "x://u:p@h"}], ["a", {"b": "x://u:**@h"}]),
        ({"a": (1, 2.5, None, True)}, {"a": [1, 2.5, None, True]}),
        (Exception("x://u:p@h"), "Exception('x://u:**@h')"),
        (7, 7),
    ],
)
def test_passwords_in_addresses_are_masked(text, shown):
    assert mask_passwords(text) == shown


def test_celerys_client_says_the_same_before_it_sends():
    for tell in (
        app.control.shutdown,
        lambda: app.control.revoke("x", terminate=True),
        app.control.pool_restart,
    ):
        with pytest.raises(RemoteControlRefused, match="drain"):
            tell()


def test_the_questions_are_commands_of_celery():
    assert set(INSPECT_COMMANDS) <= set(Panel.meta)
    assert {Panel.meta[name].type for name in INSPECT_COMMANDS} == {"inspect"}
    assert remote_control.MAX_REQUEST_BYTES < 10**6
