"""From a file to a function that can be called: import, import after an edit, and what a handler must be."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

from foundation.errors import Conflict, Problem

Function = Callable[..., Any]
Fingerprint = tuple[tuple[str, int, int], ...]


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
        """Where its template lies, if its author keeps it beside the code: of a package within, or beside it."""
        beside = self.file.with_name(f"{self.job_type}.json")
        if self.file.name == "__init__.py" and not beside.exists():
            return self.file.parent.with_name(beside.name)
        return beside

    def mentions(self, word: str) -> bool:
        """Whether the word stands anywhere in the module's own file."""
        return word.encode() in self.file.read_bytes()

    def fingerprint(self) -> Fingerprint:
        """Differs after any edit, added or removed file."""
        return fingerprint_of(self.files())


def fingerprint_of(files: Iterable[Path]) -> Fingerprint:
    found = []
    for path in files:
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


def fresh_import(source: Source, *, forget: Mapping[str, Path] | None = None) -> ModuleType:
    """Imports the module. With `forget`, it and these helpers (name and file) are imported anew if they were before."""
    if forget is not None:
        _forget(source, forget)
    try:
        return importlib.import_module(source.module)
    except (Exception, SystemExit) as exc:
        raise HandlerBroken(source.job_type, f"{source.file} cannot be imported: {reason_of(exc)}") from exc


def _forget(source: Source, helpers: Mapping[str, Path]) -> None:
    for name in list(sys.modules):
        if any(name == gone or name.startswith(f"{gone}.") for gone in (source.module, *helpers)):
            del sys.modules[name]
            package, _, short = name.rpartition(".")
            if package in sys.modules:
                # `from package import module` asks the package first, and would be given the old one.
                vars(sys.modules[package]).pop(short, None)
    for path in (*source.files(), *helpers.values()):
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
    """Raises HandlerBroken unless its function can be called, and its `validate`, if it has one."""
    function = getattr(module, source.job_type, None)
    if not callable(function):
        raise HandlerBroken(
            source.job_type, f"{source.file} has no function {source.job_type}.{_meant(source, module)}"
        )
    # In validate.py the function of that name is the handler.
    validate = getattr(module, "validate", None) if source.job_type != "validate" else None
    if not callable(validate):
        validate = None
    for name, one in ((source.job_type, function), ("validate", validate)):
        if one is not None and not _is_plain(one):
            detail = f"{name} in {source.file} is async or a generator: write a plain function."
            raise HandlerBroken(source.job_type, detail)
    if validate is not None and not _takes(validate, 1):
        raise HandlerBroken(source.job_type, f"validate{_shown(validate)} in {source.file} must take data.")
    return Handler(source.job_type, function, _takes_job(source, function), validate)


def _meant(source: Source, module: ModuleType) -> str:
    """What may be it under another name."""
    own = [
        name
        for name, one in vars(module).items()
        if inspect.isroutine(one) and getattr(one, "__module__", "") == module.__name__ and name[0] != "_"
    ]
    named = get_close_matches(source.job_type, own, n=1, cutoff=0.5) or (own if len(own) == 1 else [])
    return f" It has {named[0]}: give it the name of the file." if named else ""


def _is_plain(one: Function) -> bool:
    while isinstance(one, partial):
        one = one.func
    called = one if inspect.isroutine(one) or inspect.isclass(one) else type(one).__call__
    kinds = (inspect.iscoroutinefunction, inspect.isasyncgenfunction, inspect.isgeneratorfunction)
    return not any(is_one(called) for is_one in kinds)


def _takes_job(source: Source, function: Function) -> bool:
    if not inspect.isabstract(function):
        for count in (2, 1):
            if _takes(function, count):
                return count == 2
    detail = (
        f"{source.job_type}{_shown(function)} in {source.file} must take data, or data and the job, "
        "and nothing else."
    )
    raise HandlerBroken(source.job_type, detail)


def _takes(function: Function, count: int) -> bool:
    with suppress(TypeError, ValueError):  # some built-in ones do not tell what they take
        inspect.signature(function).bind(*range(count))
        return True
    return False


def _shown(function: Function) -> str:
    try:
        return str(inspect.signature(function))
    except (TypeError, ValueError):
        return "(...)"
