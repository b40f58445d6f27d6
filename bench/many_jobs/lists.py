"""Measures every request with few jobs and with many, and puts both side by side."""

from __future__ import annotations

import http.client
import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from statistics import median
from urllib.parse import urlencode

from bench.latency import latencies, requester
from bench.ledger import connect_to_fill
from bench.many_jobs.asking import Door
from bench.many_jobs.filling import fill, import_templates
from bench.many_jobs.history import History, series_id
from bench.many_jobs.partitions import forget
from bench.many_jobs.places import find_places
from bench.many_jobs.requests import admin_pages, reads, writes
from bench.many_jobs.sockets import first_frame_ms
from bench.many_jobs.waiting import await_numbers, fill_with_waiting
from bench.scale import Scale
from bench.stage import Stage
from bench.table import Row

SMALL, SMALL_WAITING, SMALL_SERIES = 1000, 1000, 250
DAYS = 29  # before today: retention keeps them all
MAX_MS, MAX_RATIO = 50, 1.5
SHORT_MS = 2.0  # of difference, which is noise
DISPATCHES = 40
HOUR = timedelta(hours=1)


def measure(stage: Stage, scale: Scale) -> list[Row]:
    """Returns the rows; nothing may run, and no job is left afterwards."""
    now = datetime.now(UTC)
    oldest = (now - timedelta(days=DAYS)).replace(hour=0, minute=0, second=0, microsecond=0)
    import_templates(stage)
    few = History(SMALL, now - 3 * HOUR, now - HOUR, SMALL_SERIES)
    many = History(scale.ended_jobs, oldest, now - HOUR, scale.waiting_series)
    small = _costs(stage, scale, few, SMALL_WAITING, kept_since=oldest)
    large = _costs(stage, scale, many, scale.waiting_jobs, kept_since=oldest)
    forget(stage)
    growing = {request.name for request in (*reads(), *admin_pages()) if request.grows}
    rows = [
        Row(
            "m", what, "ms", [large[what]], f"{SMALL:,} jobs", [small[what]],
            at_most=None if what in growing or large[what] - small[what] < SHORT_MS else MAX_RATIO,
        )
        for what in large
    ]  # fmt: skip
    slowest = max(large, key=lambda what: large[what])
    over = [what for what in large if large[what] > MAX_MS]
    print(f"(m) over {MAX_MS} ms: {', '.join(over) or 'none'}", file=sys.stderr, flush=True)
    return [*rows, Row("m", f"the slowest: {slowest}", "ms", [large[slowest]], at_most=MAX_MS)]


def _costs(
    stage: Stage, scale: Scale, history: History, waiting: int, *, kept_since: datetime
) -> dict[str, float]:
    """Returns the median milliseconds of each request with so many jobs."""
    forget(stage)
    began = time.monotonic()
    fill(stage, history, kept_since=kept_since)
    fill_with_waiting(stage, history, waiting)
    print(
        f"(m) {history.jobs:,} jobs were filled in {time.monotonic() - began:.0f} s",
        file=sys.stderr,
        flush=True,
    )
    with stage.platform() as (port, _), stage.sockets() as sockets_port:
        await_numbers(stage)
        return ask_all(stage, scale, port, sockets_port)


def ask_all(stage: Stage, scale: Scale, port: int, sockets_port: int) -> dict[str, float]:
    """Returns the median milliseconds of each request to the web process and the websockets' process at these ports."""
    places = _places(stage)
    door = Door(port, {"Authorization": f"Token {stage.token}"}, places, scale.warm_requests)
    costs = door.measure(reads())
    costs |= Door(port, {"Cookie": _sign_in(stage, port)}, places, scale.warm_requests).measure(admin_pages())
    costs["websocket: first frame"] = first_frame_ms(stage, sockets_port, scale.warm_requests)
    costs |= door.measure(writes())
    with requester(stage, port) as create:
        costs["create to handler start"] = median(latencies(stage, DISPATCHES, create))
    return costs


def _places(stage: Stage) -> Mapping[str, str]:
    with connect_to_fill(stage) as connection:
        row = connection.execute(f"SELECT {series_id('0')}, {series_id('7')}").fetchone()
    assert row is not None
    return find_places(stage, {"series": str(row[0]), "small_series": str(row[1])})


def _sign_in(stage: Stage, port: int) -> str:
    """Returns the cookies of a session, which the button on the page of a sign-in link begins."""
    link = stage.run("manage.py", "sign_in_link", "bench")
    cookies = _cookies_of(port, "GET", link)
    form = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": _join(cookies)}
    body = urlencode({"csrfmiddlewaretoken": cookies["csrftoken"]})
    return _join(cookies | _cookies_of(port, "POST", link, body, form))


def _cookies_of(
    port: int, method: str, path: str, body: str | None = None, headers: Mapping[str, str] | None = None
) -> dict[str, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request(method, path, body, headers or {})
    answer = connection.getresponse()
    sent = [value for name, value in answer.getheaders() if name.lower() == "set-cookie"]
    connection.close()
    if not sent:
        raise RuntimeError(f"{method} of the sign-in link was answered with {answer.status}")
    return dict(cookie.partition(";")[0].split("=", 1) for cookie in sent)


def _join(cookies: Mapping[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in cookies.items())
