"""The dispatcher outlives what goes away: its loops rest for a moment and go on, no fault ends the process."""

from __future__ import annotations

import time
import uuid

import psycopg
import pytest
from amqp.exceptions import ConnectionForced, ConsumerCancelled
from django.db import Error as DatabaseError
from django.db import connection
from kombu.exceptions import OperationalError
from redis.exceptions import ConnectionError as RedisAway

from jobs import wakeup
from jobs.dispatcher import process
from jobs.dispatcher.process import Dispatcher
from jobs.messaging import broker

AWAY = [
    ConnectionForced("broker forced connection closure"),
    ConsumerCancelled("the queue was deleted"),
    RedisAway("connection reset"),
    OperationalError("connection refused"),
    TimeoutError("timed out"),
]


class AwayReader(broker.RedBeatReader):
    def __init__(self, error: Exception) -> None:
        super().__init__("amqp://nowhere", on_series=lambda _: None)
        self.error, self.dropped = error, False

    def read(self, seconds: float) -> None:
        raise self.error

    def drop(self) -> None:
        self.dropped = True


class AwayPublisher(broker.Publisher):
    def __init__(self, error: Exception) -> None:
        super().__init__("amqp://nowhere")
        self.error = error

    def _send(self, message: broker.DispatchMessage) -> None:
        raise self.error


@pytest.mark.parametrize("error", AWAY, ids=lambda error: type(error).__name__)
def test_a_broker_that_goes_while_its_messages_are_awaited_is_asked_again_a_little_later(
    error: Exception,
) -> None:
    reader = AwayReader(error)
    assert process._read_redbeat_messages(reader) > 0
    assert reader.dropped


@pytest.mark.parametrize("error", AWAY, ids=lambda error: type(error).__name__)
def test_a_broker_that_goes_while_messages_are_published_confirmed_none(error: Exception) -> None:
    message = broker.DispatchMessage("default", [uuid.uuid4()])
    assert AwayPublisher(error).publish([message]) == set()


@pytest.mark.django_db(transaction=True)
def test_a_database_connection_that_dies_while_a_wake_up_is_awaited_is_a_database_that_is_away() -> None:
    dispatcher = Dispatcher()
    dispatcher._listen(0)
    with psycopg.connect(**connection.get_connection_params() | {"cursor_factory": psycopg.Cursor}) as other:
        other.execute("SELECT pg_terminate_backend(%s)", [connection.connection.info.backend_pid])
    with pytest.raises(DatabaseError):
        dispatcher._listen(5)
    connection.close()
    dispatcher._listen(0)


@pytest.mark.django_db(transaction=True)
def test_runs_that_wake_ups_cause_are_not_closer_than_the_set_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "DEBOUNCE_SECONDS", (0.5,))
    dispatcher = Dispatcher()
    dispatcher._listen(0)
    wakeup.wake_dispatchers()
    dispatcher._listen(60)
    first = time.monotonic()
    wakeup.wake_dispatchers()
    dispatcher._listen(60)
    assert time.monotonic() - first >= 0.4


@pytest.mark.django_db(transaction=True)
def test_where_many_wake_ups_come_together_the_next_run_comes_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "DEBOUNCE_SECONDS", (0.0, 0.0, 0.5))
    dispatcher = Dispatcher()
    dispatcher._next_run = time.monotonic() + 0.1  # so that all of these are there when it looks
    dispatcher._listen(0)
    for _ in process.DEBOUNCE_SECONDS:
        wakeup.wake_dispatchers()
    dispatcher._listen(60)
    first = time.monotonic()
    wakeup.wake_dispatchers()
    dispatcher._listen(60)
    assert time.monotonic() - first >= 0.4
