"""The report of a run that ended: its result as JSON text, or the exception that was raised."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from foundation.strict_json import MAX_DEPTH
from handlers._loading import Handler, HandlerBroken, Source, import_source
from handlers.context import JobFailed, JobTerminated
from jobs.running import report as module
from jobs.running.report import (
    MAX_ERROR_CHARACTERS,
    MAX_SENT_CHARACTERS,
    Report,
    describe,
    report_exception,
    report_result,
)


def caught(exc: BaseException) -> BaseException:
    """`exc` as it comes out of a handler, with a traceback."""
    try:
        raise exc
    except type(exc) as raised:
        return raised


def nested(levels: int, *, wrap: Callable[[Any], Any] = lambda inner: [inner]) -> Any:
    """Returns nested containers of so many levels."""
    value: Any = []
    for _ in range(levels - 1):
        value = wrap(value)
    return value


@dataclass(frozen=True)
class Box:
    inner: Any


def under(outer: str) -> Callable[[Any], Any]:
    return {
        "list": lambda inner: [inner],
        "tuple": lambda inner: (inner,),
        "object": lambda inner: {"in": inner},
        "dataclass": Box,
    }[outer]


@pytest.fixture
def high_recursion_limit() -> Iterator[None]:
    """Raises the recursion limit, as a handler may: then Python no longer protects its stack."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(10**6)
    yield
    sys.setrecursionlimit(before)


@pytest.mark.parametrize("result", [None, {}, {"sent": True}, [1, 2.5, None], "done", 7, True, 2**70])
def test_a_json_result_is_sent_as_text(result: Any) -> None:
    report = report_result(result)
    assert (report.ending, report.error, report.final) == ("returned", None, False)
    assert json.loads(report.result) == result
    assert report.size == len(report.result.encode())


@pytest.mark.parametrize("result", [{b"x"}, object(), b"x", {"at": lambda: 0}, {(1, 2): 3}])
def test_a_result_that_is_not_json_is_a_type_error(result: Any) -> None:
    with pytest.raises(TypeError):
        report_result(result)


@pytest.mark.parametrize("result", [float("nan"), [float("inf")], "a\0b", {"\0": 1}, "\ud800", ["\udfff"]])
def test_a_result_that_postgres_cannot_keep_is_a_value_error(result: Any) -> None:
    with pytest.raises(ValueError, match=r"NUL|JSON compliant|surrogate"):
        report_result(result)


def test_a_result_that_holds_itself_is_refused() -> None:
    ring: list[Any] = []
    ring.append(ring)
    with pytest.raises(ValueError, match="holds itself"):
        report_result(ring)


def test_a_result_that_only_spells_a_nul_is_kept() -> None:
    assert json.loads(report_result(r"\u0000").result) == r"\u0000"


def test_brackets_in_texts_are_no_levels() -> None:
    text = "[" * 100_000
    assert json.loads(report_result([text]).result) == [text]


@pytest.mark.parametrize("outer", ["list", "tuple", "object", "dataclass"])
def test_a_result_may_be_nested_as_deep_as_any_json_here_and_no_deeper(outer: str) -> None:
    wrap = under(outer)
    assert report_result(nested(MAX_DEPTH, wrap=wrap)).ending == "returned"
    with pytest.raises(ValueError, match="the result is nested more than 32 levels deep"):
        report_result(nested(MAX_DEPTH + 1, wrap=wrap))


@pytest.mark.parametrize("levels", [600, 900, 100_000])
@pytest.mark.parametrize("outer", ["list", "tuple", "object", "dataclass"])
@pytest.mark.usefixtures("high_recursion_limit")
def test_however_deep_a_result_is_nested_the_stack_is_not_exhausted(outer: str, levels: int) -> None:
    with pytest.raises(ValueError, match="the result is nested more than 32 levels deep"):
        report_result({"found": 3, "tree": nested(levels, wrap=under(outer))})


def test_the_size_of_a_result_is_counted_in_bytes_and_its_text_is_cut_where_no_slot_would_keep_it() -> None:
    report = report_result("\U0001f600" * MAX_SENT_CHARACTERS)
    assert len(report.result) == MAX_SENT_CHARACTERS
    assert report.size == 4 * MAX_SENT_CHARACTERS + 2


@pytest.mark.parametrize("exc", [MemoryError(), SystemExit(3), KeyboardInterrupt(), ValueError("no")])
def test_whatever_is_raised_is_reported_with_its_name(exc: BaseException) -> None:
    report = report_exception(caught(exc))
    assert (report.ending, report.final) == ("raised", False)
    assert report.error is not None
    assert report.error["type"] == type(exc).__name__
    assert "raise exc" in report.error["traceback"]


def test_a_handler_that_let_a_stop_through_has_stopped() -> None:
    assert report_exception(caught(JobTerminated("a stop was requested"))).ending == "stopped"


def test_a_job_failed_without_retry_wants_no_further_attempt() -> None:
    assert not report_exception(caught(JobFailed("busy"))).final
    assert report_exception(caught(JobFailed("gone", retry=False))).final


def test_a_job_failed_shows_its_reason_and_no_traceback() -> None:
    assert describe(caught(JobFailed("the mailbox is full"))) == {
        "type": "JobFailed",
        "message": "the mailbox is full",
        "traceback": "",
    }


