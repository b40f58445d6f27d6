"""A process reports that it lives: one row, and none that stays for ever."""

from __future__ import annotations

import os
from datetime import timedelta

import pytest

from jobs.heartbeat import Heartbeat
from jobs.models import Process
from jobs.problems import PlatformProblem
from jobs.read import liveness
from tests.factories import process

pytestmark = pytest.mark.django_db


def test_it_writes_one_row_and_renews_it() -> None:
    heartbeat = Heartbeat("dispatcher")
    heartbeat.send()
    Process.objects.update(seen_at="2026-01-31T12:00:00Z")
    heartbeat.send([PlatformProblem("broker_unavailable", "away")])
    [row] = liveness.live_processes()
    assert (row["kind"], row["pid"]) == ("dispatcher", os.getpid())
    assert row["problems"] == [{"code": "broker_unavailable", "detail": "away"}]
    assert row["seen_at"] - row["started_at"] < timedelta(minutes=1)


def test_two_of_a_kind_on_one_host_are_two() -> None:
    for _ in range(2):
        Heartbeat("beat").send()
    assert len(liveness.live_processes()) == 2


def test_one_that_stops_is_listed_no_longer_and_one_that_is_silent_for_an_hour_is_forgotten() -> None:
    heartbeat = Heartbeat("web")
    heartbeat.send()
    heartbeat.stop()
    assert liveness.live_processes() == []
    old = process(silent_for=3700)
    heartbeat.send()
    assert not Process.objects.filter(pk=old.pk).exists()
    assert [row["name"] for row in liveness.live_processes()] == [heartbeat.name]
