"""What a dispatcher says keeps it from its work, and the watchdog that ends one which is truly hung."""

from __future__ import annotations

import os
import threading
import time
from typing import Any

import psycopg
import pytest
from django.db import OperationalError

from jobs.dispatcher import loop as loop_module
from jobs.dispatcher import process
from jobs.dispatcher.loop import Loop
from jobs.dispatcher.queueing import Queueing
from jobs.dispatcher.reachability import BLOCKED, RabbitProbe, RedisProbe
from jobs.dispatcher.report import MAX_NAMED_QUEUES, ProbeLoop, find_problems
from jobs.messaging.broker import Publisher
from jobs.problems import PlatformProblem
from tests.support.ports import ReservedPort


def lock_timeout() -> OperationalError:
    error = OperationalError("canceling statement due to lock timeout")
    error.__cause__ = psycopg.errors.LockNotAvailable("canceling statement due to lock timeout")
    return error


def idle(name: str = "relay") -> Loop:
    return Loop(name, lambda: 0.0)


def reported(*others: Loop, queueing: Loop | None = None, **facts: Any) -> dict[str, str]:
    queues = Queueing(Publisher("amqp://nowhere"))
    probes = [ProbeLoop(RedisProbe("redis://nowhere"))]
    probes[0].problem = facts.pop("probed", None)
    queues.messages.refused = facts.pop("refused", False)
    for name, value in facts.items():
        setattr(queues, name, value)
    found = find_problems(
        queueing_loop=queueing or idle("queueing"), other_loops=others, probes=probes, queueing=queues
    )
    return {problem.code: problem.detail for problem in found}


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop_module, "STUCK_AFTER_SECONDS", 0.0)
    monkeypatch.setattr(loop_module, "FAULT_PAUSE_SECONDS", 0.0)


def stuck(name: str) -> Loop:
    """Its turn runs into a lock, once."""
    stopping = threading.Event()

    def turn() -> float:
        stopping.set()
        raise lock_timeout()

    held_up = Loop(name, turn)
    held_up.run(stopping)
    return held_up


def test_a_dispatcher_that_does_its_work_reports_nothing() -> None:
    assert reported(idle(), idle("reaper")) == {}


@pytest.mark.usefixtures("soon")
def test_a_loop_that_waits_for_a_lock_is_reported_until_a_run_goes_well() -> None:
    relay = stuck("relay")
    assert "relay waits for a lock" in reported(relay, idle())["dispatcher_stuck"]
    stopping = threading.Event()

    def goes_well() -> float:
        stopping.set()
        return 0.0

    relay.run_once = goes_well
    relay.run(stopping)
    assert reported(relay) == {}


@pytest.mark.usefixtures("soon")
def test_the_loop_that_hands_over_jobs_is_a_problem_of_its_own() -> None:
    assert set(reported(queueing=stuck("queueing"))) == {"dispatching_stuck"}


def test_a_run_that_takes_too_long_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    reaper = idle("reaper")
    reaper.last_progress = time.monotonic() - loop_module.MAX_RUN_SECONDS - 1
    assert "reaper has made no progress" in reported(reaper)["dispatcher_stuck"]
    reaper.pause = 60
    assert reported(reaper) == {}


def test_messages_that_the_broker_refuses_are_told_unless_the_probe_knows_why() -> None:
    assert set(reported(refused=True)) == {"broker_unavailable"}
    assert set(reported(refused=True, probed=BLOCKED)) == {"broker_blocked"}
    redis = PlatformProblem("redis_unavailable", "away")
    assert set(reported(refused=True, probed=redis)) == {"redis_unavailable", "broker_unavailable"}


def test_queues_without_a_worker_are_named_up_to_a_few() -> None:
    assert reported(unserved=["mail"])["queue_unserved"].endswith("mail.")
    many = [f"queue-{number}" for number in range(MAX_NAMED_QUEUES + 2)]
    assert reported(unserved=many)["queue_unserved"].endswith("queue-4 and 2 more.")


def test_servers_that_are_away_are_told_and_raise_nothing() -> None:
    address = f"127.0.0.1:{ReservedPort().number}"
    redis, broker = RedisProbe(f"redis://{address}/0").check(), RabbitProbe(f"amqp://{address}//").check()
    assert redis is not None
    assert broker is not None
    assert (redis.code, broker.code) == ("redis_unavailable", "broker_unavailable")


@pytest.mark.parametrize("hung", [True, False])
def test_the_watchdog_ends_a_dispatcher_with_a_loop_that_never_comes_back(
    monkeypatch: pytest.MonkeyPatch, hung: bool
) -> None:
    ends: list[int] = []
    dispatcher = process.Dispatcher()
    waits = iter([False, True])
    monkeypatch.setattr(dispatcher.stopping, "wait", lambda _seconds: next(waits))
    monkeypatch.setattr(os, "_exit", ends.append)
    if hung:
        dispatcher.relay.last_progress -= process.WATCHDOG_SECONDS + 1
    dispatcher._watch()
    assert ends == ([3] if hung else [])
