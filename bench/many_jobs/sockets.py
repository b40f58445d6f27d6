"""Measures how soon a websocket has its first frame, which says the newest number of all events."""

from __future__ import annotations

import time
from statistics import median

from websockets.sync.client import connect

from bench.stage import Stage


def first_frame_ms(stage: Stage, port: int, repeats: int) -> float:
    """Returns median milliseconds from connecting to the first frame."""
    taken = []
    for _ in range(repeats):
        began = time.perf_counter()
        with connect(
            f"ws://127.0.0.1:{port}/ws/jobs/", additional_headers={"Authorization": f"Token {stage.token}"}
        ) as socket:
            socket.recv(timeout=30)
        taken.append((time.perf_counter() - began) * 1000)
    return median(taken)
