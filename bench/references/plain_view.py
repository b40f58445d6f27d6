"""Serves the least that Django can do for `POST jobs/`: one INSERT, without DRF. Imported by `drf_site`."""

from __future__ import annotations

import os
from functools import cache
from uuid import uuid4

import orjson
import psycopg
from django.http import HttpRequest, HttpResponse
from psycopg.rows import DictRow, dict_row
from psycopg_pool import ConnectionPool

MAX_CONNECTIONS = 20  # as web's own pool
_INSERT = """
    INSERT INTO bench_row (id, job_type, state, payload, start_time, created_at, created_by, completion_percentage,
        progress_message, attempt, priority, queue)
    VALUES (%s, %s, 'scheduled', %s::jsonb, now(), now(), 'bench', 0, '', 0, 0, 'default') RETURNING *"""


def insert(request: HttpRequest) -> HttpResponse:
    """Inserts one row and answers it; the body is trusted."""
    body = orjson.loads(request.body)
    values = (uuid4(), body["job_type"], orjson.dumps(body["payload"]).decode())
    with _open_pool().connection() as connection:
        row = connection.execute(_INSERT, values).fetchone()
    return HttpResponse(orjson.dumps(row), content_type="application/json", status=201)


@cache
def _open_pool() -> ConnectionPool[psycopg.Connection[DictRow]]:
    """Opens the pool of this process with its first request, after the server has forked."""
    return ConnectionPool(
        os.environ["DATABASE_URL"],
        min_size=1,
        max_size=MAX_CONNECTIONS,
        kwargs={"autocommit": True, "row_factory": dict_row},
        open=True,
    )
