"""(a) end to end, and the cost of a job: created over HTTP until terminal in Postgres, against bare Celery.

Celery: no-op tasks published by four threads until all have run, prefork of as many processes as ours has, on a
quorum queue of the same RabbitMQ; nothing durable is written about a finished task. Fast Celery: the same without
confirms, gossip, mingle and heartbeat, published by two processes of four threads with a pool each.
awa-pg, if it is installed: two processes of fifty coroutines, on a database of its own of the same Postgres.
Ours: every process of the platform. CPU: all processes but the load generator, servers included. Memory: all but the
servers.
Units: jobs/s, CPU milliseconds a job, MB. Targets: single 0.8 x, bulk 1.2 x
bare Celery's tasks/s; bulk 1.2 x awa-pg's; CPU 2 ms a job one a request, 1 ms in bulk.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import psycopg
from celery import Celery

from bench import awa_queue, witness
from bench.creating import JOB, create_in_bulk, create_singly
from bench.ledger import forget_jobs
from bench.processes import cpu_seconds, memory_mb
from bench.producers import open_producers
from bench.references import awa_app, celery_fast
from bench.scale import Scale
from bench.stage import POSTGRES, RABBITMQ, REDIS, Stage
from bench.table import Row
from tests.support.waiting import wait_for

PUBLISHERS = 4
WITHIN_SECONDS = 120
NOW = {**JOB, "start_in_seconds": 0}


@dataclass
class Taken:
    """One figure a repeat."""

    per_second: list[float] = field(default_factory=list)
    cpu_ms: list[float] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)


def measure(stage: Stage, scale: Scale) -> list[Row]:
    single, bulk, celery, fast = Taken(), Taken(), Taken(), Taken()
    awa_single, awa_bulk = Taken(), Taken()
    for _ in range(scale.repeats):
        _celery(stage, scale.bulk_jobs, celery)
        _fast_celery(stage, scale.bulk_jobs, fast)
        if awa_app.is_installed():
            _awa(stage, scale, awa_single, awa_bulk)
        _ours(stage, scale, single, bulk)
    bare, quick = "bare Celery, prefork, quorum", "fast Celery, unconfirmed"
    rows = [
        Row(
            "a",
            "end to end, one a request",
            "jobs/s",
            single.per_second,
            bare,
            celery.per_second,
            at_least=0.8,
        ),
        Row("a", "end to end, bulk", "jobs/s", bulk.per_second, bare, celery.per_second, at_least=1.2),
        Row("a", "end to end, one a request", "jobs/s", single.per_second, quick, fast.per_second),
        Row("a", "end to end, bulk", "jobs/s", bulk.per_second, quick, fast.per_second),
        Row("g", "CPU a job, one a request", "ms", single.cpu_ms, at_most=2),
        Row("g", "CPU a job, one a request", "ms", single.cpu_ms, bare, celery.cpu_ms),
        Row("g", "CPU a job, bulk", "ms", bulk.cpu_ms, at_most=1),
        Row("g", "CPU a job, bulk", "ms", bulk.cpu_ms, bare, celery.cpu_ms),
        Row("g", "CPU a job, bulk", "ms", bulk.cpu_ms, quick, fast.cpu_ms),
        Row("g", "memory of own processes", "MB", bulk.memory, bare, celery.memory),
    ]
    for what, ours, awa, wanted in (
        ("one a request", single, awa_single, None),
        ("bulk", bulk, awa_bulk, 1.2),
    ):
        if awa.per_second:
            rows.append(
                Row(
                    "a",
                    f"end to end, {what}",
                    "jobs/s",
                    ours.per_second,
                    "awa-pg",
                    awa.per_second,
                    at_least=wanted,
                )
            )
            rows.append(Row("g", f"CPU a job, {what}", "ms", ours.cpu_ms, "awa-pg", awa.cpu_ms))
    return rows


def _ours(stage: Stage, scale: Scale, single: Taken, bulk: Taken) -> None:
    with stage.platform() as (port, programs):
        own = [program.pid for program in programs.values()]
        pids = [*own, *(stage.servers[name] for name in (POSTGRES, RABBITMQ, REDIS) if name in stage.servers)]
        create_singly(stage, port, 50, NOW)
        await_ends(stage)
        for taken, create, number in (
            (single, create_singly, scale.single_jobs),
            (bulk, create_in_bulk, scale.bulk_jobs),
        ):

            def work(create: Callable[..., float] = create, number: int = number) -> None:
                create(stage, port, number, NOW)
                await_ends(stage)

            _take(taken, number, pids, work)
            taken.memory.append(memory_mb(own))
            forget_jobs(stage)


def _celery(stage: Stage, number: int, taken: Taken) -> None:
    with stage.bare_celery() as program:
        pids = [program.pid, *(stage.servers[name] for name in (RABBITMQ,) if name in stage.servers)]
        _publish_and_await(stage, 50)
        _take(taken, number, pids, lambda: _publish_and_await(stage, number))
        taken.memory.append(memory_mb([program.pid]))


def _fast_celery(stage: Stage, number: int, taken: Taken) -> None:
    with (
        stage.bare_celery("celery_fast", *celery_fast.WORKER_OPTIONS) as program,
        open_producers(stage) as publish,
    ):
        pids = [program.pid, *(stage.servers[name] for name in (RABBITMQ,) if name in stage.servers)]

        def work(number: int = number) -> None:
            witness.clear(stage.witness)
            publish(number)
            _await_stamps(stage, number)

        _await_queue(stage)
        work(50)
        _take(taken, number, pids, work)


def _await_queue(stage: Stage) -> None:
    """Returns when fast Celery has run one confirmed task: a queue that is being made may lose unconfirmed ones."""
    witness.clear(stage.witness)
    options = {"confirm_publish": True}
    celery_fast.app.conf.update(broker_url=stage.settings["BROKER_URL"], broker_transport_options=options)
    with celery_fast.app:
        celery_fast.stamp.delay(0)
        _await_stamps(stage, 1)


def _awa(stage: Stage, scale: Scale, single: Taken, bulk: Taken) -> None:
    with awa_queue.run_workers(stage) as (url, programs):
        pids = [program.pid for program in programs]
        pids += [stage.servers[name] for name in (POSTGRES,) if name in stage.servers]
        for taken, insert, number in (
            (Taken(), awa_app.insert_singly, 50),  # warms up
            (single, awa_app.insert_singly, scale.single_jobs),
            (bulk, awa_app.insert_in_bulk, scale.bulk_jobs),
        ):

            def work(insert: Callable[..., Any] = insert, number: int = number) -> None:
                witness.clear(stage.witness)
                asyncio.run(insert(url, number))
                _await_stamps(stage, number)

            _take(taken, number, pids, work)


def _take(taken: Taken, number: int, pids: list[int], work: Callable[[], None]) -> None:
    cpu, began = cpu_seconds(pids), time.perf_counter()
    work()
    taken.per_second.append(number / (time.perf_counter() - began))
    taken.cpu_ms.append((cpu_seconds(pids) - cpu) * 1000 / number)


def await_ends(stage: Stage) -> None:
    with psycopg.connect(stage.database_url, autocommit=True) as connection:
        live = "SELECT FROM jobs_live LIMIT 1"
        wait_for(
            "all jobs end",
            lambda: connection.execute(live).fetchone() is None,
            within=WITHIN_SECONDS,
            every=0.02,
        )


def _publish_and_await(stage: Stage, number: int) -> None:
    witness.clear(stage.witness)
    with publisher(stage) as app, ThreadPoolExecutor(PUBLISHERS) as threads:
        list(threads.map(lambda n: app.send_task("bench.stamp", [n], queue="bench"), range(number)))
    _await_stamps(stage, number)


def _await_stamps(stage: Stage, number: int) -> None:
    wait_for(
        "all tasks ran", lambda: witness.count(stage.witness) >= number, within=WITHIN_SECONDS, every=0.02
    )


def publisher(stage: Stage) -> Celery:
    """Bare Celery's client, with its confirms."""
    from bench.references.celery_app import app

    app.conf.update(broker_url=stage.settings["BROKER_URL"])
    return app
