"""Caches the results of import checks of job handlers, until a file of the handler is edited or the result expires."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from handlers._import_check import ImportResult, import_checker
from handlers._imports import find_helpers, fingerprint
from handlers._loading import Source


@dataclass(frozen=True, slots=True)
class _CachedResult:
    fingerprint: object
    result: ImportResult
    expires_at: float

    @property
    def is_expired(self) -> bool:
        return time.monotonic() >= self.expires_at


class ImportCheckCache:
    """Runs import checks of job handlers and caches their results by job type.

    With `reload` a handler that can run is checked again after each edit. `setup` names a function ("package:function")
    for checks of modules that need the package set up. `before_check` is called before a caller waits for a check.
    """

    def __init__(self, *, reload: bool, setup: str, before_check: Callable[[], None] | None) -> None:
        self._reload = reload
        self._setup = setup
        self._before_check = before_check
        self._results: dict[str, _CachedResult] = {}
        self._locks: dict[str, threading.Lock] = defaultdict(threading.Lock)

    def find_problem(self, source: Source) -> str | None:
        """Returns a sentence that says why the job handler cannot run; None if it can, or if the check itself fails."""
        known = self._results.get(source.job_type)
        if known is not None and known.result.problem is None and not (self._reload or known.is_expired):
            return None
        seen = (source.module, fingerprint(source))
        if known is not None and known.fingerprint == seen:
            if not known.is_expired:
                return known.result.problem
            if known.result.timed_out:
                # A caller has waited for it once: check it again in the background.
                if not self._locks[source.job_type].locked():
                    threading.Thread(target=self._check, args=(source, seen), daemon=True).start()
                return known.result.problem
        if self._before_check is not None:
            self._before_check()
        return self._check(source, seen)

    def _check(self, source: Source, seen: object) -> str | None:
        """Returns why the job handler cannot run, or None; threads that ask at the same time share one import check."""
        with self._locks[source.job_type]:
            known = self._results.get(source.job_type)
            if known is None or known.fingerprint != seen or known.is_expired:
                result = import_checker.check(
                    source, forget=self._find_files_to_reload(source), setup=self._setup
                )
                known = _CachedResult(seen, result, time.monotonic() + result.valid_seconds)
                self._results[source.job_type] = known
            return known.result.problem

    def _find_files_to_reload(self, source: Source) -> dict[str, Path] | None:
        return find_helper_files(source) if self._reload else None


def find_helper_files(source: Source) -> dict[str, Path]:
    """Returns the files, by module name, of the helper modules that must be imported again with the job handler."""
    return {helper.name: helper.file for helper in find_helpers(source)}
