"""Whether the web process is ready. `python -m launcher.readiness PORT` exits 0 if it is."""

from __future__ import annotations

import http.client
import sys


def web_is_ready(port: int) -> bool:
    # No urllib: it would ask the proxy that the environment names.
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/health/ready")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(0 if web_is_ready(int(sys.argv[1])) else 1)
