"""Fixtures for all tests. What they need is started by the first test that asks, and ends with the run."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, settings

from tests.support import could_not_run, interrupts, real_servers, sharing
from tests.support import servers as server_starts
from tests.support.could_not_run import Missing, skip_loudly
from tests.support.folders import make_private_folder
from tests.support.platform import Platform
from tests.support.provider import RealProvider, run_provider
from tests.support.real_servers import RealServers

# Quick ones first; what starts whole platforms last. Within a group pytest keeps its own order.
GROUPS = (
    ("unit",),
    ("rules",),
    ("services", "api", "ws"),
    ("browser", "worker", "faults", "upgrade"),
    ("docs",),
)
# The first test of a platform waits for its start, and perhaps for an installation of servers.
PLATFORM_TIMEOUT_SECONDS = 600
# How long an example takes says nothing when other tests share the processor.
BUSY_MACHINE = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("few", BUSY_MACHINE, max_examples=5)
settings.register_profile("many", BUSY_MACHINE, max_examples=200)
settings.load_profile("few")
_finished: set[str] = set()


@pytest.fixture(scope="session")
def servers() -> Iterator[None]:
    """Postgres and Valkey behind this process's settings. `db` and its kin bring them by themselves."""
    with server_starts.run_for_this_process():
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings(servers: None) -> None:
    """pytest-django's hook: runs before the test database is made."""


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """pytest-django's own, after which tests may empty the audit trail: their databases are emptied by TRUNCATE."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'audit_is_kept' AND tgenabled <> 'D'"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER audit_is_kept")


@pytest.fixture(scope="session")
def real() -> Iterator[RealServers]:
    """The servers of the real platform, which its tests may stop and start."""
    try:
        with real_servers.run_real_servers() as found:
            yield found
    except Missing as missing:
        skip_loudly("the tests on real Postgres, RabbitMQ and Redis", missing)


@pytest.fixture(scope="session", params=["embedded", pytest.param("real", marks=pytest.mark.long)])
def platform(request: pytest.FixtureRequest) -> Iterator[Platform]:
    """Everything `make run` starts: with servers of its own; in `make test-long` on real ones, too.

    A test that `make test` is to run on real Postgres, RabbitMQ and Redis asks for that by `parametrize`.
    """
    settings = request.getfixturevalue("real").settings() if request.param == "real" else {}
    with make_private_folder(request.param) as folder:
        platform = Platform(folder, settings=settings)
        try:
            platform.start()
            yield platform
        finally:
            platform.stop()


@pytest.fixture(scope="session")
def provider_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealProvider]:
    """A real sign-in provider. A test that changes what it says resets it first."""
    try:
        with run_provider(tmp_path_factory.mktemp("provider")) as found:
            yield found
    except Missing as missing:
        skip_loudly("the tests of single sign-on", missing)


only_embedded = pytest.mark.parametrize("platform", ["embedded"], indirect=True)


def pytest_configure(config: pytest.Config) -> None:
    interrupts.install_handlers(config)


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> None:
    interrupts.forward_to_workers(session.config)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> sharing.InOrder | None:
    return sharing.InOrder(config, log) if config.getoption("dist") == "loadscope" else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "platform" in getattr(item, "fixturenames", ()) and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(PLATFORM_TIMEOUT_SECONDS))
    items.sort(key=_group)


def _group(item: pytest.Item) -> int:
    return next((place for place, group in enumerate(GROUPS) if item.path.parent.name in group), len(GROUPS))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A failure brings the platform's last lines along."""
    report = yield
    could_not_run.attach_reasons(report)
    platform = getattr(item, "funcargs", {}).get("platform")
    if report.failed and report.when == "call" and isinstance(platform, Platform):
        report.sections.append(("the platform's last lines", platform.last_lines()))
    return report


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    could_not_run.collect_reasons(report)


def pytest_runtest_logfinish(nodeid: str) -> None:
    _finished.add(nodeid)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """What could not run is a failure in continuous integration; what was lost with its process is one anywhere."""
    if session.exitstatus == pytest.ExitCode.OK and (could_not_run.is_failure() or _lost(session)):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _lost(session: pytest.Session) -> int:
    """The number of tests that neither passed nor failed."""
    is_the_whole_run = not (hasattr(session.config, "workerinput") or session.config.option.collectonly)
    return session.testscollected - len(_finished) if is_the_whole_run else 0


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(
    terminalreporter: could_not_run.Terminal, exitstatus: int, config: pytest.Config
) -> Generator[None]:
    """Below everything else."""
    yield
    could_not_run.summarize(terminalreporter)
    if exitstatus == pytest.ExitCode.TESTS_FAILED and (
        lost := _lost(config.pluginmanager.getplugin("session"))
    ):
        terminalreporter.line(f"{lost} tests did not come to their end.", red=True, bold=True)
