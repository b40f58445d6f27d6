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

from jobs import hints
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


class AwayTicks(broker.TickReader):
    def __init__(self, error: Exception) -> None:
        super().__init__("amqp://nowhere", on_tick=lambda _: None)
        self.error, self.dropped = error, False

    def read(self, seconds: float) -> None:
        raise self.error

    def drop(self) -> None:
        self.dropped = True


class AwayPublisher(broker.Publisher):
    def __init__(self, error: Exception) -> None:
        super().__init__("amqp://nowhere")
        self.error = error

    def _send(self, message: broker.Message) -> None:
        raise self.error


@pytest.mark.parametrize("error", AWAY, ids=lambda error: type(error).__name__)
def test_a_broker_that_goes_while_ticks_are_awaited_is_asked_again_a_little_later(error: Exception) -> None:
    ticks = AwayTicks(error)
    assert process._read_ticks(ticks) > 0
    assert ticks.dropped


@pytest.mark.parametrize("error", AWAY, ids=lambda error: type(error).__name__)
def test_a_broker_that_goes_while_hints_are_published_confirmed_none(error: Exception) -> None:
    message = broker.Message("default", [uuid.uuid4()])
    assert AwayPublisher(error).publish([message]) == set()


@pytest.mark.django_db(transaction=True)
def test_a_database_connection_that_dies_while_a_nudge_is_awaited_is_a_database_that_is_away() -> None:
    dispatcher = Dispatcher()
    dispatcher._listen(0)
    with psycopg.connect(**connection.get_connection_params() | {"cursor_factory": psycopg.Cursor}) as other:
        other.execute("SELECT pg_terminate_backend(%s)", [connection.connection.info.backend_pid])
    with pytest.raises(DatabaseError):
        dispatcher._listen(5)
    connection.close()
    dispatcher._listen(0)


@pytest.mark.django_db(transaction=True)
def test_turns_that_nudges_cause_are_not_closer_than_the_set_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "TOGETHER_SECONDS", 0.5)
    dispatcher = Dispatcher()
    dispatcher._listen(0)
    hints.nudge()
    dispatcher._listen(60)
    first = time.monotonic()
    hints.nudge()
    dispatcher._listen(60)
    assert time.monotonic() - first >= 0.4


@pytest.mark.django_db(transaction=True)
def test_where_many_nudges_come_together_the_next_turn_comes_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "TOGETHER_SECONDS", 0.0)
    monkeypatch.setattr(process, "BUSY_TOGETHER_SECONDS", 0.5)
    dispatcher = Dispatcher()
    dispatcher._next_turn = time.monotonic() + 0.1  # so that all of these are there when it looks
    dispatcher._listen(0)
    for _ in range(process.BUSY_NUDGES):
        hints.nudge()
    dispatcher._listen(60)
    first = time.monotonic()
    hints.nudge()
    dispatcher._listen(60)
    assert time.monotonic() - first >= 0.4
