"""Ends what a killed launcher left behind. Only under the lock: then no launcher lives that could own it.

Processes are known by what they are, never by a recorded pid, which may be another program's by now: ours by
a variable in their environment, the servers by their name and the folder they run in.
"""

from __future__ import annotations

import os
import signal
from pathlib import Path

import psutil

from launcher.output import say

# In the environment of every process of ours: the state directory of its launcher.
MARK = "RESTJOBSCHEDULER_LAUNCHED_FROM"
SERVERS = {"postgres": signal.SIGINT, "valkey-server": signal.SIGTERM}
SERVER_GRACE_SECONDS = 10


def end_leftovers(state_dir: Path, server_folders: list[Path]) -> None:
    ours = [process for process in psutil.process_iter() if _mark_of(process) == str(state_dir)]
    left = [p for p in psutil.process_iter(["name", "ppid"]) if _is_server(p, server_folders)]
    if ours or left:
        say(f"Ending {len(ours) + len(left)} processes that a killed `make run` left behind")
    _end(ours, signal.SIGKILL)
    heads = [process for process in left if process.info["ppid"] not in {other.pid for other in left}]
    for process in heads:
        _end([process], SERVERS[process.info["name"]])
    _, stubborn = psutil.wait_procs(left, timeout=SERVER_GRACE_SECONDS)
    _end(stubborn, signal.SIGKILL)
    psutil.wait_procs([*ours, *stubborn], timeout=5)


def _end(processes: list[psutil.Process], with_signal: signal.Signals) -> None:
    for process in processes:
        try:
            process.send_signal(with_signal)  # psutil checks that the pid was not recycled meanwhile
        except psutil.NoSuchProcess:
            continue


def _mark_of(process: psutil.Process) -> str | None:
    try:
        return process.environ().get(MARK) if process.pid != os.getpid() else None
    except (psutil.Error, OSError):
        return None


def _is_server(process: psutil.Process, folders: list[Path]) -> bool:
    try:
        return process.info["name"] in SERVERS and any(map(Path(process.cwd()).is_relative_to, folders))
    except (psutil.Error, OSError):
        return False
