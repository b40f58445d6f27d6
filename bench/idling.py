"""(g) idle: CPU of all own processes together while nothing is to do.

Own are web, sockets, dispatcher, beat and worker with its pool; the servers are told apart, without a target.
Unit: percent of one core. Target: at most 1.
"""

from __future__ import annotations

import time

from bench.processes import cpu_seconds
from bench.scale import Scale
from bench.stage import Stage
from bench.table import Row

SETTLE_SECONDS = 5


def measure(stage: Stage, scale: Scale) -> list[Row]:
    with stage.platform() as (_, programs):
        pids = {name: [program.pid] for name, program in programs.items()}
        pids["servers"] = list(stage.servers.values())
        time.sleep(SETTLE_SECONDS)
        used = idle_percent(pids, scale.idle_seconds)
    own = [name for name in used if name != "servers"]
    return [
        Row("g", "idle CPU of own processes", "%", [sum(used[name] for name in own)], at_most=1),
        *(Row("g", f"  of these {name}", "%", [used[name]]) for name in own),
        Row("g", "idle CPU of the servers", "%", [used["servers"]]),
    ]


def idle_percent(pids: dict[str, list[int]], seconds: float) -> dict[str, float]:
    """Percent of one core that each of these used while `seconds` went by."""
    before = {name: cpu_seconds(some) for name, some in pids.items()}
    began = time.perf_counter()
    time.sleep(seconds)
    passed = time.perf_counter() - began
    return {name: (cpu_seconds(some) - before[name]) * 100 / passed for name, some in pids.items()}
