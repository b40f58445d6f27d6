"""Real Postgres, RabbitMQ and Redis of our own, and the platform's processes on them as in production."""

from __future__ import annotations

import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg

from bench import witness
from foundation.discover import CHECKOUT
from launcher.readiness import is_free, is_web_ready
from tests.support import environment, real_servers
from tests.support.folders import make_private_folder
from tests.support.ports import find_free_port
from tests.support.processes import Program
from tests.support.real_servers import Place
from tests.support.servers import Server
from tests.support.waiting import wait_for

POOL_PROCESSES = 2  # of our worker and of Celery's alike
START_SECONDS = 90
POSTGRES, RABBITMQ, REDIS = SERVERS = ("postgres", "beam.smp", "redis-server")
SERVE = ("manage.py", "serve", "--port")
WORKER = ("worker", "--concurrency", str(POOL_PROCESSES))
CELERY = ("-m", "celery", "--quiet", "-A", "scheduler_project")
MAX_CONNECTIONS = 600  # part `h` holds hundreds of idle ones


@dataclass
class Stage:
    """`settings` is the environment of whatever runs on it; `token` opens the API as an editor."""

    folder: Path
    settings: dict[str, str]
    servers: dict[str, int]  # their pids, by program
    database: Server
    token: str = ""

    @property
    def witness(self) -> Path:
        return self.folder / "witness"

    @property
    def database_url(self) -> str:
        return self.settings["DATABASE_URL"]

    def environment(self) -> dict[str, str]:
        return {**environment.copy_without_settings(), **self.settings}

    def run(self, *arguments: str) -> str:
        """One of our commands, to its end."""
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=CHECKOUT,
            env=self.environment(),
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        if done.returncode:
            raise RuntimeError(f"{arguments} failed:\n{done.stdout}{done.stderr}")
        return done.stdout.strip()

    @contextmanager
    def running(self, name: str, *arguments: str) -> Iterator[Program]:
        """One of our programs, for a while; its output is in the folder."""
        command = [sys.executable, *arguments]
        program = Program(command, log=self.folder / f"{name}.log", cwd=CHECKOUT, env=self.environment())
        try:
            yield program
        finally:
            program.stop(grace=20)

    @contextmanager
    def web(self) -> Iterator[tuple[int, Program]]:
        """REST alone, by WSGI; answers its port."""
        port = find_free_port()
        with self.running("web", *SERVE, str(port), "--wsgi") as program:
            _await("the web process answers", program, lambda: is_web_ready(port))
            yield port, program

    @contextmanager
    def platform(self) -> Iterator[tuple[int, dict[str, Program]]]:
        """Everything but the servers; answers the port of REST, and the processes by name."""
        with ExitStack() as stack:
            port, web = stack.enter_context(self.web())
            programs = {"web": web}
            for name, *arguments in (
                ("sockets", *SERVE, str(find_free_port())),
                ("dispatcher", "manage.py", "dispatch"),
                ("beat", *CELERY, "beat"),
            ):
                programs[name] = stack.enter_context(self.running(name, *arguments))
            programs["worker"] = stack.enter_context(self.worker())
            _await("a worker serves", programs["worker"], self._worker_serves)
            yield port, programs

    def worker(self, processes: int = POOL_PROCESSES) -> AbstractContextManager[Program]:
        """Starts a worker, the platform's own or one more."""
        return self.running("worker", *CELERY, "worker", "--concurrency", str(processes))

    def restart_database(self) -> None:
        """Restarts Postgres and returns when it answers."""
        self.database.stop()
        self.database.start()
        self.servers.update(_find_servers())

    @contextmanager
    def sockets(self) -> Iterator[int]:
        """The websockets' process; answers its port."""
        port = find_free_port()
        with self.running("sockets", *SERVE, str(port)) as program:
            _await("the socket process answers", program, lambda: is_web_ready(port))
            yield port

    @contextmanager
    def broadcast(self) -> Iterator[int]:
        """The plain ASGI broadcast under the same server; answers its port."""
        port = find_free_port()
        app = ("-m", "uvicorn", "bench.references.broadcast:application", "--lifespan", "off")
        with self.running("broadcast", *app, "--log-level", "warning", "--port", str(port)) as program:
            _await("the plain broadcast answers", program, lambda: not is_free(port))
            yield port

    @contextmanager
    def drf(self) -> Iterator[int]:
        """The minimal DRF endpoint on the same web server; answers its port."""
        port = find_free_port()
        with self.running("drf", "-m", "bench.references.drf", str(port)) as program:
            _await("the DRF endpoint answers", program, lambda: not is_free(port))
            yield port

    @contextmanager
    def bare_celery(self, app: str = "celery_app", *options: str) -> Iterator[Program]:
        """Runs the worker of one of the two bare Celery applications in `references`."""
        command = ("-m", "celery", "--quiet", "-A", f"bench.references.{app}")
        with self.running("celery", *command, *WORKER, *options) as program:
            yield program

    def _worker_serves(self) -> bool:
        with psycopg.connect(self.database_url) as connection:
            return connection.execute("SELECT FROM jobs_workernode").fetchone() is not None


@contextmanager
def stage() -> Iterator[Stage]:
    """Raises Missing where a server can neither be started nor found."""
    place = Place(options=("-c", f"max_connections={MAX_CONNECTIONS}"))
    with make_private_folder("bench") as folder, real_servers.run_real_servers(place) as servers:
        settings = {
            **servers.settings(),
            "SECRET_KEY": secrets.token_hex(32),
            "HANDLER_PACKAGES": "bench.handlers",
            "STATE_DIR": str(folder / "none"),
            "LOG_LEVEL": "WARNING",
            "SESSION_REQUESTS_PER_SECOND": "0",
            witness.VARIABLE: str(folder / "witness"),
        }
        ready = Stage(folder, settings, _find_servers(), servers.database)
        witness.clear(ready.witness)
        ready.run("manage.py", "migrate", "--no-input", "--verbosity", "0")
        ready.run("manage.py", "import_templates", "bench/templates.json")
        ready.token = ready.run("manage.py", "create_user", "bench", "--role", "editor", "--token")
        ready.run("-m", "bench.references.drf")
        yield ready


def _find_servers() -> dict[str, int]:
    """Returns the pids of the servers that run below this process, by program."""
    children = {process.name(): process.pid for process in psutil.Process().children()}
    return {name: pid for name, pid in children.items() if name in SERVERS}


def _await(what: str, program: Program, look: Callable[[], bool]) -> None:
    wait_for(what, lambda: program.has_ended or look(), within=START_SECONDS)
    if program.has_ended:
        raise RuntimeError(f"{what}: it ended instead:\n{program.last_lines()}")
