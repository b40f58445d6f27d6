"""The launcher notices a SIGINT, a SIGTERM or a kill that only make got."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from foundation.discover import CHECKOUT

NOTICES = """
import signal, sys, time
from launcher import guard

def ended(*_):
    print("terminated", flush=True)
    sys.exit()

signal.signal(signal.SIGTERM, ended)
assert guard.end_with_parent()
print("started", flush=True)
while guard.parent_catches_interrupts():
    time.sleep(0.1)
print("interrupted", flush=True)
"""


@pytest.fixture
def make(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    script = tmp_path / "notices.py"
    script.write_text(NOTICES)
    (tmp_path / "Makefile").write_text(f"run:\n\t@{sys.executable} {script}\n")
    # Whoever runs this in the background has SIGINT ignored, and would hand that down to make.
    listening = "import os, signal, sys; signal.signal(signal.SIGINT, signal.SIG_DFL); os.execvp('make', sys.argv[1:])"
    command = [sys.executable, "-c", listening, "make", "--no-print-directory", "-C", str(tmp_path)]
    env = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout
    assert process.stdout.readline() == "started\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


@pytest.mark.parametrize(
    ("sent", "noticed"),
    [(signal.SIGINT, "interrupted"), (signal.SIGTERM, "terminated"), (signal.SIGKILL, "terminated")],
)
def test_a_signal_to_make_alone_is_noticed(
    make: subprocess.Popen[str], sent: signal.Signals, noticed: str
) -> None:
    make.send_signal(sent)
    assert make.stdout
    assert make.stdout.readline() == f"{noticed}\n"
