"""The real `make run` restarts its processes when they are killed, and leaves none behind when it ends."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from http.cookiejar import CookieJar
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

import psutil
import pytest
from websockets import Origin
from websockets.sync.client import connect

from foundation.discover import CHECKOUT
from launcher.options import MARK

pytestmark = pytest.mark.timeout(300)

T = TypeVar("T")
PATIENCE = 120
PROCESSES = {"postgres", "valkey", "web", "dispatcher", "beat", "worker"}
GIVEN_URLS = ("DATABASE_URL", "BROKER_URL", "REDIS_URL", "SECRET_KEY")


def until(condition: Callable[[], T | None], seconds: float = PATIENCE) -> T:
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, "the condition did not become true in time"
        time.sleep(0.1)
    return found


class Platform:
    def __init__(self, state_dir: Path, **settings: str) -> None:
        self.state_dir = state_dir
        self.port = free_port()
        inherited = {name: value for name, value in os.environ.items() if name not in GIVEN_URLS}
        self.env = {**inherited, "STATE_DIR": str(state_dir), "PORT": str(self.port), **settings}
        self.output = state_dir.with_suffix(".output")

    def start(self, *arguments: str) -> Platform:
        with self.output.open("wb") as output:
            self.launcher = subprocess.Popen(
                [sys.executable, "-m", "launcher", *arguments],
                cwd=CHECKOUT,
                env=self.env,
                stdout=output,
                stderr=output,
            )
        return self

    def until_ready(self) -> str:
        """Returns the sign-in address."""

        def address() -> str | None:
            assert self.launcher.poll() is None, self.shown()
            said = re.search(r"RestJobScheduler is ready: (\S+)", self.shown())
            return said[1] if said else None

        return until(address)

    def shown(self) -> str:
        return self.output.read_text(errors="replace")

    def run(self) -> dict[str, object]:
        answer: dict[str, object] = json.loads((self.state_dir / "run.json").read_text())
        return answer

    def pids(self) -> dict[str, int]:
        processes = self.run()["processes"]
        assert isinstance(processes, dict)
        return {name: process["pid"] for name, process in processes.items()}

    def family(self) -> list[psutil.Process]:
        return psutil.Process(self.launcher.pid).children(recursive=True)

    def is_ready(self) -> bool:
        return self.status_of("/health/ready") == 200

    def status_of(self, path: str, **headers: str) -> int | None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path, headers=headers)
            return connection.getresponse().status
        except OSError:
            return None
        finally:
            connection.close()

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Runs a command that knows only the state directory of this platform."""
        env = {name: value for name, value in self.env.items() if name != "PORT"}
        return subprocess.run(
            [sys.executable, *arguments], cwd=CHECKOUT, env=env, capture_output=True, text=True, check=False
        )

    def end(self, with_signal: signal.Signals) -> int:
        self.launcher.send_signal(with_signal)
        return self.launcher.wait(PATIENCE)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def have_ended(family: list[psutil.Process]) -> bool:
    return not any(p.is_running() and p.status() != psutil.STATUS_ZOMBIE for p in family)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    one = Platform(tmp_path_factory.mktemp("make-run") / "state").start()
    yield one
    if one.launcher.poll() is None:
        one.end(signal.SIGTERM)


@pytest.fixture
def platform(shared: Platform) -> Platform:
    """Returns the shared platform, running. A test may stop it."""
    if shared.launcher.poll() is not None:
        shared.start()
    shared.until_ready()
    until(lambda: shared.pids().keys() == PROCESSES)
    return shared


def test_it_shows_an_address_that_signs_in(platform: Platform) -> None:
    address = platform.until_ready()
    assert re.fullmatch(rf"http://localhost:{platform.port}/sign-in/[\w-]+/", address)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_by_name_and_by_number_it_signs_in_and_opens_websockets(platform: Platform, host: str) -> None:
    made = platform.command("manage.py", "sign_in_link", "admin")
    site, cookies = f"http://{host}:{platform.port}", CookieJar()
    browser = build_opener(HTTPCookieProcessor(cookies))
    link = f"{site}{made.stdout.strip()}"
    assert browser.open(link).status == 200
    token = next(one.value for one in cookies if one.name == "csrftoken")
    assert browser.open(link, urlencode({"csrfmiddlewaretoken": token}).encode()).status == 200
    with browser.open(f"{site}/api/v1/session/") as session:
        assert json.load(session)["user"]["username"] == "admin"
    sent = "; ".join(f"{one.name}={one.value}" for one in cookies)
    stream = f"ws://{host}:{platform.port}/ws/jobs/"
    with connect(stream, origin=Origin(site), additional_headers={"Cookie": sent}) as socket:
        assert json.loads(socket.recv(timeout=PATIENCE))["notification_type"] == "sync"


