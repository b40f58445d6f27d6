"""Reads the files for Prometheus and Grafana in deploy/, and runs a Prometheus that scrapes a platform."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from foundation.discover import CHECKOUT
from tests.support import debian
from tests.support.could_not_run import Missing
from tests.support.ports import find_free_port
from tests.support.processes import Program
from tests.support.waiting import wait_for

ALERTS = CHECKOUT / "deploy" / "prometheus" / "alerts.yml"
ALERTS_TEST = ALERTS.with_name("alerts_test.yml")
DASHBOARD = CHECKOUT / "deploy" / "grafana" / "restjobscheduler.json"
START_SECONDS = 30
_CONFIGURATION = """
global: {{scrape_interval: 1s, evaluation_interval: 1s}}
rule_files: [{rules}]
scrape_configs:
  - job_name: restjobscheduler
    authorization: {{type: Token, credentials: {token}}}
    static_configs: [{{targets: ["{target}"]}}]
"""


def list_dashboard_queries() -> list[str]:
    """Returns the queries of all panels of the dashboard."""
    dashboard = json.loads(DASHBOARD.read_text())
    return [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]


def find_program(name: str) -> str:
    """Returns the path of prometheus or promtool; installs Debian's if it can. Raises Missing."""
    if not shutil.which(name):
        debian.install("prometheus")
    found = shutil.which(name)
    if not found:
        raise Missing(
            f"there is no {name} here", remedy="install Prometheus (Debian's package is called prometheus)"
        )
    return found


class Prometheus:
    """Asks a running Prometheus."""

    def __init__(self, url: str) -> None:
        self._client = httpx.Client(base_url=f"{url}/api/v1/", trust_env=False, timeout=10)

    def close(self) -> None:
        """Closes the connection."""
        self._client.close()

    def query(self, expression: str) -> list[dict[str, Any]]:
        """Returns the series that the expression has now. Fails the test if Prometheus cannot read it."""
        answer = self._client.get("query", params={"query": expression})
        assert answer.status_code == 200, f"{expression}: {answer.text}"
        found: list[dict[str, Any]] = answer.json()["data"]["result"]
        return found

    def firing(self) -> set[str]:
        """Returns the names of the alerts that are pending or firing."""
        return {alert["labels"]["alertname"] for alert in self._client.get("alerts").json()["data"]["alerts"]}


@contextmanager
def run_prometheus(folder: Path, *, target: str, token: str) -> Iterator[Prometheus]:
    """Runs a Prometheus that scrapes `target` (host:port) every second with our alert rules. Raises Missing."""
    program, port = find_program("prometheus"), find_free_port()
    configuration = folder / "prometheus.yml"
    configuration.write_text(_CONFIGURATION.format(rules=ALERTS, token=token, target=target))
    command = [
        program,
        f"--config.file={configuration}",
        f"--storage.tsdb.path={folder / 'data'}",
        f"--web.listen-address=127.0.0.1:{port}",
    ]
    process = Program(command, log=folder / "prometheus.log")
    prometheus = Prometheus(f"http://127.0.0.1:{port}")
    try:
        wait_for("Prometheus has scraped", lambda: _has_scraped(prometheus), within=START_SECONDS)
        yield prometheus
    finally:
        prometheus.close()
        process.stop(grace=START_SECONDS)


def _has_scraped(prometheus: Prometheus) -> bool:
    try:
        return any(one["value"][1] == "1" for one in prometheus.query("up"))
    except httpx.TransportError:
        return False
