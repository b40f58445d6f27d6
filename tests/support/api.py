"""The REST API as a program uses it."""

from __future__ import annotations

import time
from typing import Any

import httpx

Json = dict[str, Any]
TERMINAL = {"succeeded", "failed", "terminated"}
LONGEST_WAIT = 30


class Api(httpx.Client):
    """An httpx client at /api/v1/, and the few calls that most tests make."""

    def __init__(self, url: str, token: str) -> None:
        super().__init__(
            base_url=f"{url}/api/v1/",
            headers={"Authorization": f"Token {token}"},
            timeout=LONGEST_WAIT + 30,
            trust_env=False,
        )

    def create(self, job_type: str, payload: Json | None = None, **further: Any) -> Json:
        """A new job; without `start_in_seconds` due at once."""
        body = {"job_type": job_type, "payload": payload or {}, "start_in_seconds": 0, **further}
        answer = self.post("jobs/", json=body)
        assert answer.status_code == 201, answer.text
        return self._json(answer)

    def job(self, job_id: str) -> Json:
        return self._json(self.get(f"jobs/{job_id}/").raise_for_status())

    def ended(self, job_id: str, *, within: float = 30) -> Json:
        """The job when it has ended. Fails when it has not by then."""
        deadline = time.monotonic() + within
        while True:
            left = deadline - time.monotonic()
            wait = max(1, min(LONGEST_WAIT, round(left)))
            job = self._json(self.get(f"jobs/{job_id}/", params={"wait": wait}).raise_for_status())
            if job["state"] in TERMINAL:
                return job
            assert left > 0, f"not ended within {within:g} s: {job}"

    def runs(self, job_id: str, *, within: float = 20) -> Json:
        """The job as soon as it is running."""
        deadline = time.monotonic() + within
        while (job := self.job(job_id))["state"] != "running":
            assert time.monotonic() < deadline, f"not running within {within:g} s: {job}"
            time.sleep(0.1)
        return job

    def history(self, job_id: str) -> list[Json]:
        events: list[Json] = self._json(self.get(f"jobs/{job_id}/events/").raise_for_status())["results"]
        return events

    def log(self, job_id: str) -> list[Json]:
        lines: list[Json] = self._json(self.get(f"jobs/{job_id}/log/").raise_for_status())["lines"]
        return lines

    @staticmethod
    def _json(answer: httpx.Response) -> Json:
        found: Json = answer.json()
        return found
