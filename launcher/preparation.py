"""Runs `prepare` to its end: one process that makes the database ready for the others."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress

from foundation.discover import CHECKOUT
from launcher.child import show_output
from launcher.options import CannotStart


async def run(environment: Mapping[str, str]) -> str:
    """Returns the path of the sign-in link, its answer; what it says meanwhile goes to the terminal."""
    read_end, write_end = os.pipe()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "launcher.prepare"),
        cwd=CHECKOUT,
        env=dict(environment),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=write_end,
        start_new_session=True,
    )
    os.close(write_end)
    shown = asyncio.create_task(show_output("setup", read_end))
    try:
        answer, _ = await process.communicate()
        await shown
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    if process.returncode:
        raise CannotStart("The database could not be prepared; the lines above say why.")
    return answer.decode().strip()
