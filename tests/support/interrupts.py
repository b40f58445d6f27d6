"""Ends a test run cleanly on SIGTERM or Ctrl-C: every process stops its servers and removes its files.

By default xdist gives its processes fifteen seconds after an interrupt; servers may need longer to stop.
"""

from __future__ import annotations

import signal
from types import FrameType
from typing import Any

import psutil
import pytest

SIGNALS = (signal.SIGINT, signal.SIGTERM)


def install_handlers(config: pytest.Config) -> None:
    """Makes SIGINT and SIGTERM raise KeyboardInterrupt; in xdist's processes only the first signal does."""
    if hasattr(config, "workerinput"):
        _handle(_interrupt_once)
    else:
        _handle(signal.default_int_handler)


def forward_to_workers(config: pytest.Config) -> None:
    """Makes the main process forward SIGINT and SIGTERM to xdist's processes. Called once those have started."""
    session: Any = config.pluginmanager.getplugin("dsession")
    if session is None:
        return

    def interrupt(number: int, frame: FrameType | None) -> None:
        _handle(signal.default_int_handler)  # a second signal ends the main process at once
        session.shouldstop = signal.Signals(number).name
        for child in psutil.Process().children():
            child.terminate()

    _handle(interrupt)


def _interrupt_once(number: int, frame: FrameType | None) -> None:
    """Raises KeyboardInterrupt once: Ctrl-C also reaches this process directly, and must not interrupt the clean-up."""
    _handle(lambda *_: None)
    raise KeyboardInterrupt


def _handle(handler: Any) -> None:
    for number in SIGNALS:
        signal.signal(number, handler)
