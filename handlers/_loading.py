"""From a file to a function that can be called: import, import after an edit, and what a handler must be."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from scheduler_project.errors import Conflict, Problem

Function = Callable[..., Any]


class HandlerBroken(Conflict):
    """The module is there, but it cannot be imported or has no function to call."""

    def __init__(self, job_type: str, detail: str) -> None:
        self.job_type = job_type
        super().__init__(Problem("HANDLER_BROKEN", detail, "job_type"))


@dataclass(frozen=True, slots=True)
class Source:
    """Where a job type's code is: the dotted module and its file."""

    job_type: str
    module: str
    file: Path

    def files(self) -> Iterator[Path]:
        if self.file.name == "__init__.py":
            yield from sorted(self.file.parent.rglob("*.py"))
        else:
            yield self.file

    @property
    def template(self) -> Path:
        """Where its template lies, if its author keeps it beside the code."""
        return self.file.with_name(f"{self.job_type}.json")

    def mentions(self, word: str) -> bool:
        """Whether the word stands anywhere in the module's own file."""
        return word.encode() in self.file.read_bytes()

    def fingerprint(self) -> tuple[tuple[str, int, int], ...]:
        """Differs after any edit, added or removed file."""
        found = []
        for path in self.files():
            with suppress(FileNotFoundError):  # an editor may be replacing it this moment
                stat = path.stat()
                found.append((str(path), stat.st_mtime_ns, stat.st_size))
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Handler:
    """A job type's function, called as (data, job) whether or not it takes the second."""

    job_type: str
    function: Function
    takes_job: bool
    validate: Function | None

    def __call__(self, data: dict[str, Any], job: Any) -> Any:
        return self.function(data, job) if self.takes_job else self.function(data)


def fresh_import(source: Source, *, stale: bool) -> ModuleType:
    """Imports the module; with `stale`, whatever was imported under its name before is forgotten first."""
    if stale:
        _forget(source)
    try:
        return importlib.import_module(source.module)
    except (Exception, SystemExit) as exc:
        raise HandlerBroken(source.job_type, f"{source.file} cannot be imported: {reason_of(exc)}") from exc


def _forget(source: Source) -> None:
    for name in list(sys.modules):
        if name == source.module or name.startswith(f"{source.module}."):
            del sys.modules[name]
    for path in source.files():
        # Byte code is matched by whole seconds and size: two quick edits of equal length look the same to it.
        with suppress(OSError, NotImplementedError):
            Path(importlib.util.cache_from_source(str(path))).unlink()
    importlib.invalidate_caches()


def reason_of(exc: BaseException) -> str:
    """The error and the line it came from, as an author wants to read it."""
    if isinstance(exc, SyntaxError):
        return f"{type(exc).__name__}: {exc.msg} (line {exc.lineno})"
    frame = exc.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    where = f" ({Path(frame.tb_frame.f_code.co_filename).name}, line {frame.tb_lineno})" if frame else ""
    return f"{type(exc).__name__}: {exc}{where}"


def handler_from(source: Source, module: ModuleType) -> Handler:
    function = getattr(module, source.job_type, None)
    if not callable(function):
        raise HandlerBroken(source.job_type, f"{source.file} has no function {source.job_type}.")
    # In validate.py the function of that name is the handler.
    validate = getattr(module, "validate", None) if source.job_type != "validate" else None
    for one in (function, validate):
        if inspect.iscoroutinefunction(one) or inspect.isgeneratorfunction(one):
            detail = f"{one.__name__} in {source.file} is async or a generator: write a plain function."
            raise HandlerBroken(source.job_type, detail)
    return Handler(
        job_type=source.job_type,
        function=function,
        takes_job=_takes_job(source, function),
        validate=validate if callable(validate) else None,
    )


def _takes_job(source: Source, function: Function) -> bool:
    signature = inspect.signature(function)
    for count in (2, 1):
        with suppress(TypeError):
            signature.bind(*range(count))
            return count == 2
    detail = f"{source.job_type}{signature} in {source.file} must take data, or data and the job."
    raise HandlerBroken(source.job_type, detail)
