"""Measures (h), a long life: bytes on disk, held transactions, readers, overload, and faults under a steady load.

One load generator offers jobs at a fixed rate, whether or not the platform keeps up; latency is from the moment
when a job is due to its handler's first line. All ratios refer to the window before, of the same run. Targets: 2 KB for
a no-op job, 3.5 KB with ten log lines and five reports; while a transaction is held or others read, the rate is kept,
p50 within 1.5 x and p99 within 2 x, and the last window within 1.2 x of the middle one; as before within 60 s; after an
overload within 120 s; no job lost.
"""

from __future__ import annotations

from bench.ledger import forget_jobs
from bench.long_life import faults, held, overload, sizes
from bench.scale import Scale
from bench.stage import Stage
from bench.table import Row


def measure(stage: Stage, scale: Scale) -> list[Row]:
    """Returns the rows of all five, measured one after another on one platform."""
    with stage.platform() as (port, programs):
        rows = [
            *sizes.measure(stage, port, scale),
            *held.measure(stage, port, scale),
            *overload.measure(stage, port, scale),
            *faults.measure(stage, port, programs["worker"], scale),
        ]
    forget_jobs(stage)
    return rows
