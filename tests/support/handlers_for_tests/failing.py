"""Fails in every attempt except the one whose number is in `succeed_at`."""

from typing import Any

from handlers.context import Job


def failing(data: dict[str, Any], job: Job) -> Any:
    if job.attempt != data["succeed_at"]:
        raise ValueError(f"attempt {job.attempt} failed")
    return {"attempt": job.attempt}
