import pytest

from jobs.dispatcher import polls
from tests.jobs_fixtures import _clear_caches_of_other_tests as _clear_caches_of_other_tests
from tests.jobs_fixtures import dispatching as dispatching
from tests.jobs_fixtures import pooled as pooled
from tests.jobs_fixtures import write_handler as write_handler


@pytest.fixture(autouse=True)
def _polls_count_as_fast(monkeypatch: pytest.MonkeyPatch) -> None:
    """A dispatcher polls at each run, also where the machine is busy; unit/test_polls.py is about slow ones."""
    monkeypatch.setattr(polls, "SLOW_SECONDS", 600)
