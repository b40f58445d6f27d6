"""The embedded Valkey: broker, RedBeat's store and channel layer in one."""

from __future__ import annotations

import signal
import socket
from functools import cached_property
from pathlib import Path

from launcher.account import Account

# What is stored must survive a crash and may never be evicted: it is a broker here, not a cache.
CONFIG = """\
bind 127.0.0.1
port {port}
requirepass {password}
dir ./
appendonly yes
save ""
maxmemory-policy noeviction
"""


class Valkey:
    name = "valkey"
    stop_signal = signal.SIGTERM

    def __init__(self, folder: Path, *, program: Path, account: Account, port: int, password: str) -> None:
        self.data = folder / "valkey"
        self.log = folder / "valkey.log"
        self.account = account
        self.port = port
        self._program, self._password = program, password

    def url(self, database: int) -> str:
        return f"redis://:{self._password}@127.0.0.1:{self.port}/{database}"

    @cached_property
    def command(self) -> list[str]:
        return [str(self._program), str(self._config)]

    @property
    def working_folder(self) -> Path:
        return self.data

    @property
    def _config(self) -> Path:
        return self.data / "valkey.conf"

    def prepare(self) -> None:
        self.data.mkdir(mode=0o700, exist_ok=True)
        self.account.own(self.data)
        self._config.touch(mode=0o600)
        self._config.write_text(CONFIG.format(port=self.port, password=self._password))
        self.account.own(self._config)

    def is_ready(self) -> bool:
        """Answers commands, which it does only when it has read its files back."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
                connection.sendall(f"AUTH {self._password}\r\nPING\r\n".encode())
                answers = connection.makefile("rb")
                return answers.readline() == b"+OK\r\n" and answers.readline() == b"+PONG\r\n"
        except OSError:
            return False
