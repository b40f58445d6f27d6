"""Fails until its last attempt but for the one number it was told."""

from typing import Any

from handlers.context import Job


def failing(data: dict[str, Any], job: Job) -> Any:
    if job.attempt != data["succeed_at"]:
        raise ValueError(f"attempt {job.attempt} failed")
    return {"attempt": job.attempt}
