"""Sleeps with checkpoints, and writes to a witness file when a run began and ended."""

import os
import time


def sleeper(data, job):
    _note(data["witness"], f"began {data['job_id']} {os.getpid()} {time.monotonic()}")
    end = time.monotonic() + data["seconds"]
    while time.monotonic() < end:
        job.checkpoint()
        time.sleep(0.05)
    _note(data["witness"], f"ended {data['job_id']} {os.getpid()} {time.monotonic()}")
    return {"slept": data["seconds"]}


def _note(witness, line):
    if witness:
        with open(witness, "a") as file:
            file.write(line + "\n")
