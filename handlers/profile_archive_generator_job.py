"""Simulates collecting a user's data into an archive, one part per selected filter (an example of a job handler)."""

from __future__ import annotations

import hashlib
import time
from typing import Any

from handlers.context import Job

STEP_SECONDS = 0.25
PAGES = 4


def profile_archive_generator_job(data: dict[str, Any], job: Job) -> dict[str, Any]:
    user_id, parts = data["user_id"], data["filter"]
    done, steps = 0, len(parts) * PAGES
    records: dict[str, int] = {}
    for part in parts:
        records[part] = 0
        for page in range(1, PAGES + 1):
            job.checkpoint()
            time.sleep(STEP_SECONDS)
            records[part] += _count_records(page, part, user_id)
            done += 1
            job.progress(95 * done / steps, f"{part}: page {page} of {PAGES}")
        job.log("%s: %d records", part, records[part])

    job.checkpoint()
    total = sum(records.values())
    return {"user_id": user_id, "archive": f"profile-{user_id}.zip", "records": records, "total": total}


def _count_records(page: int, part: str, user_id: int) -> int:
    """Returns an invented number of records, 1 to 100, always the same for the same page, part and user."""
    return hashlib.sha256(f"{user_id}/{part}/{page}".encode()).digest()[0] % 100 + 1
