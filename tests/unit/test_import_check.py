"""Handlers that cannot run are reported before a job needs them: modules are imported in a separate process."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from foundation.masking.current import get_platform_masking
from handlers import _import_check
from handlers.registry import HandlerBroken, HandlerNotFound, Registry

Write = Callable[[str], None]


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path / "tried_jobs"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield folder
    for name in [name for name in sys.modules if name.split(".")[0] == "tried_jobs"]:
        del sys.modules[name]


@pytest.fixture
def nothing_imported() -> Iterator[None]:
    before = set(sys.modules)
    yield
    assert not [name for name in set(sys.modules) - before if name.startswith("tried_jobs.")]


def problem_of(package: Path, code: str, **options: str) -> str | None:
    (package / "mail_job.py").write_text(code)
    found = Registry(["tried_jobs"], **options).problem("mail_job")  # type: ignore[arg-type]
    if found is None:
        return None
    assert isinstance(found, HandlerBroken)
    assert (found.problems[0].code, found.status) == ("HANDLER_BROKEN", 409)
    return found.problems[0].detail


@pytest.mark.usefixtures("nothing_imported")
@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("import no_such_module", "No module named 'no_such_module' (mail_job.py, line 1)"),
        ("def mail_job(data:", "SyntaxError"),
        ("def mial_job(data): ...", "has no function mail_job. It has mial_job"),
        ("mail_job = 3", "has no function mail_job."),
        ("async def mail_job(data): ...", "async or a generator"),
        ("def mail_job(data): yield 1", "async or a generator"),
        ("async def mail_job(data): yield 1", "async or a generator"),
        ("class One:\n    async def __call__(self, data): ...\nmail_job = One()", "async or a generator"),
        ("import functools\nasync def f(a, data): ...\nmail_job = functools.partial(f, 1)", "async or a gen"),
        ("class mail_job: ...", "must take data, or data and the job"),
        ("class mail_job:\n    def __init__(self, a, b, c): ...", "must take data, or data and the job"),
        ("def mail_job(): ...", "must take data, or data and the job"),
        ("def mail_job(data, *, strict): ...", "must take data, or data and the job"),
        ("mail_job = dict", "must take data, or data and the job"),
        ("def validate(): ...\ndef mail_job(data): ...", "validate() in"),
        ("async def validate(data): ...\ndef mail_job(data): ...", "validate in"),
        ("raise SystemExit('bye')", "SystemExit: bye (mail_job.py, line 1)"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt"),
        ("class Odd(BaseException): ...\nraise Odd('x')", "Odd: x"),
        ("import os\nos._exit(3)", "ends its process with status 3"),
        ("import os\nos.kill(os.getpid(), 11)", "ends its process by SIGSEGV"),
    ],
)
def test_it_says_why_a_handler_cannot_run(package: Path, code: str, reason: str) -> None:
    assert reason in str(problem_of(package, code))


@pytest.mark.usefixtures("nothing_imported")
@pytest.mark.parametrize(
    "code",
    [
        "def mail_job(data): ...",
        "def mail_job(data, job): ...",
        "print('imported')\nimport sys\nsys.stdin.read()\ndef mail_job(anything): ...",
        "class mail_job:\n    def __init__(self, data): ...",
        "class One:\n    def __call__(self, data, job): ...\nmail_job = One()",
        "import threading, time\nthreading.Thread(target=time.sleep, args=(9,)).start()\ndef mail_job(data): ...",
    ],
)
def test_a_handler_that_can_run_has_no_problem(package: Path, code: str) -> None:
    assert problem_of(package, code) is None


def test_a_missing_handler_is_reported_with_every_place_it_may_be() -> None:
    found = Registry(["handlers", "bench.handlers"]).problem("no_such_job")
    assert isinstance(found, HandlerNotFound)
    assert "handlers/no_such_job.py or bench/handlers/no_such_job.py" in found.problems[0].detail


def test_a_module_that_hangs_is_given_up_with_all_that_it_started(
    package: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(_import_check, "IMPORT_SECONDS", 0.5)
    code = f"""
