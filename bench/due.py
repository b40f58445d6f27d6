"""(d) lateness: 10,000 jobs due at random moments of one minute, created in bulk beforehand.

From the moment a job is due to its handler's first line; never early. Unit: ms. Targets: p50 within 50, p99
within 200. The repeats are the thirds of the minute.
"""

from __future__ import annotations

import json
import random
import time
from datetime import UTC, datetime

from bench import http_load, witness
from bench.ledger import forget_jobs
from bench.scale import Scale
from bench.stage import Stage
from bench.table import Row, percentile
from tests.support.waiting import wait_for

A_REQUEST = 1000
LEAD_SECONDS = 15  # by then all are created
WITHIN_SECONDS = 60
PARTS = 3


def measure(stage: Stage, scale: Scale) -> list[Row]:
    with stage.platform() as (port, _):
        witness.clear(stage.witness)
        first = time.time() + LEAD_SECONDS
        due = sorted(first + random.random() * scale.due_seconds for _ in range(scale.due_jobs))
        _create(stage, port, due)
        if time.time() > first:
            print("(d) creating the jobs took longer than planned: the first ones were due before")
        time.sleep(max(due[-1] - time.time(), 0))
        wait_for("all started", lambda: witness.count(stage.witness) >= len(due), within=WITHIN_SECONDS)
        starts = witness.starts(stage.witness)
        forget_jobs(stage)
    late = [(starts[number] - at) * 1000 for number, at in enumerate(due)]
    if min(late) < 0:
        raise RuntimeError(f"a job started {-min(late):.1f} ms before it was due")
    size = len(late) // PARTS
    thirds = [late[part * size : (part + 1) * size] for part in range(PARTS)]
    rate = f"{scale.due_jobs:,} due in {scale.due_seconds:g} s"
    return [
        Row(
            "d",
            f"{rate}, lateness p{share}",
            "ms",
            [percentile(third, share) for third in thirds],
            at_most=bound,
        )
        for share, bound in ((50, 50), (99, 200))
    ]


def _create(stage: Stage, port: int, due: list[float]) -> None:
    requests = []
    for first in range(0, len(due), A_REQUEST):
        jobs = [
            {
                "job_type": "bench_stamp",
                "payload": {"number": number},
                "start_at": datetime.fromtimestamp(due[number], UTC).isoformat(),
            }
            for number in range(first, min(first + A_REQUEST, len(due)))
        ]
        body = json.dumps({"jobs": jobs}).encode()
        requests.append(http_load.request("POST", "/api/v1/jobs/bulk/", token=stage.token, body=body))
    http_load.seconds_for(port, requests, connections=2)
