"""What trials have found about handlers, remembered until a file of them is edited, or for a while."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from handlers._imports import fingerprint, helpers_of
from handlers._loading import Source
from handlers._trial import Verdict, trials


@dataclass(frozen=True, slots=True)
class _Tried:
    fingerprint: object
    verdict: Verdict
    over_at: float

    @property
    def is_over(self) -> bool:
        return time.monotonic() >= self.over_at


class Verdicts:
    """`setup`, like "package:function", is called on trials of modules that need that package set up.

    `before_trial` is called before somebody waits for one.
    """

    def __init__(self, *, reload: bool, setup: str, before_trial: Callable[[], None] | None) -> None:
        self._reload = reload
        self._setup = setup
        self._before_trial = before_trial
        self._tried: dict[str, _Tried] = {}
        self._locks: dict[str, threading.Lock] = defaultdict(threading.Lock)

    def problem(self, source: Source) -> str | None:
        """Why the handler cannot run. Without reload one that can is not looked at again."""
        known = self._tried.get(source.job_type)
        if known is not None and known.verdict.problem is None and not (self._reload or known.is_over):
            return None
        seen = (source.module, fingerprint(source))
        if known is not None and known.fingerprint == seen:
            if not known.is_over:
                return known.verdict.problem
            if known.verdict.late:
                # Whoever asks has waited for it once.
                if not self._locks[source.job_type].locked():
                    threading.Thread(target=self._try, args=(source, seen), daemon=True).start()
                return known.verdict.problem
        if self._before_trial is not None:
            self._before_trial()
        return self._try(source, seen)

    def _try(self, source: Source, seen: object) -> str | None:
        """Those that ask at the same time wait for one trial."""
        with self._locks[source.job_type]:
            known = self._tried.get(source.job_type)
            if known is None or known.fingerprint != seen or known.is_over:
                verdict = trials.judge(source, forget=self._stale(source), setup=self._setup)
                known = _Tried(seen, verdict, time.monotonic() + verdict.holds_for)
                self._tried[source.job_type] = known
            return known.verdict.problem

    def _stale(self, source: Source) -> dict[str, Path] | None:
        return stale_helpers(source) if self._reload else None


def stale_helpers(source: Source) -> dict[str, Path]:
    """The helpers that are imported anew with the handler."""
    return {helper.name: helper.file for helper in helpers_of(source)}
