"""The handler process of this worker slot: kept from job to job while it is as good as new, else replaced."""

from __future__ import annotations

import os

from jobs.running.guardian import Ending, Guardian, Left
from jobs.running.handler_process import HandlerProcess
from jobs.running.report import Report
from jobs.running.reporter import Reporter
from jobs.running.unclaimed import UnclaimedJobs
from jobs.transitions import Attempt

# A process may turn out unfit just as it gets the job; a fork of this slot is fit.
BEGIN_TRIES = 3


class Slot:
    """One a pool process. It forgets the process of a slot that it was forked from."""

    def __init__(self) -> None:
        self._process: HandlerProcess | None = None
        self._owner = 0

    def run(
        self,
        attempt: Attempt,
        data: dict[str, object],
        reporter: Reporter,
        unclaimed: UnclaimedJobs,
        *,
        claimed_at: float,
    ) -> tuple[Ending, Guardian]:
        """Have the handler run until the attempt has ended; everything it printed is in `reporter` by then."""
        if attempt.fresh_process:
            self.end()
        job = {"job_type": attempt.job_type, "attempt": attempt.number, "data": data}
        for _ in range(BEGIN_TRIES):
            process = self._usable()
            guardian = Guardian(reporter, process, unclaimed, claimed_at=claimed_at)
            ending = guardian.watch() if process.begins(job) else Left.NOT_BEGUN
            keep = guardian.process_is_fit and not attempt.fresh_process
            self._settle(process, ending, reporter, keep=keep)
            if ending is not Left.NOT_BEGUN:
                return ending, guardian
        raise RuntimeError("no handler process could be begun")

    def _usable(self) -> HandlerProcess:
        if self._owner != os.getpid():
            self._process, self._owner = None, os.getpid()
        if self._process is not None and self._process.has_ended():
            self.end()
        if self._process is None:
            self._process = HandlerProcess()
        return self._process

    def prepare(self) -> None:
        """Begin the process before the job that it is to run, which then need not wait for it."""
        self._usable()

    def _settle(self, process: HandlerProcess, ending: Ending, reporter: Reporter, *, keep: bool) -> None:
        """Keep the process, or end it with all that the job started in it."""
        if isinstance(ending, Report) and process.has_orphans():
            reporter.log("warning", "The job left programs running in the background: they were ended.")
            keep = False
        if not keep:
            process.end()
        process.output.finish()
        if not keep:
            self._forget()

    def end(self) -> None:
        """End the handler process, if there is one."""
        if self._process is not None and self._owner == os.getpid():
            self._process.end()
            self._forget()

    def _forget(self) -> None:
        if self._process is not None:
            self._process.close()
            self._process = None


slot = Slot()
