"""(b) creation: `POST jobs/` and `jobs/bulk/` against a minimal DRF insert endpoint, and against COPY.

The jobs are due in an hour, and only the web process runs: what is compared is the endpoints. Both are served
by the same WSGI server with as many processes, asked by the same 16 connections, and insert into the same
Postgres. Ours checks token, role, template and payload, writes the job and its event; DRF's checks types,
and a plain Django view beside it checks nothing.
Units: requests/s and jobs/s. Targets: single 1.0 x DRF's; bulk 10 x own single.
"""

from __future__ import annotations

import json
import time
import uuid
from typing import Any

import psycopg

from bench import http_load
from bench.ledger import forget_jobs
from bench.scale import Scale
from bench.stage import Stage
from bench.table import Row

BULK_REQUEST_JOBS = 1000
DRF, PLAIN = "/rows/", "/plain/"  # of `references.drf_site`
JOB = {"job_type": "bench_noop", "payload": {"user_id": 7, "filter": "likes", "note": "a note"}}
LATER = {**JOB, "start_in_seconds": 3600}


def measure(stage: Stage, scale: Scale) -> list[Row]:
    singles, drfs, views, bulks, copies = [], [], [], [], []
    with stage.web() as (port, _), stage.drf() as drf_port:
        create_singly(stage, port, 100, LATER)
        create_in_bulk(stage, port, 4 * BULK_REQUEST_JOBS, LATER)
        _insert(drf_port, 100, DRF)
        _insert(drf_port, 100, PLAIN)
        for _ in range(scale.repeats):
            singles.append(create_singly(stage, port, scale.single_jobs, LATER))
            drfs.append(_insert(drf_port, scale.single_jobs, DRF))
            views.append(_insert(drf_port, scale.single_jobs, PLAIN))
            bulks.append(create_in_bulk(stage, port, scale.bulk_jobs, LATER))
            copies.append(_copy(stage, scale.bulk_jobs))
    forget_jobs(stage)
    return [
        Row("b", "POST jobs/", "req/s", singles, "minimal DRF ModelSerializer", drfs, at_least=1.0),
        Row("b", "POST jobs/", "req/s", singles, "plain Django view, one INSERT", views),
        Row("b", "jobs/bulk/, 1,000 a request", "jobs/s", bulks, "own POST jobs/", singles, at_least=10),
        Row("b", "jobs/bulk/, 1,000 a request", "jobs/s", bulks, "COPY", copies),
    ]


def create_singly(stage: Stage, port: int, number: int, job: dict[str, Any]) -> float:
    """Jobs a second."""
    body = json.dumps(job).encode()
    asked = http_load.request("POST", "/api/v1/jobs/", token=stage.token, body=body)
    return number / http_load.seconds_for(port, [asked] * number)


def create_in_bulk(stage: Stage, port: int, number: int, job: dict[str, Any]) -> float:
    """Jobs a second."""
    body = json.dumps({"jobs": [job] * BULK_REQUEST_JOBS}).encode()
    asked = http_load.request("POST", "/api/v1/jobs/bulk/", token=stage.token, body=body)
    requests = max(number // BULK_REQUEST_JOBS, 1)
    return requests * BULK_REQUEST_JOBS / http_load.seconds_for(port, [asked] * requests, connections=2)


def _insert(port: int, number: int, path: str) -> float:
    """Returns requests a second."""
    body = json.dumps({"job_type": "bench_noop", "payload": JOB["payload"]}).encode()
    return number / http_load.seconds_for(port, [http_load.request("POST", path, body=body)] * number)


def _copy(stage: Stage, number: int) -> float:
    """Rows a second into the DRF endpoint's table: the floor of any insert."""
    columns = "id, job_type, state, payload, start_time, created_at, created_by"
    more = ", completion_percentage, progress_message, attempt, priority, queue"
    payload = json.dumps(JOB["payload"])
    with psycopg.connect(stage.database_url) as connection:
        began = time.perf_counter()
        with connection.cursor().copy(f"COPY bench_row ({columns}{more}) FROM STDIN") as copy:
            for _ in range(number):
                now = "2026-01-01T00:00:00Z"
                copy.write_row(
                    (
                        uuid.uuid4(),
                        "bench_noop",
                        "scheduled",
                        payload,
                        now,
                        now,
                        "bench",
                        0,
                        "",
                        0,
                        0,
                        "default",
                    )
                )
        connection.commit()
        return number / (time.perf_counter() - began)
