"""People and programs at work: they create jobs of all sorts, stop some, and ask again until they are answered."""

from __future__ import annotations

import random
import threading
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.faults.stage import Stage
from tests.support.api import Api
from tests.support.handlers_for_tests.spoiler import FATAL, WAYS

CALLERS = 3
PAUSE_BETWEEN_TRIES = 0.3
GIVE_UP_SECONDS = 180.0
# A busy machine may ask a caller to come again; one that does so for longer is broken.
BUSY_SECONDS = 10.0

# In some payloads; nobody may ever read it.
PASSWORD = "open-sesame-4711"
# How often each sort comes, and what is asked for.
SORTS: dict[str, tuple[float, Any]] = {
    "instant": (6, lambda _: {"job_type": "laborer"}),
    "short": (5, lambda dice: _labor(dice.uniform(0.2, 1.5))),
    "long": (1, lambda dice: _labor(dice.uniform(4, 8))),
    "delayed": (3, lambda dice: {**_labor(0.1), "start_in_seconds": dice.randint(1, 12)}),
    "failing": (
        1,
        lambda _: {"job_type": "laborer", "payload": {"succeed_at": 100, "password": PASSWORD}},
    ),
    "secretive": (1, lambda _: {"job_type": "laborer", "payload": {"password": PASSWORD}}),
    "accounting": (1.5, lambda dice: {"job_type": "accountant", "payload": _seconds(dice.uniform(0.5, 3))}),
    "retrying": (2, lambda dice: {"job_type": "retrier", "payload": {"succeed_at": dice.randint(2, 4)}}),
}
# Those that hold their process would only hold up the others, half a minute each.
VANDALISM = sorted(WAYS.keys() - FATAL.keys())
# Few: the worst hold a slot for most of a lease, twice, and each vandal costs its slot a new process.
POISON: dict[str, tuple[float, Any]] = {
    "poison": (
        0.3,
        lambda dice: {
            "job_type": "poison",
            "payload": {"kind": dice.choice(["segfault", "exit", "memory", "loop", "interpreter"])},
        },
    ),
    "vandals": (
        1.0,
        lambda dice: {
            "job_type": "vandal",
            "payload": {
                "ways": ",".join(dice.sample(VANDALISM, dice.randint(1, 4))),
                **_seconds(dice.choice([0, 0, dice.uniform(0.1, 2)])),
            },
        },
    ),
}
STOPPED_SHARE = 0.12


def _labor(seconds: float) -> dict[str, Any]:
    return {"job_type": "laborer", "payload": _seconds(seconds)}


def _seconds(seconds: float) -> dict[str, Any]:
    return {"seconds": round(seconds, 2)}


@dataclass
class Told:
    """What the callers were told. `keys`: the jobs that were answered for each Idempotency-Key."""

    keys: dict[str, set[str]] = field(default_factory=dict)
    stops: dict[str, int] = field(default_factory=dict)  # job -> the status of the accepted stop
    errors: list[tuple[float, int, str]] = field(default_factory=list)  # when, status, body
    given_up: list[str] = field(default_factory=list)
    busy: int = 0  # answers that asked to come again
    no_advice: list[str] = field(default_factory=list)  # a 503 that does not say when to come again

    @property
    def accepted(self) -> set[str]:
        return {job_id for ids in self.keys.values() for job_id in ids}


class Load:
    """`start()`, and `stop()` when enough was asked for."""

    def __init__(self, stage: Stage, seed: int, *, a_second: float, poison: bool = False) -> None:
        self.told = Told()
        self._stage, self._seed, self._pause = stage, seed, CALLERS / a_second
        self._sorts = {**SORTS, **(POISON if poison else {})}
        self._over = threading.Event()
        self._lock = threading.Lock()
        self._threads = [
            threading.Thread(target=self._call, args=(number,), name=f"caller-{number}", daemon=True)
            for number in range(CALLERS)
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Returns when every caller has its last answer."""
        self._over.set()
        for thread in self._threads:
            thread.join(timeout=GIVE_UP_SECONDS + 60)

    def create(self, api: Api, body: dict[str, Any], key: str) -> str | None:
        """As a careful program does it: the same key and body again until there is an answer."""
        body = {**body, "payload": {**body.get("payload", {}), "mark": key}}
        answer = self._insist(api, "jobs/", json=body, headers={"Idempotency-Key": key})
        if answer is None:
            return None
        if answer.status_code not in (200, 201):
            self._note(answer)
            return None
        job_id = str(answer.json()["job_id"])
        with self._lock:
            self.told.keys.setdefault(key, set()).add(job_id)
        return job_id

    def stop_job(self, api: Api, job_id: str) -> None:
        answer = self._insist(api, f"jobs/{job_id}/terminate/")
        if answer is not None and answer.status_code in (200, 202):
            with self._lock:
                self.told.stops[job_id] = answer.status_code

    def _call(self, number: int) -> None:
        dice = random.Random(f"{self._seed}/{number}")
        names = list(self._sorts)
        weights = [self._sorts[name][0] for name in names]
        with self._stage.api("operator") as api:
            while not self._over.wait(self._pause * dice.uniform(0.5, 1.5)):
                sort = self._sorts[dice.choices(names, weights)[0]]
                job_id = self.create(api, sort[1](dice), str(uuid.UUID(int=dice.getrandbits(128))))
                if job_id and dice.random() < STOPPED_SHARE:
                    self._over.wait(dice.choice([0, 0.1, 0.5, 2]))
                    self.stop_job(api, job_id)

    def _note(self, answer: httpx.Response) -> None:
        with self._lock:
            self.told.errors.append((time.monotonic(), answer.status_code, answer.text[:200]))

    def _note_busy(self, answer: httpx.Response) -> None:
        with self._lock:
            self.told.busy += 1
            if "Retry-After" not in answer.headers:
                self.told.no_advice.append(answer.text[:200])

    def _insist(self, api: Api, path: str, **request: Any) -> httpx.Response | None:
        began = time.monotonic()
        while time.monotonic() < began + GIVE_UP_SECONDS:
            try:
                answer = api.post(path, **request)
            except httpx.TransportError:
                time.sleep(PAUSE_BETWEEN_TRIES)
                continue
            if answer.status_code < 500:
                return answer
            if answer.status_code == 503:
                self._note_busy(answer)
            if answer.status_code != 503 or time.monotonic() > began + BUSY_SECONDS:
                self._note(answer)
            time.sleep(PAUSE_BETWEEN_TRIES)
        with self._lock:
            self.told.given_up.append(path)
        return None
