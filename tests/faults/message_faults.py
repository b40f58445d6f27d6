"""Strangers write into the broker's queues: whatever they send costs no slot and starts no job."""

from __future__ import annotations

import random
import uuid
from typing import TYPE_CHECKING, Any

from tests.faults.faults import Fault
from tests.support.forging import JSON, RUN_JOBS, make_body, make_headers, open_forger

if TYPE_CHECKING:
    from tests.faults.performance import Performance

FAR = "2999-01-01T00:00:00+00:00"
MESSAGES = 60


def strangers_write_into_the_queues(play: Performance, dice: random.Random) -> None:
    queues = ("default", f"restjobscheduler.{play.stage.platform_name}.ticks")
    with play.server("broker") as broker, open_forger(broker.url) as to:
        for _ in range(MESSAGES):
            content, further, properties = _forged(dice)
            to.send(dice.choice(queues), content, further, **properties)


def messages_name_jobs_that_have_ended(play: Performance, dice: random.Random) -> None:
    """And jobs that are not yet due, and those that run: a message is no order."""
    with play.stage.sql() as sql:
        rows = sql.execute("SELECT id::text FROM jobs_job").fetchall()
    job_ids = [str(row["id"]) for row in rows]
    with play.server("broker") as broker, open_forger(broker.url) as to:
        for _ in range(MESSAGES):
            named = dice.sample(job_ids, min(len(job_ids), dice.randint(1, 16)))
            to.send("default", make_body(*named), make_headers())


FAULTS: tuple[Fault, ...] = (strangers_write_into_the_queues, messages_name_jobs_that_have_ended)


def _forged(dice: random.Random) -> tuple[bytes, dict[str, Any], dict[str, Any]]:
    one = make_body(str(uuid.UUID(int=dice.getrandbits(128))))
    bodies = [
        one,
        make_body(*[str(uuid.UUID(int=number)) for number in range(100_000)]),
        make_body("x" * 5_000),
        make_body(7, None, {}),
        b"[" * 5_000,
        b"",
        dice.randbytes(200),
    ]
    further: list[dict[str, Any]] = [
        {},
        {"eta": FAR},
        {"expires": "2001-01-01T00:00:00"},
        {"timelimit": [0.001, 0.001], "retries": "many"},
        {"task": "celery.chord_unlock"},
        {"task": "no.such.task"},
        {"group": "g", "chord": {}, "chain": [{}], "stamped_headers": ["a"]},
        {"compression": "application/x-gzip"},
    ]
    kind = dice.choice([JSON, JSON, "text/plain", "application/x-python-serialize"])
    task = dice.choice([RUN_JOBS, "jobs.series_tick"])
    found = {"task": task, **dice.choice(further)}
    return dice.choice(bodies), make_headers(**found), {"content_type": kind, "priority": dice.randint(0, 9)}
