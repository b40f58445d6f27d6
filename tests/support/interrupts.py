"""A SIGTERM, like Ctrl-C, ends a test run with everything stopped and removed, in however many processes it is.

Left alone, xdist's processes get fifteen seconds from an interrupt, and servers may need longer to stop.
"""

from __future__ import annotations

import signal
from types import FrameType
from typing import Any

import psutil
import pytest

SIGNALS = (signal.SIGINT, signal.SIGTERM)


def become_an_interrupt(config: pytest.Config) -> None:
    if hasattr(config, "workerinput"):
        _handle(_interrupt_once)
    else:
        _handle(signal.default_int_handler)


def pass_on(config: pytest.Config) -> None:
    """From the process that prints to those that test; called when they are there."""
    session: Any = config.pluginmanager.getplugin("dsession")
    if session is None:
        return

    def interrupt(number: int, frame: FrameType | None) -> None:
        _handle(signal.default_int_handler)  # a second one waits for nobody
        session.shouldstop = signal.Signals(number).name
        for child in psutil.Process().children():
            child.terminate()

    _handle(interrupt)


def _interrupt_once(number: int, frame: FrameType | None) -> None:
    """Ctrl-C reaches every process by itself, too: a second signal must not break off what the first began."""
    _handle(lambda *_: None)
    raise KeyboardInterrupt


def _handle(handler: Any) -> None:
    for number in SIGNALS:
        signal.signal(number, handler)
