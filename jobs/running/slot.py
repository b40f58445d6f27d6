"""Manages the handler process of this worker slot: reuses it if a job left nothing behind in it, else replaces it."""

from __future__ import annotations

import os
from collections.abc import Mapping

from jobs.running.backlog import Backlog
from jobs.running.guardian import Guardian, NoReport, RunEnd
from jobs.running.handler_process import HandlerProcess
from jobs.running.report import Report
from jobs.running.reporter import Reporter
from jobs.transitions import Attempt

# A used process may turn out unfit as it gets the job; a new fork of this slot is fit.
MAX_START_TRIES = 3


class Slot:
    """Holds the handler process of this pool process. Forgets one that belongs to the process it was forked from."""

    def __init__(self) -> None:
        self._process: HandlerProcess | None = None
        self._owner = 0

    def run(
        self,
        attempt: Attempt,
        data: dict[str, object],
        reporter: Reporter,
        backlog: Backlog,
        *,
        claimed_at: float,
        hosts: Mapping[str, list[str]] | None = None,
    ) -> tuple[RunEnd, Guardian]:
        """Runs the job handler and returns how the attempt ended, with the guardian that watched it.

        `hosts`: to which hosts secrets of `data` may only go, by dotted path. All that the job handler printed is in
        `reporter` by then. Raises RuntimeError if no handler process starts.
        """
        if attempt.fresh_process:
            self.end_process()
        job = {"job_type": attempt.job_type, "attempt": attempt.number, "data": data}
        if hosts:
            job["hosts"] = hosts
        for _ in range(MAX_START_TRIES):
            process = self._get_process()
            guardian = Guardian(reporter, process, backlog, claimed_at=claimed_at)
            ending = guardian.watch() if process.start_job(job) else NoReport.NOT_STARTED
            keep = guardian.process_is_fit and not attempt.fresh_process
            self._keep_or_end(process, ending, reporter, keep=keep)
            if ending is not NoReport.NOT_STARTED:
                return ending, guardian
        raise RuntimeError("no handler process could be started")

    def _get_process(self) -> HandlerProcess:
        if self._owner != os.getpid():
            self._process, self._owner = None, os.getpid()
        if self._process is not None and self._process.has_ended():
            self.end_process()
        if self._process is None:
            self._process = HandlerProcess()
        return self._process

    def start_process(self) -> None:
        """Starts the handler process in advance, so that the first job need not wait for its start."""
        self._get_process()

    def _keep_or_end(
        self, process: HandlerProcess, ending: RunEnd, reporter: Reporter, *, keep: bool
    ) -> None:
        """Keeps the handler process for the next job, or ends it and all programs that the job started."""
        if isinstance(ending, Report) and process.has_orphans():
            reporter.log("warning", "The job left programs running in the background: they were ended.")
            keep = False
        if not keep:
            process.end()
        process.output.finish()
        if not keep:
            self._close_process()

    def end_process(self) -> None:
        """Ends the handler process, if there is one, and all programs started from it."""
        if self._process is not None and self._owner == os.getpid():
            self._process.end()
            self._close_process()

    def _close_process(self) -> None:
        if self._process is not None:
            self._process.close()
            self._process = None


slot = Slot()
