"""Swallows whatever is raised into it: only the end of its process ends it."""

import time


def swallower(data, job):
    end = time.monotonic() + data["seconds"]
    while time.monotonic() < end:
        try:
            job.checkpoint()
            time.sleep(0.05)
        except BaseException:
            print("swallowed")
