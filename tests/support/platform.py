"""Runs a whole platform, started as `make run` starts it once everything is installed."""

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
    """A platform with its own state. `folder` has its state, its output and the handlers that tests write meanwhile."""

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
        """Returns the name that prefixes the platform's Redis keys and queues. Known only while it runs."""
        settings = json.loads((self.state_dir / "settings.json").read_text())
        return settings["PLATFORM_NAME"] or platform_name.derive(
            settings["SECRET_KEY"], settings["DATABASE_URL"]
        )

    def start(self) -> None:
        """Starts the platform, waits until a worker serves it and imports the test templates."""
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
        """Stops the platform as Ctrl-C does and returns the exit status."""
        return self._program.stop(grace=STOP_SECONDS) if self._program else 0

    def sign_in_link(self) -> str:
        """Returns the sign-in link that the platform printed when it was ready; empty before that."""
        if not (self.state_dir / "run.json").exists():
            return ""
        found = re.search(r"is ready: (http\S+)", self._log.read_text(errors="replace"))
        return found[1] if found else ""

    def make_sign_in_link(self, name: str = "admin") -> str:
        """Makes a new one-time sign-in link for a user."""
        return self.url + self.manage("sign_in_link", name)

    def pids(self) -> dict[str, int]:
        """Returns the pids of the platform's processes by their names: web, dispatcher, beat, worker."""
        processes = json.loads((self.state_dir / "run.json").read_text())["processes"]
        return {name: process["pid"] for name, process in processes.items()}

    def await_restart(self, name: str, *, old_pid: int) -> int:
        """Waits until a process has been restarted and returns its new pid."""

        def fresh_pid() -> int:
            pid = self.pids().get(name, old_pid)
            return 0 if pid == old_pid else pid

        return wait_for(f"{name} runs again", fresh_pid, within=RESTART_SECONDS)

    def api(self, role: str = "editor") -> Api:
        """Returns an API client with the token of a user that has this role."""
        return Api(self.url, self.token(role))

    def listen(self, query: str = "", role: str = "operator") -> Listener:
        """Returns a websocket client with the token of a user that has this role."""
        return Listener(self.url, self.token(role), query)

    def manage(self, *arguments: str) -> str:
        """Runs `manage.py ...` beside the platform and returns its output."""
        return self._command("manage.py", *arguments)

    def python(self, *arguments: str) -> str:
        """Runs `python ...` beside the platform, as a program of somebody else's, and returns its output."""
        return self._command(*arguments)

    def jobs(self, *arguments: str) -> str:
        """Runs `celery -A scheduler_project jobs ...` beside the platform and returns its output."""
        return self._command("-m", "celery", "-A", "scheduler_project", "jobs", *arguments)

    def last_lines(self, number: int = LOG_TAIL_LINES) -> str:
        return self._program.last_lines(number) if self._program else ""

    def output(self) -> str:
        return self._log.read_text(errors="replace")

    def output_size(self) -> int:
        return self._log.stat().st_size

    def run_jobs(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Runs `celery -A scheduler_project jobs ...` and returns the ended process with both of its outputs."""
        done = self.celery("jobs", *words)
        assert done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"
        return done

    def _make_token(self, role: str) -> str:
        return self.manage("create_user", f"a-{role}", "--role", role, "--token")

    def celery(self, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        """Runs `celery -A scheduler_project ...` beside the platform and returns the process, whatever its status."""
        return self._run("-m", "celery", "-A", "scheduler_project", *arguments, **settings)

    def _command(self, *arguments: str) -> str:
        done = self._run(*arguments)
        assert done.returncode == 0, f"{arguments}: {done.stdout}{done.stderr}"
        return done.stdout.strip()

    def _run(self, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        """Runs Python with arguments. It finds the platform by STATE_DIR, as in a terminal beside it."""
        beside = {"STATE_DIR": str(self.state_dir), **settings}
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=CHECKOUT,
            env=environment.copy_without_settings() | beside,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    def _environment(self) -> dict[str, str]:
        return {
            **environment.copy_without_settings(),
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
