"""What the worker reads in a message: jobs' ids, or nothing."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from jobs.tasks import job_ids_in

ONE, TWO = uuid.UUID(int=1), uuid.UUID(int=2)


def test_it_names_jobs() -> None:
    assert job_ids_in([str(ONE), str(TWO)]) == [ONE, TWO]


@pytest.mark.parametrize(
    "args",
    [(), (None,), (7,), (str(ONE),), ([str(ONE), 7],), (["x"],), ([None],), ([[]],), ({},), ([str(ONE)], 2)],
)
def test_one_that_was_forged_or_damaged_names_none(args: tuple[Any, ...]) -> None:
    assert job_ids_in(*args) == []
