"""Leaves its process in any state, and programs behind; then it returns, or stays for a while first.

Of several ways one may hang in what another broke: hence its template's time limit, as any handler's in doubt.
"""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Any

from handlers.context import Job
from tests.faults.handlers._work import witnessed
from tests.support.handlers_for_tests.spoiler import WAYS


def vandal(data: dict[str, Any], job: Job) -> dict[str, int]:
    with witnessed(job):
        for way in data["ways"].split(","):
            with suppress(Exception):
                WAYS[way]()
        time.sleep(data["seconds"])
    return {"attempt": job.attempt}
