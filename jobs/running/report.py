"""Defines the report that the handler process sends to its worker slot when a job handler has ended."""

from __future__ import annotations

import importlib
import json
import traceback
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from handlers import _loading
from handlers._results import as_json_text
from handlers.context import JobFailed, JobTerminated

# The slot redacts texts and then cuts them to their final size.
MAX_SENT_CHARACTERS = 2 * 1024 * 1024
MAX_ERROR_CHARACTERS = 256 * 1024
_CALLERS = (
    str(Path(__file__).with_name("handler_loop.py")),
    _loading.__file__,
    importlib.__file__,
    "<frozen importlib",
)
Ending = Literal["returned", "raised", "stopped"]


@dataclass(slots=True)
class Report:
    """Says how a job handler ended: "returned" with a result, "raised" with an error, or "stopped" by JobTerminated.

    `result` is JSON text, truncated after MAX_SENT_CHARACTERS, and `size` its bytes before that. `error` has the keys
    that `describe` returns. `final` is true if the job handler wants no further attempt.
    """

    ending: Ending
    result: str = ""
    size: int = 0
    error: dict[str, str] | None = None
    final: bool = False

    def encode(self) -> bytes:
        """Returns the report as JSON, to be sent to the worker slot."""
        return json.dumps(asdict(self)).encode()

    @classmethod
    def decode(cls, data: bytes) -> Report:
        """Parses what `encode` returned. Raises ValueError or TypeError for other data."""
        return cls(**json.loads(data))


def report_result(result: Any) -> Report:
    """Returns the report of a job handler that returned `result`.

    Raises TypeError or ValueError for a result that has no JSON form or that Postgres cannot store.
    """
    text = as_json_text(result)
    size = len(text.encode())  # half a surrogate pair is a ValueError here; Postgres would refuse it too
    return Report("returned", result=text[:MAX_SENT_CHARACTERS], size=size)


def report_exception(exc: BaseException) -> Report:
    """Returns the report of a job handler that raised `exc`; its ending is "stopped" if `exc` is a JobTerminated."""
    if isinstance(exc, JobTerminated):
        return Report("stopped", error=describe(exc))
    return Report("raised", error=describe(exc), final=isinstance(exc, JobFailed) and not exc.retry)


def describe(exc: BaseException) -> dict[str, str]:
    """Returns `{"type", "message", "traceback"}` of `exc`. A JobFailed is no defect, so its traceback is empty."""
    shown = "" if isinstance(exc, JobFailed) else _format_traceback(exc)
    return {
        "type": _get_class_name(exc),
        "message": _make_sendable(_format_message(exc)),
        "traceback": _make_sendable(shown),
    }


def _format_traceback(exc: BaseException) -> str:
    """Returns the traceback without the platform's frames above the job handler's; empty if its result was refused."""
    if isinstance(exc, _loading.HandlerBroken):  # its cause says why the module could not be imported
        return "" if exc.__cause__ is None else _format_traceback(exc.__cause__)
    frames = exc.__traceback__
    while frames is not None and frames.tb_frame.f_code.co_filename.startswith(_CALLERS):
        frames = frames.tb_next
    if frames is not None and frames.tb_frame.f_code.co_filename == __file__:
        return ""  # the handler's result was refused: no line of its author raised that
    try:
        return "".join(traceback.format_exception(type(exc), exc, frames or exc.__traceback__))
    except BaseException as broken:  # noqa: BLE001 - formatting runs foreign code (__str__, __repr__)
        return f"(no traceback: formatting it raised {type(broken).__name__})"


def _get_class_name(exc: BaseException) -> str:
    """Returns the name of the exception's class, even if its metaclass overrides `__name__`."""
    return str(type.__dict__["__name__"].__get__(type(exc)))


def _format_message(exc: BaseException) -> str:
    try:
        return f"{exc!s}"  # an instance of a subclass of str becomes a plain str
    except BaseException as broken:  # noqa: BLE001 - an exception's own __str__ is foreign code
        return f"(no message: its __str__ raised {type(broken).__name__})"


def _make_sendable(text: str) -> str:
    """Returns the text as UTF-8 and Postgres accept it. Removes the middle of a long one: its ends name the cause."""
    if len(text) > MAX_ERROR_CHARACTERS:
        half = MAX_ERROR_CHARACTERS // 2
        text = f"{text[:half]}\n[...]\n{text[-half:]}"
    return text.encode("utf-8", "replace").decode().replace("\0", "\\0")
