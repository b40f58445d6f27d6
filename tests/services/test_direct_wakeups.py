"""Wake-ups past a pool: a lost connection is said and opened again, and a wrong database is found out."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from environ import Env
from pytest_django import Settings

from foundation import direct_connection
from jobs import wakeup
from jobs.dispatcher.direct_wakeups import DirectWakeups
from jobs.problems import Code
from tests.faults.proxy import Link, Proxies
from tests.support.waiting import wait_for
from tests.support.web import build_database_url

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def link(settings: Settings) -> Iterator[Link]:
    """The way of DATABASE_DIRECT_URL to Postgres."""
    with Proxies() as proxies:
        link = proxies.link(build_database_url())
        settings.DIRECT_DATABASE = {**settings.DIRECT_DATABASE, **Env.db_url_config(link.url)}
        yield link


@pytest.fixture
def wakeups(link: Link) -> Iterator[DirectWakeups]:
    wakeups = DirectWakeups()
    yield wakeups
    wakeups.close()


def test_a_wake_up_arrives(wakeups: DirectWakeups) -> None:
    assert wakeups.check() is None
    wakeup.wake_dispatchers()
    assert len(wakeups.receive(timeout=10, stop_after=1)) == 1


def test_before_the_connection_is_open_the_dispatcher_only_waits(wakeups: DirectWakeups) -> None:
    began = time.monotonic()
    assert wakeups.receive(timeout=0.2) == []
    assert time.monotonic() - began >= 0.2


def test_a_lost_connection_is_said_and_opened_again_when_the_server_is_back(
    link: Link, wakeups: DirectWakeups
) -> None:
    assert wakeups.check() is None
    link.set("refuses")
    wait_for("the loss is noticed", lambda: wakeups.receive(timeout=1) == [] and wakeups.check(), within=10)
    problem = wakeups.check()
    assert problem is not None
    assert problem.code == Code.WAKEUPS_LOST
    assert "DATABASE_DIRECT_URL cannot be used" in problem.detail
    assert wakeups.receive(timeout=0.01) == []
    link.set("flows")
    wait_for("it is open again", lambda: wakeups.check() is None, within=10)
    wakeup.wake_dispatchers()
    assert len(wakeups.receive(timeout=10, stop_after=1)) == 1


def test_another_database_is_said(
    wakeups: DirectWakeups, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(direct_connection, "DELIVERY_SECONDS", 0.2)
    settings.DIRECT_DATABASE = {**settings.DIRECT_DATABASE, "NAME": "postgres"}
    problem = wakeups.check()
    assert problem is not None
    assert "leads to another database" in problem.detail
