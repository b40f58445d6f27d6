import time

from handlers.context import Job


def bench_chatty(data: dict[str, float], job: Job) -> None:
    """Logs ten lines and reports progress five times, `pause` seconds after one another."""
    for step in range(5):
        job.log("step %d of %d has begun", step + 1, 5)
        job.log("step %d reads its part of the input", step + 1)
        job.progress(20 * (step + 1), f"step {step + 1}")
        time.sleep(data["pause"])
