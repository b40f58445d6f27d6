"""Whatever jobs do to their process, the next one finds it unchanged, by a comparison without the platform's lists."""

from __future__ import annotations

import json
import marshal
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from handlers import registry
from jobs.models import Job
from jobs.running import handler_loop
from jobs.running.patches import originals
from jobs.running.slot import slot
from jobs.services import execute
from jobs.services.execute import run_jobs
from tests.factories import WORKER, endings, job, queued, store
from tests.support import handlers_for_tests
from tests.support.handlers_for_tests import _ways_of_python, _ways_of_system, spoiler
from tests.support.handlers_for_tests._whole_process import Description, describe_process

pytestmark = pytest.mark.django_db(transaction=True)
TEMPLATES = json.loads(Path(handlers_for_tests.__file__).with_name("templates.json").read_text())
SEED, SPOILED_JOBS, MAX_WAYS = 4711, 200, 5
# They start programs that a pytest process, which adopts no orphans, cannot find: tests/worker covers these.
NEED_A_WORKER = {"daemon", "grandchild", "fork_stays"}
# They take seconds each and leave nothing that others do not leave as well.
SLOW = {"pool", "executor"}
# Only the end of this process undoes them, and they do not affect the next job.
UNFELT = {"death_signal", "process_name"}
# Careful code does these, too: restoring them costs less than a new process each time.
PUT_BACK = (
    "captured_warnings", "closed_loop", "environment_in_c", "first_weekday", "json_encoder", "loop_policy",
    "mail_charset", "new_builtin", "one_logger", "other_environment", "output_does_not_block", "path_unset_in_c",
    "receiver", "restarting_calls", "short_tracebacks", "start_method", "stop_dumps", "status_words",
    "temporary_folder", "url_opener",
)  # fmt: skip
# Each process imports handlers' modules for itself; the state of pytest and its plugins is no job's doing.
OF_THE_PROCESS = (f"module {handlers_for_tests.__name__}.", "sys.last_", "hypothesis.")


class Inspection:
    """Compares descriptions of this slot's process with the first one, except for what always changes."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "seen"
        describe_process()  # what this imports must be there before the process is forked
        self._first = self.describe()
        again = [self.describe(), self.describe()]
        slot.end_process()
        again += [self.describe(), self.describe()]
        self._noise = {name for later in again for name in self._find_changed(later)}

    def describe(self) -> Description:
        row = run("inspector", file=str(self._file))
        assert (row.state, row.attempt) == ("succeeded", 1), row.error
        seen: Description = marshal.loads(self._file.read_bytes())
        return seen

    def find_changes(self) -> dict[str, str]:
        """Returns what has changed since the first description."""
        now = self.describe()
        changed = self._find_changed(now) - self._noise
        return {name: f"{self._first[name][:300]} -> {now.get(name, 'gone')[:300]}" for name in changed}

    def _find_changed(self, now: Description) -> set[str]:
        """Returns the names whose values have changed. New names do not count: modules are imported when needed."""
        return {
            name
            for name, value in self._first.items()
            if now.get(name) != value and not name.startswith(OF_THE_PROCESS)
        }


@pytest.fixture
def inspection(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Inspection]:
    monkeypatch.setattr(execute, "_known_types", [])
    # The slot is idle at each description: between the jobs of a busy slot only the quick search runs.
    monkeypatch.setattr(handler_loop, "IDLE_SECONDS", 0)
    slot.end_process()
    originals.cache_clear()  # pytest-django itself replaces a method of Django's for each test
    registry.configure([handlers_for_tests.__name__], reload=False)
    store(*(TEMPLATES[name] for name in ("spoiler", "inspector")))
    yield Inspection(tmp_path)
    slot.end_process()
    registry.configure([], reload=False)


def run(job_type: str, **payload: object) -> Job:
    job_id = queued(job_type, payload=payload)
    run_jobs(job_ids=[job_id], worker=WORKER, queues=["default"])
    found: Job = job(job_id)
    return found


@pytest.mark.long
@pytest.mark.timeout(600)
def test_each_way_leaves_nothing(inspection: Inspection) -> None:
    ways = {**_ways_of_system.WAYS, **_ways_of_python.WAYS}
    found = {}
    for way in sorted(ways.keys() - UNFELT):
        spoiled = run("spoiler", way=way)
        assert (spoiled.state, endings(spoiled.pk)) == ("succeeded", 1), (way, spoiled.error)
        if left := inspection.find_changes():
            found[way] = left
            slot.end_process()
    assert not found, json.dumps(found, indent=1)


def test_what_can_be_put_back_costs_no_process(inspection: Inspection) -> None:
    kept = slot._process
    for way in PUT_BACK:
        run("spoiler", way=way)
        assert not inspection.find_changes(), way
        assert slot._process is kept, way


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_random_spoilers_leave_nothing(inspection: Inspection) -> None:
    dice = random.Random(SEED)
    ways = sorted(set(spoiler.WAYS) - set(spoiler.FATAL) - NEED_A_WORKER - SLOW - UNFELT)
    found = {}
    for _ in range(SPOILED_JOBS):
        chosen = ",".join(dice.sample(ways, dice.randint(1, MAX_WAYS)))
        spoiled = run("spoiler", way=chosen)
        assert endings(spoiled.pk) == 1
        if left := inspection.find_changes():
            found[chosen] = left
            slot.end_process()
    assert not found, json.dumps(found, indent=1)
