"""Fixtures for all tests. What they need is started by the first test that asks, and ends with the run."""

from __future__ import annotations

import signal
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from tests.support import could_not_run, real_servers
from tests.support import servers as server_starts
from tests.support.could_not_run import Missing, skip_loudly
from tests.support.folders import private_folder
from tests.support.platform import Platform
from tests.support.real_servers import RealServers

HERE = Path(__file__).parent
# Quick ones first; what starts whole platforms last. Within a group pytest keeps its own order.
GROUPS = (("unit",), ("rules",), ("services", "api", "ws"), ("browser", "worker", "faults"), ("docs",))
# The first test of a platform waits for its start, and perhaps for an installation of servers.
PLATFORM_TIMEOUT_SECONDS = 600


@pytest.fixture(scope="session")
def servers() -> Iterator[None]:
    """Postgres and Valkey behind this process's settings. `db` and its kin bring them by themselves."""
    with server_starts.for_this_process():
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings(servers: None) -> None:
    """pytest-django's hook: runs before the test database is made."""


@pytest.fixture(scope="session")
def real() -> Iterator[RealServers]:
    """The servers of the real platform, which its tests may stop and start."""
    try:
        with real_servers.started() as found:
            yield found
    except Missing as missing:
        skip_loudly("the tests on real Postgres, RabbitMQ and Redis", missing)


@pytest.fixture(scope="session", params=["embedded", "real"])
def platform(request: pytest.FixtureRequest) -> Iterator[Platform]:
    """Everything `make run` starts: with servers of its own, then on real Postgres, RabbitMQ and Redis."""
    settings = request.getfixturevalue("real").settings() if request.param == "real" else {}
    with private_folder(request.param) as folder:
        platform = Platform(folder, settings=settings)
        try:
            platform.start()
            yield platform
        finally:
            platform.stop()


only_embedded = pytest.mark.parametrize("platform", ["embedded"], indirect=True)


def pytest_configure() -> None:
    """A SIGTERM, like Ctrl-C, ends the run with everything stopped and removed."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "platform" in getattr(item, "fixturenames", ()) and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(PLATFORM_TIMEOUT_SECONDS))
    items.sort(key=_group)


def _group(item: pytest.Item) -> int:
    folder = item.path.relative_to(HERE).parts[0]
    return next((place for place, group in enumerate(GROUPS) if folder in group), len(GROUPS))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A failure brings the platform's last lines along."""
    report = yield
    platform = getattr(item, "funcargs", {}).get("platform")
    if report.failed and report.when == "call" and isinstance(platform, Platform):
        report.sections.append(("the platform's last lines", platform.last_lines()))
    return report


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    if could_not_run.is_failure() and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter: could_not_run.Terminal) -> Generator[None]:
    """Below everything else."""
    yield
    could_not_run.summarize(terminalreporter)
