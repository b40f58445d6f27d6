"""A dispatcher that stands still within a transaction loses it, with all that it locked."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import DatabaseError, transaction

from foundation.database_limits import Limits, lift_limits, limit_new_connections
from jobs.models import Pulse
from tests.jobs_fixtures import together

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def frozen_soon() -> Iterator[None]:
    limit_new_connections(Limits(statement=60, lock=60, idle_in_transaction=2))
    yield
    lift_limits()


@pytest.mark.usefixtures("frozen_soon")
def test_its_locks_are_free_again() -> None:
    Pulse.objects.create(at="2026-01-31T12:00:00Z")

    def stand_still() -> None:
        with transaction.atomic():
            Pulse.objects.select_for_update().get()
            # Waits on another connection for the lock that this one holds, as long as it is held.
            together(lambda: Pulse.objects.update(at="2027-01-31T12:00:00Z"))
            Pulse.objects.get()

    def freeze() -> None:
        with pytest.raises(DatabaseError, match="idle-in-transaction"):
            stand_still()

    together(freeze)
    assert Pulse.objects.get().at.year == 2027
