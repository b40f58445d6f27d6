"""Calls the REST API of a running platform, as a program would."""

from __future__ import annotations

import time
from typing import Any

import httpx

Json = dict[str, Any]
TERMINAL = {"succeeded", "failed", "terminated"}
MAX_WAIT_SECONDS = 30


class Api(httpx.Client):
    """An httpx client for /api/v1/ with methods for the calls that most tests make."""

    def __init__(self, url: str, token: str) -> None:
        super().__init__(
            base_url=f"{url}/api/v1/",
            headers={"Authorization": f"Token {token}"},
            timeout=MAX_WAIT_SECONDS + 30,
            trust_env=False,
        )

    def create(self, job_type: str, payload: Json | None = None, **further: Any) -> Json:
        """Creates a job and returns it. It is due at once unless `start_in_seconds` is given."""
        body = {"job_type": job_type, "payload": payload or {}, "start_in_seconds": 0, **further}
        answer = self.post("jobs/", json=body)
        assert answer.status_code == 201, answer.text
        return self._json(answer)

    def job(self, job_id: str) -> Json:
        """Returns a job."""
        return self._json(self.get(f"jobs/{job_id}/").raise_for_status())

    def await_end(self, job_id: str, *, within: float = 30) -> Json:
        """Waits until a job has ended and returns it. Fails the test if that takes longer than `within` seconds."""
        deadline = time.monotonic() + within
        while True:
            left = deadline - time.monotonic()
            wait = max(1, min(MAX_WAIT_SECONDS, round(left)))
            job = self._json(self.get(f"jobs/{job_id}/", params={"wait": wait}).raise_for_status())
            if job["state"] in TERMINAL:
                return job
            assert left > 0, f"not ended within {within:g} s: {job}"

    def await_running(self, job_id: str, *, within: float = 20) -> Json:
        """Polls until a job is running and returns it. Fails the test if that takes longer than `within` seconds."""
        deadline = time.monotonic() + within
        while (job := self.job(job_id))["state"] != "running":
            assert time.monotonic() < deadline, f"not running within {within:g} s: {job}"
            time.sleep(0.1)
        return job

    def history(self, job_id: str) -> list[Json]:
        """Returns the events of a job, oldest first."""
        events: list[Json] = self._json(self.get(f"jobs/{job_id}/events/").raise_for_status())["results"]
        return events

    def log(self, job_id: str) -> list[Json]:
        """Returns the first page of the log lines of a job."""
        lines: list[Json] = self._json(self.get(f"jobs/{job_id}/log/").raise_for_status())["lines"]
        return lines

    @staticmethod
    def _json(answer: httpx.Response) -> Json:
        found: Json = answer.json()
        return found
