"""What a worker and the dispatcher take from a message: ids, and whatever a stranger writes around them is nothing."""

from __future__ import annotations

import contextlib
import json
import logging
import uuid
from types import SimpleNamespace

import pytest
from celery.worker.request import Request
from hypothesis import given, settings
from hypothesis import strategies as st
from kombu import Queue
from kombu.message import Message

from jobs.messaging import incoming
from jobs.tasks import run
from scheduler_project.celery import app
from scheduler_project.worker import StrictConsumer

ID, OTHER = "0198a222-0000-7000-8000-000000000001", "0198a222-0000-7000-8000-000000000002"
HONEST = {"task": incoming.RUN_JOBS, "id": ID}
SERVED = ["default", "mail"]


class Channel:
    """Counts what was acknowledged and what was given back."""

    no_ack_consumers = None

    def __init__(self):
        self.acked = 0

    def basic_ack(self, *_, **__):
        self.acked += 1

    def basic_reject(self, *_, **__):
        raise AssertionError("a message went back into the queue")


@pytest.fixture(scope="module")
def consumer():
    found = object.__new__(StrictConsumer)
    found.strategies = {incoming.RUN_JOBS: taken.append_request}
    found.conninfo = type("Connection", (), {"connection_errors": (OSError,)})
    found.task_consumer = SimpleNamespace(queues=[Queue("mail"), Queue("default")])
    found.on_task_message, found.restart_count, found._maximum_prefetch_restored = set(), 0, True
    return found


class Taken(list[Request]):
    def append_request(self, message, payload, ack, *_):
        """As Celery's own strategy begins."""
        assert payload is None
        self.append(Request(message, app=app, headers=message.headers, body=message.body, task=run))
        message.ack()


taken = Taken()


def received(consumer, content, headers=HONEST, **message):
    """(the request that came of it, if any; how often it was acknowledged)"""
    taken.clear()
    channel = Channel()
    message = {"content_type": "application/json", "content_encoding": "utf-8", **message}
    one = Message(content, channel=channel, delivery_info={"routing_key": "default"}, **message)
    one.headers = headers
    consumer.create_task_handler()(one)
    return (taken[0] if taken else None), channel.acked


def dispatch_message(*ids):
    return json.dumps([[list(ids)], {}, {}]).encode()


def test_an_honest_message_is_taken_with_its_jobs(consumer):
    request, acked = received(consumer, dispatch_message(ID, OTHER))
    assert (request.args, request.kwargs, acked) == ([[ID, OTHER], SERVED], {}, 1)


def test_what_celery_would_act_on_is_gone(consumer):
    foreign = {
        "eta": "2999-01-01T00:00:00+00:00",
        "expires": "2001-01-01T00:00:00+00:00",
        "countdown": 1e9,
        "retries": 99,
        "timelimit": [0.001, 0.001],
        "group": OTHER,
        "shadow": "another",
        "ignore_result": False,
        "root_id": OTHER,
        "parent_id": OTHER,
        "stamped_headers": ["a"],
        "stamps": {"a": [1]},
        "replaced_task_nesting": 7,
        "compression": "application/x-gzip",
    }
    embedded = {"callbacks": [1], "errbacks": [2], "chain": [3], "chord": [4]}
    content = json.dumps([[[ID, ID]], {"a": 1}, embedded]).encode()
    properties = {"reply_to": "somewhere", "correlation_id": 7, "priority": "high"}
    request, _ = received(consumer, content, headers={**HONEST, **foreign}, properties=properties)
    assert request.args == [[ID], SERVED]
    assert (request.eta, request.expires, request.time_limits) == (None, None, (None, None))
    assert (request.id, request.name, request.root_id, request.parent_id) == (ID, incoming.RUN_JOBS, ID, None)
    assert (request.ignore_result, request.groups, request.stamped_headers) == (True, [], [])
    assert request.reply_to is None
    assert json.loads(request.body) == [[[ID], SERVED], {}, {}]


@pytest.mark.parametrize(
    ("content", "further"),
    {
        "too many jobs": (dispatch_message(*[str(uuid.uuid4()) for _ in range(17)]), {}),
        "no jobs": (dispatch_message(), {}),
        "an id that is none": (dispatch_message("x" * 36), {}),
        "an id of another type": (dispatch_message(7), {}),
        "no list": (b'[["' + ID.encode() + b'"], {}, {}]', {}),
        "two arguments": (json.dumps([[[ID], 1], {}, {}]).encode(), {}),
        "Celery's first protocol": (
            json.dumps({"task": incoming.RUN_JOBS, "id": ID, "args": [[ID]]}).encode(),
            {},
        ),
        "broken JSON": (b"[[", {}),
        "deep JSON": (b"[" * 4000, {}),
        "a huge body": (b" " * 10_000 + dispatch_message(ID), {}),
        "an empty body": (b"", {}),
        "pickle": (dispatch_message(ID), {"content_type": "application/x-python-serialize"}),
        "another encoding": (dispatch_message(ID), {"content_encoding": "zlib"}),
        "bytes that are no text": (b"\xff\xfe\xfa", {}),
    }.values(),
)
def test_what_is_no_message_is_dropped(consumer, content, further):
    assert received(consumer, content, **further) == (None, 1)


@pytest.mark.parametrize(
    "headers", [None, [], "task", {}, {"task": "celery.chord_unlock"}, {"task": ["jobs.run"]}, {"task": {}}]
)
def test_headers_of_another_kind_are_no_message(consumer, headers):
    assert received(consumer, dispatch_message(ID), headers=headers) == (None, 1)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.uuids().map(str) | st.binary(),
    lambda some: st.lists(some) | st.dictionaries(st.text(), some),
    max_leaves=20,
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.uuids().map(str),
    lambda some: st.lists(some) | st.dictionaries(st.text(), some),
    max_leaves=20,
)
headers = st.none() | values | st.dictionaries(st.sampled_from(["task", "id", "eta", "retries", "x"]), values)
honest_headers = st.dictionaries(st.text(), values).map(lambda some: {**some, **HONEST})
contents = (
    st.binary() | json_values.map(json.dumps).map(str.encode) | json_values.map(lambda v: dispatch_message(v))
)


@settings(max_examples=300, deadline=None)
@given(contents, headers | honest_headers, values, values)
def test_whatever_comes_is_acknowledged_once_and_raises_nothing(consumer, content, headers, kind, encoding):
    request, acked = received(consumer, content, headers, content_type=kind, content_encoding=encoding)
    assert acked == 1
    assert request is None or len(request.args[0]) <= incoming.MAX_JOBS_PER_MESSAGE


@settings(max_examples=300, deadline=None)
@given(contents, headers | st.just({"task": incoming.SERIES_DUE}))
def test_a_redbeat_message_is_read_or_refused(content, headers):
    message = Message(content, content_type="application/json", content_encoding="utf-8")
    message.headers = headers
    with contextlib.suppress(incoming.InvalidMessage):
        assert isinstance(incoming.series_id(message), uuid.UUID)


def test_each_drop_is_one_bounded_line_and_a_flood_is_a_few(caplog):
    caplog.set_level(logging.WARNING)
    tell = incoming._DropLog().log
    for _ in range(1000):
        tell("default", "a\nb" * 10_000)
    assert len(caplog.messages) <= 2 * incoming.MAX_LINES_PER_MINUTE
    assert all(len(line) < 400 and "\n" not in line for line in caplog.messages)
