"""A whole platform, started as `make run` starts it once everything is installed."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from foundation.discover import CHECKOUT
from scheduler_project import platform_name
from tests.support import environment
from tests.support.api import Api
from tests.support.listener import Listener
from tests.support.ports import ReservedPort
from tests.support.processes import LOG_TAIL_LINES, Program
from tests.support.waiting import wait_for

HANDLERS_FOR_TESTS = "tests.support.handlers_for_tests"
HANDLERS_BEING_WRITTEN = "handlers_being_written"
TEMPLATES = Path(__file__).parent / "handlers_for_tests" / "templates.json"
START_SECONDS, STOP_SECONDS, RESTART_SECONDS = 90, 60, 30
OWN_PROCESSES = frozenset({"web", "dispatcher", "beat", "worker"})
WORKER_SLOTS = 4


class Platform:
    """`folder` holds its state, its output and the handlers that tests write while it runs."""

    def __init__(self, folder: Path, *, settings: Mapping[str, str]) -> None:
        self.state_dir = folder / "state"
        self.handlers = folder / "handlers" / HANDLERS_BEING_WRITTEN
        self.handlers.mkdir(parents=True)
        (self.handlers / "__init__.py").touch()
        self._log = folder / "output.log"
        self._settings = dict(settings)
        self._port = ReservedPort()
        self._program: Program | None = None
        self.token = cache(self._make_token)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port.number}"

    @property
    def name(self) -> str:
        """What its keys and queues are named by, while it runs."""
        settings = json.loads((self.state_dir / "settings.json").read_text())
        return settings["PLATFORM_NAME"] or platform_name.derived(
            settings["SECRET_KEY"], settings["DATABASE_URL"]
        )

    def start(self) -> None:
        """Returns when it is ready and a worker serves."""
        self._port.release()
        command = [sys.executable, "-m", "launcher"]
        program = self._program = Program(command, log=self._log, cwd=CHECKOUT, env=self._environment())
        wait_for(
            "the platform says its address",
            lambda: program.has_ended or self.sign_in_link(),
            within=START_SECONDS,
        )
        if program.has_ended:
            raise RuntimeError(f"the platform did not start:\n{self.last_lines()}")
        with self.api("editor") as api:
            wait_for("a worker serves", lambda: api.get("workers/").json()["results"], within=RESTART_SECONDS)
            imported = api.post("templates/import/", json=json.loads(TEMPLATES.read_text()))
            assert imported.status_code == 200, imported.text

    def stop(self) -> int:
        """As Ctrl-C does. Answers the exit status."""
        return self._program.stop(grace=STOP_SECONDS) if self._program else 0

    def sign_in_link(self) -> str:
        """The one that was printed at the start; empty before that."""
        if not (self.state_dir / "run.json").exists():
            return ""
        found = re.search(r"is ready: (http\S+)", self._log.read_text(errors="replace"))
        return found[1] if found else ""

    def fresh_sign_in_link(self, name: str = "admin") -> str:
        return self.url + self.manage("sign_in_link", name)

    def pids(self) -> dict[str, int]:
        processes = json.loads((self.state_dir / "run.json").read_text())["processes"]
        return {name: process["pid"] for name, process in processes.items()}

    def await_restart(self, name: str, *, old_pid: int) -> int:
        """The pid of the process that took the place of `old_pid`."""

        def fresh_pid() -> int:
            pid = self.pids().get(name, old_pid)
            return 0 if pid == old_pid else pid

        return wait_for(f"{name} runs again", fresh_pid, within=RESTART_SECONDS)

    def api(self, role: str = "editor") -> Api:
        return Api(self.url, self.token(role))

    def listen(self, query: str = "", role: str = "operator") -> Listener:
        return Listener(self.url, self.token(role), query)

    def manage(self, *arguments: str) -> str:
        return self._command("manage.py", *arguments)

    def python(self, *arguments: str) -> str:
        """A program of somebody's own, begun beside the platform."""
        return self._command(*arguments)

    def jobs(self, *arguments: str) -> str:
        """`celery -A scheduler_project jobs ...`, typed beside the platform."""
        return self._command("-m", "celery", "-A", "scheduler_project", "jobs", *arguments)

    def last_lines(self, number: int = LOG_TAIL_LINES) -> str:
        return self._program.last_lines(number) if self._program else ""

    def output(self) -> str:
        return self._log.read_text(errors="replace")

    def output_size(self) -> int:
        return self._log.stat().st_size

    def typed(self, *words: str) -> subprocess.CompletedProcess[str]:
        """`jobs ...`, with what it says on standard error."""
        done = self.celery("jobs", *words)
        assert done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"
        return done

    def _make_token(self, role: str) -> str:
        return self.manage("create_user", f"a-{role}", "--role", role, "--token")

    def celery(self, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        """`celery -A scheduler_project ...`, typed beside the platform, however it ends."""
        return self._typed("-m", "celery", "-A", "scheduler_project", *arguments, **settings)

    def _command(self, *arguments: str) -> str:
        done = self._typed(*arguments)
        assert done.returncode == 0, f"{arguments}: {done.stdout}{done.stderr}"
        return done.stdout.strip()

    def _typed(self, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        """Knows of the platform by STATE_DIR alone."""
        beside = {"STATE_DIR": str(self.state_dir), **settings}
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=CHECKOUT,
            env=environment.plain() | beside,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    def _environment(self) -> dict[str, str]:
        return {
            **environment.plain(),
            **self._settings,
            "STATE_DIR": str(self.state_dir),
            "PORT": str(self._port.number),
            "WORKER_CONCURRENCY": str(WORKER_SLOTS),
            "HANDLER_PACKAGES": f"{HANDLERS_FOR_TESTS},{HANDLERS_BEING_WRITTEN}",
            "TERMINATE_GRACE_SECONDS": "3",
            "HTTP_REQUEST_PRIVATE": "1",
            "MANAGEMENT_COMMANDS": "version",
            "PYTHONPATH": self._python_path(),
        }

    def _python_path(self) -> str:
        return os.pathsep.join([str(self.handlers.parent), *filter(None, [os.environ.get("PYTHONPATH")])])