import os, subprocess, time
child = subprocess.Popen(["sleep", "60"])
open({str(tmp_path / "pids")!r}, "w").write(f"{{os.getpid()}} {{child.pid}}")
time.sleep(60)
"""
    began = time.monotonic()
    assert "takes longer than 0.5 s" in str(problem_of(package, code))
    assert time.monotonic() - began < 20
    for pid in (tmp_path / "pids").read_text().split():
        assert is_gone(int(pid))


def test_a_second_call_for_a_module_that_hangs_does_not_wait_again(
    package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_import_check, "IMPORT_SECONDS", 0.3)
    monkeypatch.setattr(_import_check, "TIMED_OUT_VALID_SECONDS", 0.0)
    file = package / "mail_job.py"
    file.write_text(
        "import os, time\nwhile not os.path.exists(__file__ + '.go'): time.sleep(0.01)\ndef mail_job(d): ..."
    )
    known = Registry(["tried_jobs"])
    assert known.problem("mail_job") is not None
    monkeypatch.setattr(_import_check, "IMPORT_SECONDS", 20)
    began = time.monotonic()
    assert known.problem("mail_job") is not None
    assert time.monotonic() - began < 10
    (package / "mail_job.py.go").touch()
    until = time.monotonic() + 20
    while known.problem("mail_job") is not None:
        assert time.monotonic() < until
        time.sleep(0.05)


def test_a_check_that_fails_refuses_nothing(package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_import_check.import_checker, "_idle", [])
    monkeypatch.setattr(_import_check, "_PROGRAM", "raise SystemExit")
    assert problem_of(package, "raise RuntimeError") is None


def is_gone(pid: int) -> bool:
    until = time.monotonic() + 5
    while time.monotonic() < until:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except FileNotFoundError:
            return True
        if state == "Z":
            return True
        time.sleep(0.01)
    return False


def test_it_is_checked_once_and_with_reload_after_each_edit(package: Path, tmp_path: Path) -> None:
    file, trace = package / "mail_job.py", tmp_path / "trace"
    code = f"open({str(trace)!r}, 'a').write('.')\ndef mail_job(data): ..."
    file.write_text(code)
    (package / "helper.py").write_text("")
    once, often = Registry(["tried_jobs"]), Registry(["tried_jobs"], reload=True)
    for _ in range(3):
        assert once.problem("mail_job") is None
        assert often.problem("mail_job") is None
    assert trace.read_text() == ".."
    file.write_text(f"from tried_jobs import helper\n{code}")
    assert once.problem("mail_job") is often.problem("mail_job") is None
    (package / "helper.py").write_text("1 / 0")
    assert once.problem("mail_job") is None
    assert "ZeroDivisionError" in often.problem("mail_job").problems[0].detail  # type: ignore[union-attr]
    assert trace.read_text() == "..."


def test_a_broken_handler_is_checked_again_after_an_edit_or_a_while(
    package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = package / "mail_job.py"
    file.write_text("import late_library\ndef mail_job(data): ...")
    known = Registry(["tried_jobs"])
    assert known.problem("mail_job") is not None
    (package.parent / "late_library.py").write_text("")
    now = time.monotonic()
    monkeypatch.setattr("handlers._import_check_cache.time.monotonic", lambda: now + 31)
    assert known.problem("mail_job") is None


def test_concurrent_checks_of_several_handlers_all_return(package: Path) -> None:
    names = [f"job_{number}" for number in range(6)]
    for name in names:
        (package / f"{name}.py").write_text(f"import time\ntime.sleep(0.1)\ndef {name}(data): ...")
    known = Registry(["tried_jobs"])
    found: dict[str, object] = {}
    threads = [
        threading.Thread(target=lambda name=name: found.update({name: known.problem(name)}))
        for name in [*names, *names]
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == dict.fromkeys(names)


def test_a_secret_setting_is_cut_out_of_a_long_problem_before_that_is_cut(
    package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = "k3y-of-the-platform-" * 5
    monkeypatch.setenv("SECRET_KEY", key)
    get_platform_masking.cache_clear()
    lengths = set()
    for before in range(1800, 2000, 20):
        problem = str(problem_of(package, f"raise RuntimeError({'é' * before + key + 'x' * 20_000!r})"))
        assert "k3y-of" not in problem
        lengths.add(len(problem))
    assert lengths == {2000}
    get_platform_masking.cache_clear()


def test_a_check_process_that_was_killed_is_replaced(package: Path) -> None:
    assert problem_of(package, "def mail_job(data): ...") is None
    for process in _import_check.import_checker._idle:
        process._process.kill()
        process._process.wait()
    assert problem_of(package, "def mail_job(data, job): ...") is None


def test_a_module_that_needs_its_framework_set_up_gets_it(package: Path) -> None:
    (package.parent / "picky.py").write_text(
        "ready = False\nclass NotReady(Exception): ...\ndef setup():\n    global ready\n    ready = True\n"
    )
    code = "import picky\nif not picky.ready:\n    raise picky.NotReady\ndef mail_job(data): ..."
    assert "NotReady" in str(problem_of(package, code))
    assert problem_of(package, code, setup="picky:setup") is None


@pytest.mark.skipif(not os.environ.get("DJANGO_SETTINGS_MODULE"), reason="needs the project's settings")
def test_a_module_that_uses_models_is_checked_with_django_set_up(package: Path) -> None:
    code = "from accounts.models import User\ndef mail_job(data): return User.objects.count()"
    assert problem_of(package, code, setup="django:setup") is None
