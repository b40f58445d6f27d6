"""A job-sized event as a websocket frame shows it, and a feed of them through the channel layer.

`python -m bench.events NUMBER` does what the relay does, without jobs: batches of ready frames, as fast as it can.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time

import django

KIND = "job_progress"
MARK = f'"{KIND}"'.encode()
SENT_TOGETHER = 500  # as the relay does
_JOB = {
    "job_id": "01990000-0000-7000-8000-000000000000", "job_type": "bench_noop", "template_version": 1,
    "state": "running", "reason": None, "payload": {"user_id": 7, "filter": "likes", "note": "a note"},
    "start_time": "2026-01-31T12:00:00.000000Z", "created_at": "2026-01-31T12:00:00.000000Z",
    "started_at": "2026-01-31T12:00:00.000000Z", "terminated_at": None, "completion_percentage": 40,
    "progress_message": "code generated", "error": None, "attempt": 1, "max_attempts": 1, "priority": 0,
    "queue": "default", "worker": "celery-abcdef@host", "created_by": "bench", "series": None, "rerun_of": None,
    "terminate_requested_at": None, "waiting_reason": None, "version": 4,
}  # fmt: skip


def event_text(seq: int) -> str:
    return json.dumps({"notification_type": KIND, "seq": seq, "data": _JOB}, separators=(",", ":"))


async def _feed(number: int) -> None:
    from jobs.live import realtime  # needs Django set up
    from jobs.live.frames import Batch, Frame

    before = time.time_ns()  # above all that was sent earlier: a lower number would be taken for a repeat
    batches = []
    for first in range(0, number, SENT_TOGETHER):
        numbers = range(before + first + 1, before + min(first + SENT_TOGETHER, number) + 1)
        frames = [Frame(seq, KIND, "bench_noop", str(_JOB["job_id"]), event_text(seq)) for seq in numbers]
        batches.append(Batch(before + first, frames[-1].seq, frames))
    for batch in batches:
        await realtime.send(batch)


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "scheduler_project.settings"
    django.setup()
    asyncio.run(_feed(int(sys.argv[1])))
