"""Fails until its last attempt but for the one number it was told."""


def failing(data, job):
    if job.attempt != data["succeed_at"]:
        raise ValueError(f"attempt {job.attempt} failed")
    return {"attempt": job.attempt}
