"""Whatever jobs do to their process, the next finds all of it as it was, judged without the platform's own lists."""

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
# They start what a pytest process, which adopts no orphans, cannot find: tests/worker looks at these.
NEED_A_WORKER = {"daemon", "grandchild", "fork_stays"}
# Seconds of work each, and nothing that others do not leave as well.
SLOW = {"pool", "executor"}
# Only the end of this process undoes them, and the next job does not feel them.
UNFELT = {"death_signal", "process_name"}
# Also done by well-meant code: putting it back costs less than a new process each time.
PUT_BACK = (
    "captured_warnings", "closed_loop", "environment_in_c", "first_weekday", "json_encoder", "loop_policy",
    "mail_charset", "new_builtin", "one_logger", "other_environment", "output_does_not_block", "path_unset_in_c",
    "receiver", "restarting_calls", "short_tracebacks", "start_method", "stop_dumps", "status_words",
    "temporary_folder", "url_opener",
)  # fmt: skip
# Handlers' modules are imported by each process for itself; what pytest and its plugins keep is no job's.
OF_THE_PROCESS = (f"module {handlers_for_tests.__name__}.", "sys.last_", "hypothesis.")


class Inspection:
    """Compares looks at the process of this slot with the first one, but for what changes with every look."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "seen"
        describe_process()  # what it imports is there before the process is forked
        self._first = self.look()
        again = [self.look(), self.look()]
        slot.end_process()
        again += [self.look(), self.look()]
        self._noise = {name for look in again for name in self._changed(look)}

    def look(self) -> Description:
        row = run("inspector", file=str(self._file))
        assert (row.state, row.attempt) == ("succeeded", 1), row.error
        seen: Description = marshal.loads(self._file.read_bytes())
        return seen

    def found(self) -> dict[str, str]:
        """What is not as it was at first."""
        now = self.look()
        changed = self._changed(now) - self._noise
        return {name: f"{self._first[name][:300]} -> {now.get(name, 'gone')[:300]}" for name in changed}

    def _changed(self, now: Description) -> set[str]:
        """What is new since then is not among it: modules are imported when they are needed."""
        return {
            name
            for name, value in self._first.items()
            if now.get(name) != value and not name.startswith(OF_THE_PROCESS)
        }


@pytest.fixture
def inspection(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Inspection]:
    monkeypatch.setattr(execute, "_known_types", [])
    # Each look finds the slot at rest: between the jobs of a busy one only the cheap part is searched.
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
        if left := inspection.found():
            found[way] = left
            slot.end_process()
    assert not found, json.dumps(found, indent=1)


def test_what_can_be_put_back_costs_no_process(inspection: Inspection) -> None:
    kept = slot._process
    for way in PUT_BACK:
        run("spoiler", way=way)
        assert not inspection.found(), way
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
        if left := inspection.found():
            found[chosen] = left
            slot.end_process()
    assert not found, json.dumps(found, indent=1)
