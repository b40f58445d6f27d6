"""Checks if a port is free, which process uses it, and if a web process is ready (`-m launcher.readiness PORT`)."""

import socket
import sys
from contextlib import closing, suppress
from http.client import HTTPConnection, HTTPException


def is_free(port: int) -> bool:
    """Returns whether a server on this machine could listen on the TCP port."""
    with suppress(OSError), socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # else just closed connections count
        probe.bind(("127.0.0.1", port))  # without listening, which would keep a server from starting just now
        return True
    return False


def describe_taken_port(port: int) -> str:
    """Returns one sentence that names the process which uses the port, or says that the port needs root rights."""
    import psutil  # here, so that the health check starts quickly

    holder = ""
    with suppress(psutil.Error):
        for one in psutil.net_connections(kind="tcp"):
            if one.pid and one.status == psutil.CONN_LISTEN and one.laddr[1:] == (port,):
                holder = f" by {psutil.Process(one.pid).name()} (process {one.pid})"
    if not holder and port < 1024:
        return f"Port {port} needs root rights: choose another, such as `make run PORT=8001`."
    other = port + 1 if port < 65535 else 8001
    return f"Port {port} is taken{holder}: end that, or choose another, such as `make run PORT={other}`."


def is_web_ready(port: int) -> bool:
    """Returns whether the web process on this port of this machine answers `/health/ready` with 200."""
    # No urllib: it would ask the proxy that the environment names.
    with suppress(OSError, HTTPException), closing(HTTPConnection("127.0.0.1", port, timeout=2)) as web:
        web.request("GET", "/health/ready")
        return web.getresponse().status == 200
    return False


if __name__ == "__main__":
    sys.exit(0 if is_web_ready(int(sys.argv[1])) else 1)
