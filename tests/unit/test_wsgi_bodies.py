"""A sender that stops in the middle of a body keeps no more than a few threads of a WSGI process."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from scheduler_project import wsgi_bodies
from scheduler_project.wsgi_bodies import MAX_DIRECT, read_bodies_in_time
from tests.support.waiting import wait_for

BODY = b"a" * 100


class Sender:
    """Has all of it, or a piece and then the rest when it is allowed to."""

    def __init__(self, *pieces: bytes, before_each: Callable[[], object] = lambda: None) -> None:
        self._pieces = list(pieces)
        self._before_each = before_each
        self.reading = threading.Event()

    def read(self, size: int) -> bytes:
        self.reading.set()
        if not self._pieces:
            return b""
        self._before_each()
        return self._pieces.pop(0)[:size]


def ask(application: Any, sender: Sender, **headers: str) -> tuple[int, bytes]:
    said: list[str] = []
    environ = {"CONTENT_LENGTH": str(len(BODY)), "wsgi.input": sender, **headers}
    body = b"".join(application(environ, lambda status, _headers: said.append(status)))
    return int(said[0].split()[0]), body


def answer(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    start_response("200 OK", [])
    return [environ["wsgi.input"].read(len(BODY))]


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wsgi_bodies, "BODY_SECONDS", 0.2)


@pytest.fixture
def stuck() -> Iterator[Any]:
    """An application of which as many senders as may be read directly say nothing more."""
    application, going_on = read_bodies_in_time(answer), threading.Event()
    with ThreadPoolExecutor(MAX_DIRECT) as threads:
        for _ in range(MAX_DIRECT):
            sender = Sender(BODY, before_each=lambda: going_on.wait(60))
            threads.submit(ask, application, sender)
            assert sender.reading.wait(60)
        try:
            yield application
        finally:
            going_on.set()


def test_a_body_is_handed_on() -> None:
    assert ask(read_bodies_in_time(answer), Sender(BODY)) == (200, BODY)


def test_a_request_without_a_body_is_not_touched() -> None:
    assert ask(read_bodies_in_time(answer), Sender(), CONTENT_LENGTH="") == (200, b"")


def test_a_body_without_a_length_is_411() -> None:
    chunked = {"CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked"}
    assert ask(read_bodies_in_time(answer), Sender(BODY), **chunked)[0] == 411


def test_others_are_read_while_some_are_stuck(stuck: Any) -> None:
    assert ask(stuck, Sender(BODY[:40], BODY[40:])) == (200, BODY)


@pytest.mark.usefixtures("soon")
def test_one_more_that_is_stuck_is_408(stuck: Any) -> None:
    going_on = threading.Event()
    try:
        assert ask(stuck, Sender(BODY, before_each=lambda: going_on.wait(60)))[0] == 408
    finally:
        going_on.set()


@pytest.mark.usefixtures("soon")
def test_one_that_comes_slowly_but_steadily_has_its_time(stuck: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wsgi_bodies, "MIN_BODY_BYTES", 1)
    pause = threading.Event()
    slow = Sender(*[b"a"] * len(BODY), before_each=lambda: pause.wait(0.01))
    assert ask(stuck, slow) == (200, BODY)


@pytest.mark.usefixtures("soon")
def test_there_are_not_threads_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wsgi_bodies, "MAX_DIRECT", 0)
    monkeypatch.setattr(wsgi_bodies, "MAX_WITH_DEADLINE", 1)
    application, going_on = read_bodies_in_time(answer), threading.Event()
    assert ask(application, Sender(BODY, before_each=lambda: going_on.wait(60)))[0] == 408
    assert ask(application, Sender(BODY))[0] == 503
    going_on.set()
    wait_for("it is read again", lambda: ask(application, Sender(BODY)) == (200, BODY), within=30)
