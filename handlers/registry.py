"""Finds and loads job handlers: a job type's function is in `handlers/<job_type>.py`, or in a package of that name.

Finding a handler only reads the disk; loading imports its module. Modules whose names begin with an underscore are
private and never job types.
"""

from __future__ import annotations

import importlib
import os
import pkgutil
import re
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.machinery import PathFinder
from pathlib import Path

from foundation import env
from foundation.errors import Conflict, Problem
from handlers._import_check_cache import ImportCheckCache, find_helper_files
from handlers._imports import fingerprint
from handlers._loading import (
    Function,
    Handler,
    HandlerBroken,
    Source,
    describe_error,
    import_source,
    make_handler,
)

__all__ = [
    "Handler",
    "HandlerBroken",
    "HandlerNotFound",
    "Source",
    "configure",
    "find",
    "job_types",
    "load",
    "problem",
    "validator",
]

OWN_PACKAGE = "handlers"
RESERVED_MODULES = frozenset({"registry", "context", "testing"})
# Routes below `templates/` in the API: they would hide a template of the same name.
RESERVED_ROUTES = frozenset({"export", "import"})
_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")


class HandlerNotFound(Conflict):
    """Raised when none of the packages with job handlers has a module for the job type."""

    def __init__(self, job_type: str, packages: Sequence[str]) -> None:
        where = " or ".join(f"{package.replace('.', '/')}/{job_type}.py" for package in packages)
        super().__init__(Problem("HANDLER_NOT_FOUND", f"There is no handler: add {where}.", "job_type"))


def may_be_job_type(name: str) -> bool:
    """Returns whether a job type may have this name: well-formed, and not that of a module such as `registry`."""
    return _NAME.fullmatch(name) is not None and name not in RESERVED_MODULES


@dataclass(frozen=True, slots=True)
class _Loaded:
    fingerprint: object
    handler: Handler


class Registry:
    """Finds and loads the job handlers in some packages. If two have the same job type, the first package is used."""

    def __init__(
        self,
        packages: Sequence[str],
        *,
        reload: bool = False,
        setup: str = "",
        before_check: Callable[[], None] | None = None,
    ) -> None:
        self.packages = tuple(packages)
        self._reload = reload
        self._import_checks = ImportCheckCache(reload=reload, setup=setup, before_check=before_check)
        self._folders = {package: _find_folders(package) for package in self.packages}
        self._found: dict[str, Source] = {}
        self._loaded: dict[str, _Loaded] = {}
        self._without_validator: set[str] = set()
        self._lock = threading.Lock()

    def find(self, job_type: str) -> Source | None:
        """Returns where the job type's handler is, without importing it; None if no package has such a module."""
        known = self._found.get(job_type)
        # Cached, because each new job calls this. With reload a new file may appear in a package that goes first.
        if known is not None and not self._reload and os.path.exists(known.file):
            return known
        source = self._search(job_type)
        if source is not None:
            self._found[job_type] = source
        return source

    def load(self, job_type: str) -> Handler:
        """Returns the job type's handler, imported on first use; with reload, imported again after its files change.

        Raises HandlerNotFound if it does not exist, or HandlerBroken with the reason if it cannot be imported or
        called.
        """
        known = self._loaded.get(job_type)
        if known is not None and not self._reload:
            return known.handler
        source = self.find(job_type)
        if source is None:
            raise HandlerNotFound(job_type, self.packages)
        with self._lock:
            return self._load(source)

    def problem(self, job_type: str) -> HandlerNotFound | HandlerBroken | None:
        """Returns why jobs of this type cannot run, as far as importing the handler shows; None if no reason is found.

        The import takes place only in a separate process: once, and with reload again after each edit.
        """
        source = self.find(job_type)
        if source is None:
            return HandlerNotFound(job_type, self.packages)
        reason = self._import_checks.find_problem(source)
        return None if reason is None else HandlerBroken(job_type, reason)

    def validator(self, job_type: str) -> Function | None:
        """Returns the `validate` function of the job type's module; None if there is no such function or module.

        Imports the module only if its file contains the word `validate` and its import check succeeds. Raises
        HandlerBroken if the check finds a problem.
        """
        if not self._reload:
            if job_type in self._without_validator:
                return None
            if job_type in self._loaded:
                return self._loaded[job_type].handler.validate
        source = self.find(job_type)
        if source is None:
            return None
        if not source.mentions("validate"):
            self._without_validator.add(job_type)
            return None
        if (reason := self._import_checks.find_problem(source)) is not None:
            raise HandlerBroken(job_type, reason)
        validate = self.load(job_type).validate
        if validate is None:
            self._without_validator.add(job_type)
        return validate

    def job_types(self) -> list[str]:
        """Returns all job types for which the packages contain a module, sorted by name."""
        importlib.invalidate_caches()
        names = {
            module.name
            for folders in self._folders.values()
            for module in pkgutil.iter_modules(folders)
            if may_be_job_type(module.name)
        }
        return sorted(names)

    def _search(self, job_type: str) -> Source | None:
        if not may_be_job_type(job_type):
            return None
        source = self._find_in_folders(job_type)
        if source is None:
            # Python caches folder listings: a file that is quite new is found only after this.
            importlib.invalidate_caches()
            source = self._find_in_folders(job_type)
        return source

    def _find_in_folders(self, job_type: str) -> Source | None:
        for package, folders in self._folders.items():
            # importlib.util.find_spec would return modules of sys.modules, also if their file was deleted.
            spec = PathFinder.find_spec(f"{package}.{job_type}", folders)
            if spec is not None and spec.origin is not None and spec.has_location:
                return Source(job_type, spec.name, Path(spec.origin))
        return None

    def _load(self, source: Source) -> Handler:
        # Read before the import, so that an edit during the import is noticed at the next load.
        seen = (source.module, fingerprint(source)) if self._reload else None
        known = self._loaded.get(source.job_type)
        if known is not None and known.fingerprint == seen:
            return known.handler
        handler = make_handler(
            source, import_source(source, forget=find_helper_files(source) if self._reload else None)
        )
        self._loaded[source.job_type] = _Loaded(seen, handler)
        return handler


