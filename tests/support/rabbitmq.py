"""Runs a private RabbitMQ with its own node name, ports, files and epmd."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, Protocol, runtime_checkable

from launcher.servers import Account
from tests.support.could_not_run import Missing
from tests.support.ports import find_free_port
from tests.support.processes import Program
from tests.support.waiting import wait_for

CONFIG = """\
listeners.tcp.local = 127.0.0.1:{port}
# The tests send ids of a few bytes, so a full disk does not matter.
disk_free_limit.absolute = 10MB
"""
START_SECONDS = 180
STOP_SECONDS = 60
Resource = Literal["memory", "disk"]
# The rabbitmqctl commands that raise and clear a resource alarm. RabbitMQ blocks publishers in between.
ALARMS: dict[Resource, tuple[tuple[str, str], tuple[str, str]]] = {
    "memory": (("set_vm_memory_high_watermark", "0.00001"), ("set_vm_memory_high_watermark", "0.4")),
    "disk": (("set_disk_free_limit", "1000GB"), ("set_disk_free_limit", "10MB")),
}


@runtime_checkable
class HasAlarms(Protocol):
    def raise_alarm(self, kind: Resource) -> None: ...

    def clear_alarm(self, kind: Resource) -> None: ...


class RabbitMq:
    name = "rabbitmq"

    def __init__(self, folder: Path, *, program: Path, account: Account) -> None:
        self._folder, self._program, self._account = folder / "rabbitmq", program, account
        self._port, self._epmd_port = find_free_port(), find_free_port()
        self._node = f"restjobscheduler-{self._port}@localhost"
        self._folder.mkdir(mode=0o700)
        config = self._folder / "rabbitmq.conf"
        config.write_text(CONFIG.format(port=self._port))
        (self._folder / "enabled_plugins").write_text("[].\n")
        for path in (self._folder, *self._folder.iterdir()):
            account.own(path)
        self._epmd: Program | None = None
        self._broker: Program | None = None

    @property
    def url(self) -> str:
        return f"amqp://guest:guest@127.0.0.1:{self._port}//"

    def start(self) -> None:
        if self._epmd is None:
            # Otherwise Erlang starts an epmd that is never stopped.
            epmd = ["epmd", "-port", str(self._epmd_port), "-address", "127.0.0.1"]
            self._epmd = self._run(epmd, "epmd.log")
            wait_for("epmd listens", lambda: _is_listening(self._epmd_port), within=10)
        self._broker = broker = self._run([str(self._program)], "rabbitmq.log")
        wait_for(
            "RabbitMQ answers", lambda: broker.has_ended or speaks_amqp(self._port), within=START_SECONDS
        )
        if broker.has_ended:
            raise RuntimeError(f"RabbitMQ did not start:\n{broker.last_lines()}")

    def stop(self) -> None:
        """Stops only the broker; its epmd keeps running for the next start."""
        if self._broker is not None:
            self._broker.stop(grace=STOP_SECONDS)
            self._broker = None

    def kill(self) -> None:
        if self._broker is not None:
            self._broker.kill()
            self._broker = None

    def freeze(self) -> None:
        if self._broker is not None:
            self._broker.freeze()

    def thaw(self) -> None:
        if self._broker is not None:
            self._broker.thaw()

    def close(self) -> None:
        self.stop()
        if self._epmd is not None:
            self._epmd.stop()
            self._epmd = None

    def raise_alarm(self, kind: Resource) -> None:
        self._control(*ALARMS[kind][0])

    def clear_alarm(self, kind: Resource) -> None:
        self._control(*ALARMS[kind][1])

    def _control(self, *words: str) -> None:
        popen = self._account.popen()
        popen["env"] = {**popen["env"], **self._environment()}
        # The rabbitmqctl beside the server: the one in PATH works only for the user of Debian's service.
        command = [str(self._program.resolve().with_name("rabbitmqctl")), *words]
        done = subprocess.run(
            command, cwd=self._folder, capture_output=True, text=True, check=False, timeout=60, **popen
        )
        assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"

    def _run(self, command: list[str], log: str) -> Program:
        popen = self._account.popen()
        popen["env"] = {**popen["env"], **self._environment()}
        return Program(command, log=self._folder / log, stop_signal=signal.SIGTERM, cwd=self._folder, **popen)

    def _environment(self) -> dict[str, str]:
        folder = str(self._folder)
        return {
            "PATH": f"{os.defpath}:/usr/sbin:/sbin",
            "HOME": folder,  # where the Erlang cookie goes
            # Makes the start script exec the broker instead of waiting for it as a child.
            "RUNNING_UNDER_SYSTEMD": "true",
            "ERL_EPMD_PORT": str(self._epmd_port),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODENAME": self._node,
            "RABBITMQ_DIST_PORT": str(find_free_port()),
            "RABBITMQ_CONF_ENV_FILE": "/dev/null",
            "RABBITMQ_CONFIG_FILE": f"{folder}/rabbitmq.conf",
            "RABBITMQ_ADVANCED_CONFIG_FILE": f"{folder}/advanced.config",
            "RABBITMQ_GENERATED_CONFIG_DIR": f"{folder}/config",
            "RABBITMQ_SCHEMA_DIR": f"{folder}/schema",
            "RABBITMQ_ENABLED_PLUGINS_FILE": f"{folder}/enabled_plugins",
            "RABBITMQ_MNESIA_BASE": f"{folder}/mnesia",
            "RABBITMQ_LOG_BASE": f"{folder}/log",
            "RABBITMQ_PID_FILE": f"{folder}/pid",
            # Two scheduler threads that do not spin while they are idle.
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+S 2:2 +sbwt none -kernel inet_dist_use_interface {127,0,0,1}",
        }


@contextmanager
def exhaust_resource(kind: Resource, broker: object) -> Iterator[None]:
    """Makes RabbitMQ raise its memory or disk alarm while the block runs. Raises Missing if the broker is not ours."""
    if not isinstance(broker, HasAlarms):
        raise Missing("RabbitMQ's limits are not theirs to set here", remedy="install RabbitMQ")
    broker.raise_alarm(kind)
    try:
        yield
    finally:
        broker.clear_alarm(kind)


def _is_listening(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def speaks_amqp(port: int) -> bool:
    """Returns whether the broker completes AMQP's greeting: its port opens before it is ready."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
            connection.sendall(b"AMQP\x00\x00\x09\x01")
            return connection.recv(1) == b"\x01"
    except OSError:
        return False
