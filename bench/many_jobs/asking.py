"""Sends requests one after another over one connection, and takes the median time of the warm ones."""

from __future__ import annotations

import http.client
import sys
import time
from collections.abc import Iterable, Mapping
from statistics import median

from bench.many_jobs.requests import Request

WARM, SLOW_SECONDS = 2, 0.5


class Door:
    """Asks one web process, with a token or with the cookie of a session."""

    def __init__(
        self, port: int, headers: Mapping[str, str], places: Mapping[str, str], repeats: int
    ) -> None:
        self._port, self._headers = port, {"Content-Type": "application/json", **headers}
        self._places, self._repeats = places, repeats

    def measure(self, requests: Iterable[Request]) -> dict[str, float]:
        """Returns the median milliseconds of each request by its name."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        try:
            return {request.name: self._median(connection, request) for request in requests}
        finally:
            connection.close()

    def _median(self, connection: http.client.HTTPConnection, request: Request) -> float:
        path, body = self._fill_in(request.path), request.text()
        text = None if body is None else self._fill_in(body.decode()).encode()
        taken: list[float] = []
        for number in range(WARM + self._repeats):
            began = time.perf_counter()
            connection.request("GET" if text is None else "POST", path, text, dict(self._headers))
            answer = connection.getresponse()
            got = answer.read()
            seconds = time.perf_counter() - began
            if answer.status >= 300:
                print(
                    f"  {request.name}: {answer.status} after {seconds:.1f} s {got[:200]!r}", file=sys.stderr
                )
                return float("inf")
            if number >= WARM or seconds > SLOW_SECONDS:
                taken.append(seconds * 1000)
            if seconds > SLOW_SECONDS and number >= WARM:
                break
        return median(taken)

    def _fill_in(self, text: str) -> str:
        for name, value in self._places.items():
            text = text.replace(f"{{{name}}}", value)
        return text
