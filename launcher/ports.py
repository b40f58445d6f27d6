"""Ports of the embedded servers: chosen once per state directory, and whether a port is free."""

from __future__ import annotations

import json
import random
import socket
from pathlib import Path

import psutil

# Below 32768: from there on the kernel hands ports out to outgoing connections.
LOWEST, HIGHEST = 20000, 32767


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # or connections just closed would count
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def kept_port(folder: Path, name: str) -> int:
    """The port this server had last time, or a new one where that is taken or none was chosen yet."""
    file = folder / "ports.json"
    ports: dict[str, int] = json.loads(file.read_text()) if file.exists() else {}
    port = ports.get(name)
    if port is None or not is_free(port):
        others = set(ports.values())
        port = next(p for p in iter(_any_port, None) if p not in others and is_free(p))
        ports[name] = port
        file.write_text(json.dumps(ports))
    return port


def _any_port() -> int:
    return random.randint(LOWEST, HIGHEST)  # noqa: S311 - a guess at a free port, no secret


def why_not_usable(port: int) -> str:
    """One sentence about who has the port, or that it needs rights we lack. For a port that is not free."""
    holder = _holder(port)
    if holder is None and port < 1024:
        return f"Port {port} needs root rights: choose another, such as `make run PORT=8001`."
    by = f" by {holder}" if holder else ""
    other = port + 1 if port < 65535 else 8001
    return f"Port {port} is taken{by}: end that, or choose another, such as `make run PORT={other}`."


def _holder(port: int) -> str | None:
    try:
        for connection in psutil.net_connections(kind="tcp"):
            here = connection.status == psutil.CONN_LISTEN and connection.laddr[1:] == (port,)
            if here and connection.pid:
                return f"{psutil.Process(connection.pid).name()} (process {connection.pid})"
    except psutil.Error:
        pass
    return None
