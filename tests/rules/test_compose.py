"""docker-compose.yml: valid, closed to the outside, and every command of our image in it starts and works."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import redis
from ruamel.yaml import YAML

from scheduler_project.local.discover import CHECKOUT
from scheduler_project.local.options import Options
from scheduler_project.local.ports import is_free
from scheduler_project.local.servers import needed_servers
from scheduler_project.local.state import StateDir

FILE = CHECKOUT / "docker-compose.yml"
COMPOSE: dict[str, Any] = YAML(typ="safe").load(FILE)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if "build" in service}
STARTED_ONCE = {"migrate"}
LONG_RUNNING = sorted(OURS.keys() - STARTED_ONCE)
PATIENCE = 60


def test_it_follows_the_compose_specification() -> None:
    command = ["check-jsonschema", "--builtin-schema", "vendor.compose-spec", str(FILE)]
    done = subprocess.run([in_this_environment(command[0]), *command[1:]], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_it_has_the_production_shape() -> None:
    assert {"web", "sockets", "dispatcher", "beat", "worker"} <= OURS.keys()
    assert {"postgres", "rabbitmq", "redis", "proxy"} <= SERVICES.keys()
    assert SERVICES["rabbitmq"]["image"].endswith("-management")
    assert SERVICES["beat"]["deploy"]["replicas"] == 2


def test_only_the_proxy_can_be_opened_to_the_outside() -> None:
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert published.pop("proxy") == ["${BIND:-127.0.0.1}:${PORT:-8000}:8080"]
    assert published.keys() <= {"rabbitmq"}
    assert all(port.startswith("127.0.0.1:") for ports in published.values() for port in ports)


def test_every_server_has_a_health_check_a_volume_and_a_restart() -> None:
    for name in ("postgres", "rabbitmq", "redis"):
        service = SERVICES[name]
        assert service["healthcheck"]["test"], name
        assert service["volumes"][0].split(":")[0] in COMPOSE["volumes"], name
        assert service["restart"] == "unless-stopped", name


def test_what_waits_for_a_server_waits_until_it_is_healthy() -> None:
    for name, service in SERVICES.items():
        for other, wait in service.get("depends_on", {}).items():
            expected = "service_completed_successfully" if other in STARTED_ONCE else "service_healthy"
            assert wait == {"condition": expected}, f"{name} -> {other}"
            assert expected != "service_healthy" or "healthcheck" in SERVICES[other], other


def test_every_setting_is_one_that_the_settings_read() -> None:
    read = (CHECKOUT / "scheduler_project" / "settings.py").read_text()
    for name in OURS["web"]["environment"]:
        assert re.search(rf'env\.\w+\(\s*"{name}"', read), name


def test_the_example_settings_name_every_variable_and_hold_no_secret() -> None:
    example = (CHECKOUT / ".env.example").read_text()
    named = dict(line.split("=", 1) for line in example.splitlines() if "=" in line and line[0] != "#")
    asked_for = set(re.findall(r"\$\{(\w+)", FILE.read_text())) - {"RABBITMQ_MANAGEMENT_PORT"}
    assert named.keys() == asked_for
    assert all(named[name].startswith("change-me") for name in asked_for if re.search("PASS|SECRET", name))


def test_the_image_has_all_that_it_copies() -> None:
    dockerfile = (CHECKOUT / "Dockerfile").read_text()
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", dockerfile, re.MULTILINE)
    assert copied
    for path in " ".join(copied).split():
        assert (CHECKOUT / path).exists(), path


def in_this_environment(program: str) -> str:
    return sys.executable if program == "python" else str(Path(sys.executable).parent / program)


def filled_in(value: object) -> str:
    """`${NAME:-default}` as Compose reads it where nothing is set."""
    return re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", str(value))


class Deployment:
    """The commands of the file as processes of this machine, on servers of its own."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder, self.stack = folder, stack
        state = StateDir(folder / "state")
        stack.callback(state.release)
        servers = needed_servers(state, Options(8000, 2, database_url="", broker_url="", redis_url=""))
        for server in servers.embedded:
            server.prepare()
            process = subprocess.Popen(server.command, cwd=server.working_folder, **server.account.popen())
            stack.callback(process.wait)
            stack.callback(process.send_signal, server.stop_signal)
        until(servers.all_ready)
        free = (port for port in range(18000, 19000) if is_free(port))
        self.port, self.sockets_port = next(free), next(free)
        self.urls = {
            "DATABASE_URL": servers.database_url,
            "BROKER_URL": servers.broker_url,
            "REDIS_URL": servers.redis_url,
        }

    def here(self, service: str, command: list[str]) -> tuple[list[str], dict[str, str]]:
        own = {"0.0.0.0": "127.0.0.1", "8000": str(self.port), "8001": str(self.sockets_port)}
        program, *arguments = [own.get(word, word) for word in command]
        environment = {name: filled_in(value) for name, value in OURS[service]["environment"].items()}
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        settings = {**kept, **environment, **self.urls, "STATE_DIR": str(self.folder / "none")}
        return [in_this_environment(program), *arguments], settings

    def run(self, service: str, *command: str) -> str:
        words, env = self.here(service, list(command) or SERVICES[service]["command"])
        done = subprocess.run(words, cwd=CHECKOUT, env=env, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def start(self, service: str) -> None:
        words, env = self.here(service, SERVICES[service]["command"])
        with self.log(service).open("wb") as log:
            process = subprocess.Popen(words, cwd=CHECKOUT, env=env, stdout=log, stderr=log)
        self.stack.callback(process.wait)
        self.stack.callback(process.terminate)

    def log(self, service: str) -> Path:
        return self.folder / f"{service}.log"

    def is_healthy(self, service: str) -> bool:
        _, *check = SERVICES[service]["healthcheck"]["test"]
        words, env = self.here(service, check)
        return subprocess.run(words, cwd=CHECKOUT, env=env).returncode == 0

    def api(self, path: str, token: str, body: object = None) -> Any:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/api/v1/{path}",
            data=json.dumps(body).encode() if body else None,
            headers={"Authorization": f"Token {token}", "Content-Type": "application/json"},
        )
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=60) as answer:
            return json.load(answer)


