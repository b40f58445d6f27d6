"""Queues that users name keep their names for them, whatever the broker calls them."""

from __future__ import annotations

from typing import Any

import pytest

from jobs.messaging import names
from scheduler_project.celery import PlatformQueues, app


@pytest.fixture
def named(settings: Any) -> None:
    settings.PLATFORM_NAME, settings.NAMES_JOB_QUEUES = "blue", True


def test_without_a_name_of_the_platforms_a_queue_is_called_as_users_call_it() -> None:
    assert (names.broker_queue("mail"), names.user_queue("mail")) == ("mail", "mail")


def test_with_one_it_bears_it(named: None) -> None:
    assert names.broker_queue("mail") == "blue.mail"
    assert names.user_queue("blue.mail") == "mail"


def test_a_worker_is_given_the_names_that_users_know(named: None) -> None:
    queues = app.amqp.Queues([])
    assert isinstance(queues, PlatformQueues)
    queues.select(["mail", "news"])
    assert {queue.name for queue in queues.consume_from.values()} == {"blue.mail", "blue.news"}
    queues.deselect(["mail"])
    assert set(queues.consume_from) == {"blue.news"}


def test_keys_and_exchanges_bear_the_platforms_name(named: None) -> None:
    assert names.key("redbeat:") == "restjobscheduler:blue:redbeat:"
    assert names.at_broker("ticks") == "restjobscheduler.blue.ticks"
