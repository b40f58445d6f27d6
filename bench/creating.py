"""(b) creation: `POST jobs/` and `jobs/bulk/` against minimal insert endpoints and COPY, and beside waiting clients.

The jobs are due in an hour, and only the web process runs: what is compared is the endpoints. Both are served
by the same WSGI server with as many processes, asked by the same 16 connections, and insert into the same
Postgres. Ours checks token, role, template and payload, writes the job and its event; DRF's checks types,
and a plain Django view beside it checks nothing. COPY writes the same rows to a copy of the live table with its
indexes. Waiting clients: a hundred requests with `?wait=30` for a job that does not end, while one client creates jobs.
Units: requests/s, jobs/s and ms. Targets: single 1.0 x DRF's and 0.85 x the plain view; bulk 0.4 x COPY; p50 beside
waiting clients 1.2 x.
"""

from __future__ import annotations

import http.client
import json
import socket
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from typing import Any

import psycopg

from bench import http_load
from bench.ledger import forget_jobs
from bench.scale import Scale
from bench.stage import Stage
from bench.table import Row, percentile

BULK_REQUEST_JOBS = 1000
WAITING_CLIENTS = 100
SETTLE_SECONDS = 2.0
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
        before, beside = _measure_beside_waits(stage, port, scale)
    forget_jobs(stage)
    return [
        Row("b", "POST jobs/", "req/s", singles, "minimal DRF ModelSerializer", drfs, at_least=1.0),
        Row("b", "POST jobs/", "req/s", singles, "plain Django view, one INSERT", views, at_least=0.85),
        Row("b", "jobs/bulk/, 1,000 a request", "jobs/s", bulks, "own POST jobs/", singles, at_least=10),
        Row("b", "jobs/bulk/, 1,000 a request", "jobs/s", bulks, "COPY", copies, at_least=0.4),
        Row(
            "b",
            f"POST p50, {WAITING_CLIENTS} clients wait",
            "ms",
            beside,
            "without them",
            before,
            at_most=1.2,
        ),
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
    """Returns rows a second of COPY into a copy of the live table: what a bulk would cost that checks nothing."""
    with psycopg.connect(stage.database_url) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS bench_live (LIKE jobs_live INCLUDING ALL)")
        connection.execute("TRUNCATE bench_live")
        with connection.cursor().copy("COPY (SELECT * FROM jobs_live LIMIT 1) TO STDOUT") as copy:
            (line,) = b"".join(copy).splitlines()
        values = line.split(b"\t")[1:]  # without the id, which is the first column
        began = time.perf_counter()
        with connection.cursor().copy("COPY bench_live FROM STDIN") as copy:
            for _ in range(number):
                copy.write(b"\t".join([str(uuid.uuid4()).encode(), *values]) + b"\n")
        connection.commit()
        return number / (time.perf_counter() - began)


def _measure_beside_waits(stage: Stage, port: int, scale: Scale) -> tuple[list[float], list[float]]:
    """Returns the p50 of a client that creates jobs, in ms, without and with waiting clients, for each repeat."""
    before, beside = [], []
    for _ in range(scale.repeats):
        before.append(_p50(stage, port, scale.paced_jobs))
        with _waiting_clients(stage, port):
            beside.append(_p50(stage, port, scale.paced_jobs))
    return before, beside


def _p50(stage: Stage, port: int, number: int) -> float:
    with open_client(stage, port) as send:
        seconds = []
        for _ in range(number):
            began = time.perf_counter()
            send(LATER)
            seconds.append(time.perf_counter() - began)
    return percentile(seconds, 50) * 1000


@contextmanager
def _waiting_clients(stage: Stage, port: int) -> Iterator[None]:
    """Holds a hundred requests open that wait for a job."""
    with open_client(stage, port) as send:
        job_id = send(LATER)["job_id"]
    asked = http_load.request("GET", f"/api/v1/jobs/{job_id}/?wait=30", token=stage.token)
    with ExitStack() as stack:
        for _ in range(WAITING_CLIENTS):
            stack.enter_context(socket.create_connection(("127.0.0.1", port))).sendall(asked)
        time.sleep(SETTLE_SECONDS)  # until all wait: nothing says so from outside
        yield


@contextmanager
def open_client(stage: Stage, port: int) -> Iterator[Callable[[dict[str, Any]], dict[str, Any]]]:
    """Yields a function that creates one job over a connection that stays open, and returns it."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Authorization": f"Token {stage.token}", "Content-Type": "application/json"}

    def send(job: dict[str, Any]) -> dict[str, Any]:
        connection.request("POST", "/api/v1/jobs/", json.dumps(job), headers)
        answer = connection.getresponse()
        text = answer.read()
        if answer.status != 201:
            raise RuntimeError(text.decode())
        return dict(json.loads(text))

    with closing(connection):
        yield send
