"""Works within a transaction that holds a lock; a stop may come at any point of it, and must leave neither."""

from __future__ import annotations

import time
import zlib
from typing import Any

from django.db import connection, transaction

from handlers.context import Job
from tests.faults.handlers._work import PAUSE_SECONDS, witnessed

LOCK_SPACE = 4711


def accountant(data: dict[str, Any], job: Job) -> dict[str, int]:
    with witnessed(job) as note:
        end = time.monotonic() + data["seconds"]
        while time.monotonic() < end:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK_SPACE, _number_of(job)])
                with transaction.atomic():
                    cursor.execute("SELECT pg_sleep(%s)", [PAUSE_SECONDS])
            note("lives")
    return {"attempt": job.attempt}


def _number_of(job: Job) -> int:
    return zlib.crc32(str(job.id).encode()) - 2**31
