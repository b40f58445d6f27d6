"""Sleeps without ever looking whether it should stop."""

import time


def deaf_sleeper(data):
    end = time.monotonic() + data["seconds"]
    while time.monotonic() < end:
        time.sleep(0.05)