def test_run_json_names_the_servers_and_all_processes(platform: Platform) -> None:
    run = platform.run()
    assert run.keys() == {"url", "database_url", "broker_url", "redis_url", "processes"}
    assert run["url"] == f"http://localhost:{platform.port}"
    assert all(psutil.pid_exists(pid) for pid in platform.pids().values())
    assert (platform.state_dir / "run.json").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "name", ["worker", *[pytest.param(one, marks=pytest.mark.long) for one in sorted(PROCESSES - {"worker"})]]
)
def test_a_killed_process_comes_back(platform: Platform, name: str) -> None:
    before = platform.pids()[name]
    os.kill(before, signal.SIGKILL)
    until(lambda: platform.pids().get(name) not in {before, None})
    until(platform.is_ready)


def test_a_command_beside_it_finds_its_servers(platform: Platform) -> None:
    made = platform.command("manage.py", "create_user", f"u{time.time_ns()}", "--role", "viewer", "--token")
    assert made.returncode == 0, made.stderr
    token = made.stdout.strip()
    assert platform.status_of("/api/v1/jobs/", Authorization=f"Token {token}") == 200


def test_a_second_start_says_where_the_first_one_is(platform: Platform) -> None:
    second = platform.command("-m", "launcher")
    assert second.returncode == 1
    assert f"is running already: http://localhost:{platform.port}" in second.stderr
    assert platform.is_ready()


def test_another_platform_on_its_port_says_who_has_it(platform: Platform, tmp_path: Path) -> None:
    other = Platform(tmp_path / "state", PORT=str(platform.port)).start()
    assert other.launcher.wait(PATIENCE) == 1
    web = platform.pids()["web"]
    assert re.fullmatch(
        rf"Port {platform.port} is taken by \S+ \(process {web}\): end that, or choose another, "
        r"such as `make run PORT=\d+`\.\n",
        other.shown(),
    )


def test_ctrl_c_leaves_no_process_and_no_lock(platform: Platform) -> None:
    family = platform.family()
    assert len(family) > len(PROCESSES)
    assert platform.end(signal.SIGINT) == 0
    assert have_ended(family)
    assert not platform.is_ready()
    left = {file.name for file in platform.state_dir.iterdir()}
    assert not left & {"lock", "run.json", "settings.json"}


def test_after_a_kill_of_the_launcher_the_next_start_cleans_up_and_runs(platform: Platform) -> None:
    family = platform.family()
    platform.end(signal.SIGKILL)
    platform.start()
    platform.until_ready()
    assert have_ended(family)
    assert marked_processes(platform) <= {p.pid for p in platform.family()}


def marked_processes(platform: Platform) -> set[int]:
    found = set()
    for process in psutil.process_iter():
        try:
            if process.environ().get(MARK) == str(platform.state_dir):
                found.add(process.pid)
        except (psutil.Error, OSError):
            continue
    return found


def test_it_ends_when_make_is_killed(platform: Platform) -> None:
    platform.end(signal.SIGTERM)
    code = "import subprocess, sys; subprocess.run([sys.executable, '-m', *sys.argv[1:]])"
    make = subprocess.Popen(
        [sys.executable, "-c", code, "launcher", "--with-parent"],
        cwd=CHECKOUT,
        env=platform.env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    until(platform.is_ready)
    family = psutil.Process(make.pid).children(recursive=True)
    make.kill()
    make.wait()
    until(lambda: have_ended(family))


def test_it_starts_while_broker_and_redis_are_away(tmp_path: Path) -> None:
    closed_port = free_port()
    away = {
        "BROKER_URL": f"amqp://127.0.0.1:{closed_port}//",
        "REDIS_URL": f"redis://127.0.0.1:{closed_port}/0",
    }
    one = Platform(tmp_path / "state", **away).start()
    try:
        one.until_ready()
        assert one.is_ready()
        assert "valkey" not in one.pids()
        until(lambda: {"postgres", "web", "dispatcher", "worker"} <= one.pids().keys())
    finally:
        one.end(signal.SIGTERM)


@pytest.mark.parametrize(
    ("name", "value"),
    [("PORT", "abc"), ("PORT", "70000"), ("WORKER_CONCURRENCY", "0"), ("HANDLER_PACKAGES", "acme.jobs")],
)
def test_a_wrong_setting_stops_the_start_with_one_sentence(tmp_path: Path, name: str, value: str) -> None:
    one = Platform(tmp_path / "state", **{name: value}).start()
    assert one.launcher.wait(PATIENCE) == 1
    assert one.shown().startswith(f"{name}='{value}' is not usable: ")
    assert one.shown().count("\n") == 1