def until(true: Callable[[], bool], log: Path | None = None) -> None:
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline, log.read_text() if log else "it did not come to pass"
        time.sleep(0.1)


@pytest.fixture(scope="module")
def deployment() -> Iterator[Deployment]:
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        one = Deployment(Path(folder), stack)
        for service in STARTED_ONCE:
            one.run(service)
        for service in LONG_RUNNING:
            one.start(service)
        yield one


@pytest.mark.timeout(300)
@pytest.mark.parametrize("service", [name for name in LONG_RUNNING if "healthcheck" in OURS[name]])
def test_a_service_becomes_healthy(deployment: Deployment, service: str) -> None:
    until(lambda: deployment.is_healthy(service), deployment.log(service))


@pytest.mark.timeout(300)
def test_a_job_runs_through_web_dispatcher_and_worker(deployment: Deployment) -> None:
    deployment.run(
        "web", "python", "manage.py", "import_templates", "templates_app/examples/job_templates.json"
    )
    made = deployment.run("web", "python", "manage.py", "create_user", "u", "--role", "operator", "--token")
    token = made.strip()
    until(lambda: deployment.is_healthy("web"))
    job = deployment.api("jobs/", token, {"job_type": "otp_send_job", "payload": {"user_id": 7}})
    ended = deployment.api(f"jobs/{job['job_id']}/?wait=60", token)
    assert ended["state"] == "succeeded", deployment.log("worker").read_text()


@pytest.mark.timeout(300)
def test_beat_takes_its_post(deployment: Deployment) -> None:
    with redis.Redis.from_url(deployment.urls["REDIS_URL"]) as store:
        until(lambda: bool(store.keys("*redbeat*:lock")), deployment.log("beat"))
