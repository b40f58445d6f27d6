"""Runs the services of docker-compose.yml as processes of this machine, with private servers."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import urllib.request
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from foundation.discover import CHECKOUT
from launcher.options import Options
from launcher.servers import make_servers
from launcher.state import StateDir
from tests.support.ports import find_free_port
from tests.support.waiting import wait_for

FILE = CHECKOUT / "docker-compose.yml"
COMPOSE: dict[str, Any] = YAML(typ="safe").load(FILE)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if "build" in service}
STARTED_ONCE = {"migrate"}
LONG_RUNNING = sorted(OURS.keys() - STARTED_ONCE)
START_SECONDS = 60


def resolve_program(program: str) -> str:
    """Returns the path of a program of this virtual environment."""
    return sys.executable if program == "python" else str(Path(sys.executable).parent / program)


def substitute_defaults(value: object) -> str:
    """Replaces `${NAME:-default}` with the default, as Compose does for variables that are not set."""
    return re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", str(value))


class Deployment:
    """Runs commands of the file's services as processes, with a private Postgres, broker and Redis."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder, self.stack = folder, stack
        state = StateDir(folder / "state")
        stack.callback(state.close)
        servers, self.urls = make_servers(state, Options(8000, 2, urls={}))
        for server in servers:
            server.prepare()
            process = subprocess.Popen(server.command, cwd=server.data, **server.account.popen())
            stack.callback(process.wait)
            stack.callback(process.send_signal, server.stop_signal)
        for server in servers:
            wait_for("the servers answer", server.is_ready, within=START_SECONDS)
        self.port, self.sockets_port = find_free_port(), find_free_port()

    def _translate(self, service: str, command: list[str]) -> tuple[list[str], dict[str, str]]:
        """Returns a command of a container and its environment as they are on this machine: other ports and paths."""
        own = {"0.0.0.0": "127.0.0.1", "8000": str(self.port), "8001": str(self.sockets_port)}
        program, *arguments = [own.get(word, word) for word in command]
        environment = {
            name: substitute_defaults(value) for name, value in OURS[service]["environment"].items()
        }
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        settings = {**kept, **environment, **self.urls, "STATE_DIR": str(self.folder / "none")}
        return [resolve_program(program), *arguments], settings

    def run(self, service: str, *command: str) -> str:
        """Runs a command (by default the service's own) to its end and returns its output."""
        words, env = self._translate(service, list(command) or SERVICES[service]["command"])
        done = subprocess.run(words, cwd=CHECKOUT, env=env, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def start(self, service: str) -> None:
        """Starts a service in the background. It is terminated when the test's `ExitStack` closes."""
        words, env = self._translate(service, SERVICES[service]["command"])
        with self.log(service).open("wb") as log:
            process = subprocess.Popen(words, cwd=CHECKOUT, env=env, stdout=log, stderr=log)
        self.stack.callback(process.wait)
        self.stack.callback(process.terminate)

    def log(self, service: str) -> Path:
        """Returns the file with the output of a service."""
        return self.folder / f"{service}.log"

    def is_healthy(self, service: str) -> bool:
        """Runs the health check of a service."""
        _, *check = SERVICES[service]["healthcheck"]["test"]
        words, env = self._translate(service, check)
        return subprocess.run(words, cwd=CHECKOUT, env=env).returncode == 0

    def api(self, path: str, token: str, body: object = None) -> Any:
        """Requests a path below /api/v1/ and returns the JSON of the response; with a body by POST."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/api/v1/{path}",
            data=json.dumps(body).encode() if body else None,
            headers={"Authorization": f"Token {token}", "Content-Type": "application/json"},
        )
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=60) as answer:
            return json.load(answer)