def _find_folders(package: str) -> list[str]:
    """Returns the folders of a package with job handlers. Raises HandlerBroken if it is not an importable package."""
    try:
        return list(importlib.import_module(package).__path__)
    except (Exception, SystemExit) as exc:
        detail = f"{package} is no package to load handlers from: {describe_error(exc)}"
        raise HandlerBroken(package, detail) from exc


# None until `configure`, or until the first use, as in a unit test that calls no `configure`.
_current: Registry | None = None


def configure(
    packages: Sequence[str],
    reload: bool,
    *,
    setup: str = "",
    before_check: Callable[[], None] | None = None,
) -> None:
    """Sets the packages to search for job handlers, after `handlers`. With `reload` edited handlers are imported again.

    `setup` and `before_check` are passed to ImportCheckCache. Raises BadSetting if a name is not an importable package.
    """
    global _current
    try:
        _current = Registry(
            [OWN_PACKAGE, *(name for name in packages if name != OWN_PACKAGE)],
            reload=reload,
            setup=setup,
            before_check=before_check,
        )
    except HandlerBroken as exc:
        remedy = f"name importable packages, separated by commas; {exc.problems[0].detail}"
        raise env.BadSetting("HANDLER_PACKAGES", ",".join(packages), remedy) from None


def _get_registry() -> Registry:
    if _current is None:
        env.find_packages()
        configure(env.names("HANDLER_PACKAGES"), reload=False)
        return _get_registry()
    return _current


def find(job_type: str) -> Source | None:
    """Returns where the job type's handler is, without importing it; None if no package has such a module."""
    return _get_registry().find(job_type)


def load(job_type: str) -> Handler:
    """Returns the job type's handler. Raises HandlerNotFound, or HandlerBroken if it cannot be imported or called."""
    return _get_registry().load(job_type)


def problem(job_type: str) -> HandlerNotFound | HandlerBroken | None:
    """Returns why jobs of this type cannot run, as far as importing the handler shows; None if no reason is found."""
    return _get_registry().problem(job_type)


def validator(job_type: str) -> Function | None:
    """Returns the `validate` function of the job type's module; None if there is none. Raises HandlerBroken."""
    return _get_registry().validator(job_type)


def job_types() -> list[str]:
    """Returns all job types for which a module exists, sorted by name."""
    return _get_registry().job_types()
