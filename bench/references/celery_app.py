"""Bare Celery: a task that does nothing but tell that it ran, on a quorum queue, without results."""

from __future__ import annotations

import os

from celery import Celery

from bench import witness

app = Celery("bench", broker=os.environ.get("BROKER_URL", ""))
app.conf.update(
    task_default_queue="bench",
    task_default_queue_type="quorum",
    task_ignore_result=True,
    broker_transport_options={"confirm_publish": True},
    worker_prefetch_multiplier=4,  # Celery's own default, written down: the comparison rests on it
)


@app.task(name="bench.stamp")
def stamp(number: int) -> None:
    witness.stamp(number)
