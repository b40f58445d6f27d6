"""Every status seen anywhere can be traced to one module: nothing outside jobs/transitions writes one."""

import ast
import re

import pytest

from tests.support.tracked import ROOT, list_tracked_files

# Tests and benchmarks have databases of their own; retention removes jobs that have ended.
PASSED_OVER = (
    "jobs/transitions/", "jobs/dispatcher/retention.py", "jobs/dispatcher/partitions.py", "tests/", "bench/",
)  # fmt: skip
MODELS = {"Job", "LiveJob", "EndedJob", "JobEvent"}
WRITES = {
    "acreate", "aupdate", "adelete", "asave", "abulk_create", "abulk_update", "create", "update", "delete", "save",
    "bulk_create", "bulk_update", "get_or_create", "update_or_create",
}  # fmt: skip
MAKES_OR_REMOVES = re.compile(
    r"\b(INSERT INTO|DELETE FROM|MERGE INTO|TRUNCATE)\s+\"?jobs_(live|ended|event)\b", re.I
)
# Book-keeping of messages may update a job's row, but never these columns.
CHANGES_STATE = re.compile(
    r"\bUPDATE\s+\"?jobs_live\b\"?(\s+AS\s+\w+)?\s+SET\b(?:(?!\bWHERE\b).)*?\b(state|version|lease)\s*=",
    re.I | re.S,
)


def test_nothing_else_does():
    found = [f"{path}:{line}: {what}" for path in elsewhere() for line, what in writes_in(path.read_text())]
    assert found == []


def test_nothing_else_uses_the_statement_that_changes_jobs():
    assert [path for path in elsewhere() if "transitions.statement" in path.read_text()] == []


def test_transitions_do():
    sources = [path.read_text() for path in list_tracked_files("jobs/transitions/*.py")]
    assert any(list(writes_in(source)) for source in sources)


@pytest.mark.parametrize(
    "source",
    [
        "Job.objects.filter(pk=1).update(state='failed')",
        "models.Job.objects.bulk_create(rows)",
        "Job(state='queued').save()",
        "JobEvent.objects.create(kind='job_terminated')",
        "job.state = 'failed'",
        "self.job.state: str = 'failed'",
        "setattr(job, 'state', 'failed')",
        "sql = 'INSERT INTO jobs_event (kind) VALUES (1)'",
        "sql = f'UPDATE jobs_live AS job SET beat = 1, state = {x} WHERE id = 1'",
    ],
)
def test_this_would_be_found(source):
    assert list(writes_in(source)) != []


@pytest.mark.parametrize(
    "source",
    [
        "Job.objects.filter(state='failed').count()",
        "series.state = 'paused'",
        "sql = \"UPDATE jobs_live SET armed = true WHERE state = 'scheduled'\"",
        "cache.delete('x')",
    ],
)
def test_this_is_allowed(source):
    assert list(writes_in(source)) == []


def elsewhere():
    paths = [path for path in list_tracked_files("*.py") if not path.parent.name.endswith("migrations")]
    return [path for path in paths if not str(path.relative_to(ROOT)).startswith(PASSED_OVER)]


def writes_in(source):
    """(line, what) of each write to a job's or an event's row."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and is_a_write(node):
            yield node.lineno, ast.unparse(node)
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from ((node.lineno, ast.unparse(node)) for target in targets if is_a_jobs_state(target))
        text = text_of(node)
        if MAKES_OR_REMOVES.search(text) or CHANGES_STATE.search(text):
            yield node.lineno, " ".join(text.split())[:100]


def is_a_write(call):
    if isinstance(call.func, ast.Name):
        return call.func.id == "setattr" and "'state'" in ast.unparse(call)
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in WRITES:
        return False
    words = {getattr(node, "id", getattr(node, "attr", None)) for node in ast.walk(call.func.value)}
    return bool(words & MODELS)


def is_a_jobs_state(target):
    """A series has a state of its own, which is its service's."""
    owner = target.value if isinstance(target, ast.Attribute) and target.attr == "state" else None
    return owner is not None and ast.unparse(owner) != "series"


def text_of(node):
    if isinstance(node, ast.JoinedStr):
        return "".join(part.value if isinstance(part, ast.Constant) else "?" for part in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
