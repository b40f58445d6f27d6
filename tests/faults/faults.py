"""What goes wrong, each as one function: it breaks something, holds it, and returns when it is whole again."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import psutil
import redis
from kombu import Connection

from tests.faults import witness
from tests.faults.bounds import REDBEAT
from tests.faults.load import Load
from tests.faults.proxy import Link, Mode
from tests.faults.stage import Stage
from tests.support.waiting import wait_for

if TYPE_CHECKING:
    from tests.faults.performance import Performance

FREEZE_SECONDS = 8
BURST = 12
Fault = Callable[["Performance", random.Random], None]


def a_handler_process_is_killed(play: Performance, dice: random.Random) -> None:
    """The slot that it belongs to lives on, and counts a loss."""
    play.own_kills += 1
    os.kill(busy_process(play, dice), signal.SIGKILL)


def a_slot_is_killed(play: Performance, dice: random.Random) -> None:
    """Its handler process ends with it, its worker lives on."""
    signalled(parent_of(busy_process(play, dice)), signal.SIGKILL)


def a_worker_is_killed(play: Performance, dice: random.Random) -> None:
    dice.choice(play.stage.of_kind("worker")).kill()


def a_stop_outlives_worker_and_broker(play: Performance, dice: random.Random) -> None:
    """Both go while the stop is under way: asked for, and not yet carried out by force."""
    with play.stage.api("operator") as api:
        job_id, process = _busy(play, dice, "stubborn", seconds=60)
        worker_pid = parent_of(parent_of(process))
        workers = [one for one in play.stage.of_kind("worker") if one.pid == worker_pid]
        play.load.stop_job(api, job_id)
    for worker in workers:  # none, if another fault at this moment took it
        worker.kill()
    with play.server("broker") as broker:
        broker.stop()
        broker.start()


def a_dispatcher_is_killed(play: Performance, dice: random.Random) -> None:
    dice.choice(play.stage.of_kind("dispatcher")).kill()


def a_beat_is_killed(play: Performance, dice: random.Random) -> None:
    dice.choice(play.stage.of_kind("beat")).kill()


def web_is_killed_in_the_middle_of_requests(play: Performance, dice: random.Random) -> None:
    """Of many requests at once the first is answered; the others are under way when it dies, and ask again."""
    (web,) = play.stage.of_kind("web")
    keys = [str(uuid.UUID(int=dice.getrandbits(128))) for _ in range(BURST)]
    answered = threading.Event()
    callers = [
        threading.Thread(target=_create_one, args=(play.stage, play.load, key, answered)) for key in keys
    ]
    for caller in callers:
        caller.start()
    answered.wait(timeout=60)
    web.kill()
    for caller in callers:
        caller.join(timeout=240)
    assert set(keys) <= play.load.told.keys.keys(), "a caller was never answered"


def _create_one(stage: Stage, load: Load, key: str, answered: threading.Event) -> None:
    with stage.api("operator") as api:
        load.create(api, {"job_type": "laborer"}, key)
    answered.set()


def rabbitmq_restarts(play: Performance, dice: random.Random) -> None:
    with play.server("broker") as broker:
        broker.stop()
        broker.start()


def the_queues_are_purged(play: Performance, dice: random.Random) -> None:
    with play.server("broker") as broker, Connection(broker.url, connect_timeout=10) as connection:
        channel: Any = connection.channel()
        for queue in ("default", f"restjobscheduler.{play.stage.platform_name}.ticks"):
            channel.queue_purge(queue)


def redis_forgets_everything(play: Performance, dice: random.Random) -> None:
    with play.server("redis") as server, redis.Redis.from_url(server.url, socket_timeout=10) as client:
        schedule = f"restjobscheduler:{play.stage.platform_name}:redbeat::schedule"
        client.flushall()
        began = time.monotonic()
        wait_for(
            "RedBeat is whole",
            lambda: client.zcard(schedule) >= _series_that_wait(play),
            within=60,
            every=0.05,
        )
    if len(play.suffering) == 1:  # who repairs it may suffer the other one
        play.bounds.note(REDBEAT, time.monotonic() - began, "redis_forgets_everything")


def _series_that_wait(play: Performance) -> int:
    """Each has an entry that has not fired yet."""
    sql = """SELECT count(*) AS number FROM jobs_job
        WHERE state = 'scheduled' AND series_id IS NOT NULL AND start_time > now() + interval '2 s'"""
    with play.stage.sql() as connection:
        (row,) = connection.execute(sql).fetchall()
    return int(str(row["number"]))


def redis_freezes(play: Performance, dice: random.Random) -> None:
    disturb(play.stage.links_to("redis"), "stalls", FREEZE_SECONDS)


def postgres_restarts(play: Performance, dice: random.Random) -> None:
    with play.server("database") as database, play.postgres_is_away():
        database.stop()
        database.start()


SMOKE: tuple[Fault, ...] = (
    a_handler_process_is_killed,
    a_slot_is_killed,
    a_worker_is_killed,
    a_stop_outlives_worker_and_broker,
    a_dispatcher_is_killed,
    a_beat_is_killed,
    web_is_killed_in_the_middle_of_requests,
    rabbitmq_restarts,
    the_queues_are_purged,
    redis_forgets_everything,
    redis_freezes,
    postgres_restarts,
)


def busy_process(play: Performance, dice: random.Random) -> int:
    """The pid of a handler process whose job goes on for a while; one is created for it."""
    return _busy(play, dice, "laborer", seconds=6)[1]


def _busy(play: Performance, dice: random.Random, job_type: str, *, seconds: float) -> tuple[str, int]:
    """(the job, the pid of its handler process)"""
    with play.stage.api("operator") as api:
        body = {"job_type": job_type, "payload": {"seconds": seconds}, "priority": 9}
        job_id = play.load.create(api, body, str(uuid.UUID(int=dice.getrandbits(128))))
    assert job_id, "no job could be created"

    def pid() -> int:
        runs = [run for run in witness.read(play.stage.witness) if run.job_id == job_id and not run.ended]
        return runs[-1].pid if runs else 0

    return job_id, wait_for("the job runs", pid, within=180)


def parent_of(pid: int) -> int:
    """0 if it is gone: another fault at this moment took it."""
    with suppress(psutil.NoSuchProcess):
        return psutil.Process(pid).ppid() if pid else 0
    return 0


def disturb(links: list[Link], mode: Mode, seconds: float) -> None:
    for link in links:
        link.set(mode)
    try:
        time.sleep(seconds)
    finally:
        for link in links:
            link.set("flows")


def signalled(pid: int, number: signal.Signals) -> None:
    """Nothing is done to a pid of 0, which would stand for the tests' own group."""
    with suppress(ProcessLookupError):
        if pid:
            os.kill(pid, number)
