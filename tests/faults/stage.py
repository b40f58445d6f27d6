"""The whole platform with two of everything, each process behind proxies of its own."""

from __future__ import annotations

import base64
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import psycopg
from psycopg.rows import dict_row

from foundation.discover import CHECKOUT
from scheduler_project import platform_name
from tests.faults.clocks import Clocks
from tests.faults.kept import Kept
from tests.faults.proxy import Link, Proxies
from tests.faults.small_disk import SmallDisk
from tests.support import environment
from tests.support.api import Api
from tests.support.ports import ReservedPort
from tests.support.real_servers import RealServers
from tests.support.waiting import wait_for

HANDLERS = "tests.faults.handlers"
TEMPLATES = Path(__file__).parent / "handlers" / "templates.json"
SLOTS = 3
MAX_LINES = 1_000_000
START_SECONDS = 180
SERVERS = ("database", "broker", "redis")


class Stage:
    """`processes` by name; `links` by (process, server). Use `raised` to make one."""

    def __init__(
        self, folder: Path, servers: RealServers, proxies: Proxies, *, clocks: Clocks, disk: SmallDisk
    ) -> None:
        self.servers, self.clocks, self.disk = servers, clocks, disk
        self.witness = folder / "witness"
        self.witness.touch()
        self.processes: dict[str, Kept] = {}
        self.links: dict[tuple[str, str], Link] = {}
        self._folder, self._proxies = folder, proxies
        self._secret_key = secrets.token_hex(32)
        self._secrets_key = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
        self._port = ReservedPort()
        self.token = cache(self._make_token)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port.number}"

    @property
    def platform_name(self) -> str:
        return platform_name.derive(self._secret_key, self.servers.database.url)

    def api(self, role: str = "editor") -> Api:
        return Api(self.url, self.token(role))

    def sql(self) -> psycopg.Connection[dict[str, object]]:
        """Straight to the server: what a fault does to the links is not done to the observer."""
        return psycopg.connect(
            self.servers.database.url, autocommit=True, row_factory=dict_row, connect_timeout=30
        )

    @property
    def secrets(self) -> list[str]:
        """What nothing that anybody reads may contain."""
        passwords = [urlsplit(getattr(self.servers, server).url).password for server in SERVERS]
        # "guest" is everybody's.
        own = [password for password in passwords if password and password != "guest"]
        return [*own, self._secret_key, self._secrets_key, *map(self.token, ("viewer", "operator", "editor"))]

    def logs(self) -> dict[str, str]:
        return {name: kept.last_lines(MAX_LINES) for name, kept in self.processes.items()}

    def of_kind(self, kind: str) -> list[Kept]:
        return [kept for name, kept in self.processes.items() if name.split("-")[0] == kind]

    def links_to(self, server: str) -> list[Link]:
        return [link for (_, reached), link in self.links.items() if reached == server]

    def start(self) -> None:
        self._manage("migrate", "--verbosity=0")
        self._port.release()
        manage = [sys.executable, "manage.py"]
        celery = [sys.executable, "-m", "celery", "--quiet", "-A", "scheduler_project"]
        self._keep("web", [*manage, "serve", "--port", str(self._port.number)])
        for number in "12":
            self._keep(f"dispatcher-{number}", [*manage, "dispatch"])
            self._keep(f"worker-{number}", [*celery, "worker", "--concurrency", str(SLOTS)])
            self._keep(f"beat-{number}", [*celery, "beat"])
        self.await_web()
        with self.api() as api:
            wait_for("both workers serve", lambda: len(live_workers(api)) == 2, within=START_SECONDS)
        self._manage("import_templates", str(TEMPLATES))

    def await_web(self) -> None:
        wait_for("the API answers", self._is_ready, within=START_SECONDS, every=0.3)

    def stop(self) -> None:
        for kept in self.processes.values():
            kept.stop_keeping()
        for kept in self.processes.values():
            kept.stop()

    def last_lines(self, number: int = 40) -> str:
        return "\n".join(
            f"--- {name} ({kept.starts} starts)\n{kept.last_lines(number)}"
            for name, kept in self.processes.items()
        )

    def _keep(self, name: str, command: list[str]) -> None:
        for server in SERVERS:
            self.links[name, server] = self._proxies.link(getattr(self.servers, server).url)
        urls = {server: self.links[name, server].url for server in SERVERS}
        self.processes[name] = Kept(
            name,
            command,
            env={**self._environment(urls), **self.clocks.environment(name)},
            log=self._folder / f"{name}.log",
        )

    def _environment(self, urls: dict[str, str]) -> dict[str, str]:
        return {
            **environment.copy_without_settings(),
            "SECRET_KEY": self._secret_key,
            "SECRETS_KEYS": self._secrets_key,
            "DATABASE_URL": urls["database"],
            "BROKER_URL": urls["broker"],
            "REDIS_URL": urls["redis"],
            "HANDLER_PACKAGES": HANDLERS,
            "WITNESS_FILE": str(self.witness),
            "TERMINATE_GRACE_SECONDS": "3",
            "STATE_DIR": str(self._folder / "no-state"),
            "PYTHONUNBUFFERED": "1",
            "PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges",
        }

    def _make_token(self, role: str) -> str:
        return self._manage("create_user", f"a-{role}", "--role", role, "--token")

    def _manage(self, *arguments: str) -> str:
        urls = {server: getattr(self.servers, server).url for server in SERVERS}
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=CHECKOUT,
            env=self._environment(urls),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=START_SECONDS,
        )
        assert done.returncode == 0, f"{arguments}: {done.stdout}{done.stderr}"
        return done.stdout.strip()

    def _is_ready(self) -> bool:
        try:
            return httpx.get(f"{self.url}/health/ready", trust_env=False, timeout=10).status_code == 200
        except httpx.TransportError:
            return False


def live_workers(api: Api) -> list[object]:
    try:
        answer = api.get("workers/")
    except httpx.TransportError:
        return []
    return list(answer.json()["results"]) if answer.status_code == 200 else []


@contextmanager
def raised(
    folder: Path, servers: RealServers, *, clocks: Clocks | None = None, disk: SmallDisk | None = None
) -> Iterator[Stage]:
    with Proxies() as proxies:
        stage = Stage(
            folder,
            servers,
            proxies,
            clocks=clocks or Clocks(folder, wanted=False),
            disk=disk or SmallDisk(folder, missing="not asked for"),
        )
        try:
            stage.start()
            yield stage
        finally:
            stage.stop()
