"""Imports the modules of job handlers, again after an edit, and checks that their functions can be called."""

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
    """Raised when a job type's module exists, but cannot be imported or has no job handler that can be called."""

    def __init__(self, job_type: str, detail: str) -> None:
        self.job_type = job_type
        super().__init__(Problem("HANDLER_BROKEN", detail, "job_type"))


@dataclass(frozen=True, slots=True)
class Source:
    """Holds the location of a job type's code: the dotted name of the job handler's module, and its file."""

    job_type: str
    module: str
    file: Path

    def files(self) -> Iterator[Path]:
        """Yields the path of the job handler's file, or all Python files in its folder if the handler is a package."""
        if self.file.name == "__init__.py":
            yield from sorted(self.file.parent.rglob("*.py"))
        else:
            yield self.file

    @property
    def template(self) -> Path:
        """Returns the path of the job type's JSON template, in its package or beside its module. It need not exist."""
        beside = self.file.with_name(f"{self.job_type}.json")
        if self.file.name == "__init__.py" and not beside.exists():
            return self.file.parent.with_name(beside.name)
        return beside

    def mentions(self, word: str) -> bool:
        """Returns whether the job handler's file contains the word; of a package only `__init__.py` is searched."""
        return word.encode() in self.file.read_bytes()

    def fingerprint(self) -> Fingerprint:
        """Returns a value that changes whenever a file of the job handler is edited, added or removed."""
        return fingerprint_files(self.files())


def fingerprint_files(files: Iterable[Path]) -> Fingerprint:
    """Returns the path, modification time and size of each of these files that exists, to be compared after an edit."""
    found = []
    for path in files:
        with suppress(FileNotFoundError):  # an editor may just be replacing it
            stat = path.stat()
            found.append((str(path), stat.st_mtime_ns, stat.st_size))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Handler:
    """Holds a job type's function; calling this object passes it (data, job), or data alone if it takes no job."""

    job_type: str
    function: Function
    takes_job: bool
    validate: Function | None

    def __call__(self, data: dict[str, Any], job: Any) -> Any:
        return self.function(data, job) if self.takes_job else self.function(data)


def import_source(source: Source, *, forget: Mapping[str, Path] | None = None) -> ModuleType:
    """Imports a job handler's module and returns it. Raises HandlerBroken if the import fails.

    With `forget`, the module and these helpers (names and files) are unloaded first, so that edited code is imported.
    """
    if forget is not None:
        _unload(source, forget)
    try:
        return importlib.import_module(source.module)
    except (Exception, SystemExit) as exc:
        raise HandlerBroken(
            source.job_type, f"{source.file} cannot be imported: {describe_error(exc)}"
        ) from exc


def _unload(source: Source, helpers: Mapping[str, Path]) -> None:
    for name in list(sys.modules):
        if any(name == gone or name.startswith(f"{gone}.") for gone in (source.module, *helpers)):
            del sys.modules[name]
            package, _, short = name.rpartition(".")
            if package in sys.modules:
                # `from package import module` would find the old module in the package.
                vars(sys.modules[package]).pop(short, None)
    for path in (*source.files(), *helpers.values()):
        # Byte code is matched by whole seconds and size, so two quick edits of equal length would not be noticed.
        with suppress(OSError, NotImplementedError):
            Path(importlib.util.cache_from_source(str(path))).unlink()
    importlib.invalidate_caches()


def describe_error(exc: BaseException) -> str:
    """Returns the exception as text with the file and line that raised it, for the author of the job handler."""
    if isinstance(exc, SyntaxError):
        return f"{type(exc).__name__}: {exc.msg} (line {exc.lineno})"
    frame = exc.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    where = f" ({Path(frame.tb_frame.f_code.co_filename).name}, line {frame.tb_lineno})" if frame else ""
    return f"{type(exc).__name__}: {exc}{where}"


def make_handler(source: Source, module: ModuleType) -> Handler:
    """Returns the job handler in the module. Raises HandlerBroken if its function or `validate` cannot be called."""
    function = getattr(module, source.job_type, None)
    if not callable(function):
        raise HandlerBroken(
            source.job_type,
            f"{source.file} has no function {source.job_type}.{_suggest_function(source, module)}",
        )
    # In validate.py the function of that name is the handler.
    validate = getattr(module, "validate", None) if source.job_type != "validate" else None
    if not callable(validate):
        validate = None
    for name, one in ((source.job_type, function), ("validate", validate)):
        if one is not None and not _is_plain(one):
            detail = f"{name} in {source.file} is async or a generator: write a plain function."
            raise HandlerBroken(source.job_type, detail)
    if validate is not None and not _accepts(validate, 1):
        raise HandlerBroken(
            source.job_type, f"validate{_format_signature(validate)} in {source.file} must take data."
        )
    return Handler(source.job_type, function, _check_signature(source, function), validate)


def _suggest_function(source: Source, module: ModuleType) -> str:
    """Returns a sentence that names a function which may be the job handler under a wrong name; "" if there is none."""
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


def _check_signature(source: Source, function: Function) -> bool:
    """Returns True if the function takes (data, job), False for data alone. Raises HandlerBroken for anything else."""
    if not inspect.isabstract(function):
        for count in (2, 1):
            if _accepts(function, count):
                return count == 2
    detail = (
        f"{source.job_type}{_format_signature(function)} in {source.file} must take data, or data and the job, "
        "and nothing else."
    )
    raise HandlerBroken(source.job_type, detail)


def _accepts(function: Function, count: int) -> bool:
    with suppress(TypeError, ValueError):  # some built-in functions have no signature
        inspect.signature(function).bind(*range(count))
        return True
    return False


def _format_signature(function: Function) -> str:
    try:
        return str(inspect.signature(function))
    except (TypeError, ValueError):
        return "(...)"
