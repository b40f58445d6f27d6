"""Which job types exist and where their functions are: `handlers/<job_type>.py`, or a package of that name.

Finding reads the disk and imports nothing; loading imports. Names that begin with an underscore are
private modules, never job types.
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
from handlers._imports import fingerprint
from handlers._loading import Function, Handler, HandlerBroken, Source, fresh_import, handler_from, reason_of
from handlers._verdicts import Verdicts, stale_helpers

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
RESERVED = frozenset({"registry", "context", "testing"})
# What stands below `templates/` in the API: nobody could reach a template of that name there.
ADDRESSES = frozenset({"export", "import"})
_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")


class HandlerNotFound(Conflict):
    """No package has a module of that name."""

    def __init__(self, job_type: str, packages: Sequence[str]) -> None:
        where = " or ".join(f"{package.replace('.', '/')}/{job_type}.py" for package in packages)
        super().__init__(Problem("HANDLER_NOT_FOUND", f"There is no handler: add {where}.", "job_type"))


def may_be_job_type(name: str) -> bool:
    return _NAME.fullmatch(name) is not None and name not in RESERVED


@dataclass(frozen=True, slots=True)
class _Loaded:
    fingerprint: object
    handler: Handler


class Registry:
    """The handlers of some packages; where two have a job type, the first package wins."""

    def __init__(
        self,
        packages: Sequence[str],
        *,
        reload: bool = False,
        setup: str = "",
        before_trial: Callable[[], None] | None = None,
    ) -> None:
        self.packages = tuple(packages)
        self._reload = reload
        self._verdicts = Verdicts(reload=reload, setup=setup, before_trial=before_trial)
        self._folders = {package: _folders_of(package) for package in self.packages}
        self._found: dict[str, Source] = {}
        self._loaded: dict[str, _Loaded] = {}
        self._without_validator: set[str] = set()
        self._lock = threading.Lock()

    def find(self, job_type: str) -> Source | None:
        known = self._found.get(job_type)
        # Each new job asks. With reload a file may come up in a package that goes first.
        if known is not None and not self._reload and os.path.exists(known.file):
            return known
        source = self._search(job_type)
        if source is not None:
            self._found[job_type] = source
        return source

    def load(self, job_type: str) -> Handler:
        """The handler, imported on first use; with reload, anew when its files changed.

        Raises HandlerNotFound, or HandlerBroken with the reason when it cannot be imported or called.
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
        """Why no job of the type can run, as far as can be told before one does.

        The module is tried in a process aside, once, and with reload again after each edit; it is not imported here.
        """
        source = self.find(job_type)
        if source is None:
            return HandlerNotFound(job_type, self.packages)
        told = self._verdicts.problem(source)
        return None if told is None else HandlerBroken(job_type, told)

    def validator(self, job_type: str) -> Function | None:
        """The module's `validate`; None if it has none, or if there is no such module.

        A module that nowhere says the word is not imported for that, and one that says it not before it has passed
        its trial. Raises HandlerBroken.
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
        if (told := self._verdicts.problem(source)) is not None:
            raise HandlerBroken(job_type, told)
        validate = self.load(job_type).validate
        if validate is None:
            self._without_validator.add(job_type)
        return validate

    def job_types(self) -> list[str]:
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
        source = self._look(job_type)
        if source is None:
            # Folder listings are cached: a file written this very moment shows only after this.
            importlib.invalidate_caches()
            source = self._look(job_type)
        return source

    def _look(self, job_type: str) -> Source | None:
        for package, folders in self._folders.items():
            # Not importlib.util.find_spec: it answers from sys.modules, also for a file since deleted.
            spec = PathFinder.find_spec(f"{package}.{job_type}", folders)
            if spec is not None and spec.origin is not None and spec.has_location:
                return Source(job_type, spec.name, Path(spec.origin))
        return None

    def _load(self, source: Source) -> Handler:
        # Read before the import: an edit while we import shows at the next load.
        seen = (source.module, fingerprint(source)) if self._reload else None
        known = self._loaded.get(source.job_type)
        if known is not None and known.fingerprint == seen:
            return known.handler
        handler = handler_from(
            source, fresh_import(source, forget=stale_helpers(source) if self._reload else None)
        )
        self._loaded[source.job_type] = _Loaded(seen, handler)
        return handler


def _folders_of(package: str) -> list[str]:
    """Raises HandlerBroken when it is no package: a wrong setting should stop the start, not a job."""
    try:
        return list(importlib.import_module(package).__path__)
    except (Exception, SystemExit) as exc:
        detail = f"{package} is no package to load handlers from: {reason_of(exc)}"
        raise HandlerBroken(package, detail) from exc


# None until it is configured, or first used: by a plain unit test, which knows no more than the environment.
_current: Registry | None = None


def configure(
    packages: Sequence[str],
    reload: bool,
    *,
    setup: str = "",
    before_trial: Callable[[], None] | None = None,
) -> None:
    """Adds packages to look in, after the project's own; with `reload` an edited handler is imported anew.

    Raises BadSetting, one sentence, where one of them is no package.
    """
    global _current
    try:
        _current = Registry(
            [OWN_PACKAGE, *(name for name in packages if name != OWN_PACKAGE)],
            reload=reload,
            setup=setup,
            before_trial=before_trial,
        )
    except HandlerBroken as exc:
        remedy = f"name importable packages, separated by commas; {exc.problems[0].detail}"
        raise env.BadSetting("HANDLER_PACKAGES", ",".join(packages), remedy) from None


def _registry() -> Registry:
    if _current is None:
        env.find_packages()
        configure(env.names("HANDLER_PACKAGES"), reload=False)
        return _registry()
    return _current


def find(job_type: str) -> Source | None:
    """Where the job type's function should be, without importing it; None if there is no such module."""
    return _registry().find(job_type)


def load(job_type: str) -> Handler:
    """The job type's handler. Raises HandlerNotFound or HandlerBroken."""
    return _registry().load(job_type)


def problem(job_type: str) -> HandlerNotFound | HandlerBroken | None:
    """Why no job of the type can run, as far as can be told before one does."""
    return _registry().problem(job_type)


def validator(job_type: str) -> Function | None:
    """The `validate` of the job type's module, or None. Raises HandlerBroken."""
    return _registry().validator(job_type)


def job_types() -> list[str]:
    """All job types there are modules for, sorted."""
    return _registry().job_types()
