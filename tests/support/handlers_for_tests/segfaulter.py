"""Kills its own process with SIGSEGV."""

import os
import signal
from typing import Any


def segfaulter(data: dict[str, Any]) -> None:
    os.kill(os.getpid(), signal.SIGSEGV)
