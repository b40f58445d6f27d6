"""Sleeps and never checks whether it should stop."""

import time
from typing import Any


def deaf_sleeper(data: dict[str, Any]) -> None:
    end = time.monotonic() + data["seconds"]
    while time.monotonic() < end:
        time.sleep(0.05)