def test_an_exception_whose_own_text_fails_is_still_reported() -> None:
    class Broken(Exception):
        def __str__(self) -> str:
            raise RuntimeError

    described = describe(caught(Broken()))
    assert described["type"] == "Broken"
    assert "RuntimeError" in described["message"]


def test_an_exception_whose_text_would_end_the_process_is_still_reported() -> None:
    class Nameless(type):
        __name__ = 5  # type: ignore[assignment]  # as a stranger might write it

    class Exits(Exception, metaclass=Nameless):
        def __str__(self) -> str:
            raise SystemExit

    report = report_exception(caught(Exits()))
    assert report.error is not None
    assert report.error["type"] == "Exits"
    assert "SystemExit" in report.error["message"]
    assert Report.decode(report.encode()) == report


def test_an_exception_whose_traceback_cannot_be_formatted_is_still_reported() -> None:
    class Broken(Exception):
        @property
        def __notes__(self) -> list[str]:  # type: ignore[override]  # as a stranger might write it
            raise RuntimeError

    described = describe(caught(Broken("no such user")))
    assert (described["type"], described["message"]) == ("Broken", "no such user")
    assert "RuntimeError" in described["traceback"]


def test_a_long_message_keeps_its_head_and_its_tail() -> None:
    message = describe(caught(ValueError("begin" + "x" * 2 * MAX_ERROR_CHARACTERS + "end")))["message"]
    assert message.startswith("begin")
    assert message.endswith("end")
    assert len(message) < MAX_ERROR_CHARACTERS + 100


def test_an_error_can_always_be_stored() -> None:
    described = describe(caught(ValueError("a\0b \ud800")))
    assert "\0" not in described["message"]
    json.dumps(described, ensure_ascii=False).encode()


def handler(body: str, file: str = "/somewhere/handlers/trial_job.py") -> Handler:
    scope: dict[str, Any] = {}
    exec(compile(f"def trial_job(data, job):\n    {body}\n", file, "exec"), scope)
    return Handler("trial_job", scope["trial_job"], takes_job=True, validate=None)


def raised_by_a_platform_that_calls(one: Handler) -> BaseException:
    """Calls the handler below frames of the platform's files, as the handler loop does; returns what it raised."""
    scope: dict[str, Any] = {"one": one}
    loop = str(Path(module.__file__).with_name("handler_loop.py"))
    exec(compile("def call():\n    one({}, None)\n", loop, "exec"), scope)
    with pytest.raises((ZeroDivisionError, ValueError)) as raised:
        scope["call"]()
    return without_the_tests_frame(raised.value)


def without_the_tests_frame(exc: BaseException) -> BaseException:
    """Removes this test's frames from the traceback."""
    while exc.__traceback__ is not None and exc.__traceback__.tb_frame.f_code.co_filename == __file__:
        exc.__traceback__ = exc.__traceback__.tb_next
    return exc


def first_file(described: dict[str, str]) -> str:
    return next(line for line in described["traceback"].splitlines() if line.startswith("  File "))


def test_a_traceback_begins_in_the_handler() -> None:
    described = describe(raised_by_a_platform_that_calls(handler("return 1 / 0")))
    assert first_file(described) == '  File "/somewhere/handlers/trial_job.py", line 2, in trial_job'
    assert "handler_loop" not in described["traceback"]
    assert described["traceback"].endswith("ZeroDivisionError: division by zero\n")


def test_a_traceback_goes_on_into_what_the_handler_called() -> None:
    described = describe(raised_by_a_platform_that_calls(handler("import json; json.loads('{')")))
    files = [line for line in described["traceback"].splitlines() if line.startswith("  File ")]
    assert "trial_job.py" in files[0]
    assert "decoder.py" in files[-1]


def test_a_handler_that_cannot_be_imported_shows_its_own_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "broken_job.py"
    file.write_text("import json\n\njson.loads('{')\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(HandlerBroken) as raised:
        import_source(Source("broken_job", "broken_job", file), forget=None)
    described = describe(without_the_tests_frame(raised.value))
    assert described["type"] == "HandlerBroken"
    assert first_file(described) == f'  File "{file}", line 3, in <module>'
    assert "JSONDecodeError" in described["traceback"]
    assert "_loading" not in described["traceback"]


def test_a_handler_without_its_function_shows_no_lines_of_ours() -> None:
    assert describe(caught(HandlerBroken("trial_job", "it has no function"))) == {
        "type": "HandlerBroken",
        "message": "job_type: it has no function",
        "traceback": "",
    }


def test_a_traceback_of_the_platforms_own_frames_alone_is_not_shown() -> None:
    """The result is checked when the handler has returned: where that failed does not help its author."""
    with pytest.raises(TypeError) as raised:
        report_result({"files": [b"x"]})
    assert describe(without_the_tests_frame(raised.value)) == {
        "type": "TypeError",
        "message": "result.files[0] is of type bytes, which is no JSON and has no form in it",
        "traceback": "",
    }


def test_a_report_travels_as_bytes_and_comes_back_the_same() -> None:
    for report in (
        report_result({"name": "Ångström \U0001f600"}),
        report_exception(caught(ValueError("a\0b \ud800"))),
        Report("stopped", final=True),
    ):
        assert Report.decode(report.encode()) == report
