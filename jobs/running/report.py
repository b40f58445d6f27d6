"""What a handler process says of a run that ended: plain data that travels to the worker's slot."""

from __future__ import annotations

import importlib
import json
import traceback
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from handlers import _loading
from handlers._results import json_text
from handlers.context import JobFailed, JobTerminated

# The slot cuts texts to their final size after it has taken secret values out of them.
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
    """`result`: JSON text, cut at MAX_SENT_CHARACTERS; `size`: its bytes before the cut.

    `final`: the handler wants no further attempt.
    """

    ending: Ending
    result: str = ""
    size: int = 0
    error: dict[str, str] | None = None
    final: bool = False

    def encode(self) -> bytes:
        return json.dumps(asdict(self)).encode()

    @classmethod
    def decode(cls, data: bytes) -> Report:
        return cls(**json.loads(data))


def of_return(result: Any) -> Report:
    """Raises TypeError or ValueError for a result that is not JSON, or that no database could keep."""
    text = json_text(result)
    size = len(text.encode())  # half a surrogate pair is a ValueError here; Postgres would refuse it too
    return Report("returned", result=text[:MAX_SENT_CHARACTERS], size=size)


def of_exception(exc: BaseException) -> Report:
    if isinstance(exc, JobTerminated):
        return Report("stopped", error=describe(exc))
    return Report("raised", error=describe(exc), final=isinstance(exc, JobFailed) and not exc.retry)


def describe(exc: BaseException) -> dict[str, str]:
    """`{"type", "message", "traceback"}`; a JobFailed has no traceback, for it is no defect."""
    shown = "" if isinstance(exc, JobFailed) else _traceback_of(exc)
    return {"type": _name_of(exc), "message": _sendable(_text_of(exc)), "traceback": _sendable(shown)}


def _traceback_of(exc: BaseException) -> str:
    """The handler's own frames and those it called; the platform's above them tell an author nothing."""
    if isinstance(exc, _loading.HandlerBroken):  # what counts is why its module could not be imported
        return "" if exc.__cause__ is None else _traceback_of(exc.__cause__)
    frames = exc.__traceback__
    while frames is not None and frames.tb_frame.f_code.co_filename.startswith(_CALLERS):
        frames = frames.tb_next
    if frames is not None and frames.tb_frame.f_code.co_filename == __file__:
        return ""  # the handler had returned, and its result was refused: that is no line of its author's
    try:
        return "".join(traceback.format_exception(type(exc), exc, frames or exc.__traceback__))
    except BaseException as broken:  # noqa: BLE001 - formatting runs a stranger's code (__str__, __repr__)
        return f"(no traceback: formatting it raised {type(broken).__name__})"


def _name_of(exc: BaseException) -> str:
    """Its class's name, whatever the class's own class makes of that."""
    return str(type.__dict__["__name__"].__get__(type(exc)))


def _text_of(exc: BaseException) -> str:
    try:
        return f"{exc!s}"  # a text of its own kind becomes a plain one
    except BaseException as broken:  # noqa: BLE001 - an exception's own __str__ is a stranger's code
        return f"(no message: its __str__ raised {type(broken).__name__})"


def _sendable(text: str) -> str:
    """Text that UTF-8 and Postgres take; long text keeps its head and its tail, for the cause stands at one."""
    if len(text) > MAX_ERROR_CHARACTERS:
        half = MAX_ERROR_CHARACTERS // 2
        text = f"{text[:half]}\n[...]\n{text[-half:]}"
    return text.encode("utf-8", "replace").decode().replace("\0", "\\0")
