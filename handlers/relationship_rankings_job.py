"""Ranks invented candidates by an invented closeness to a user (an example of a job handler)."""

from __future__ import annotations

import hashlib
import time
from typing import Any

from handlers.context import Job

CANDIDATES = 40
ROUNDS = 4
STEP_SECONDS = 0.4
SHOWN = 5


def relationship_rankings_job(data: dict[str, Any], job: Job) -> dict[str, Any]:
    user_id = data["user_id"]
    scores: dict[int, int] = {}
    for round_number in range(ROUNDS):
        job.checkpoint()
        time.sleep(STEP_SECONDS)
        for candidate in range(round_number, CANDIDATES, ROUNDS):
            scores[candidate] = _compute_score(user_id, candidate)
        job.log("round %d: %d candidates compared", round_number + 1, len(scores))
        job.progress(90 * (round_number + 1) / ROUNDS, f"{len(scores)} of {CANDIDATES} candidates")

    # Equal scores keep the candidates' order, so the same user always gets the same ranking.
    best = sorted(scores, key=lambda candidate: (-scores[candidate], candidate))[:SHOWN]
    job.progress(95, "ranked")
    return {"user_id": user_id, "rankings": [{"candidate": one, "score": scores[one]} for one in best]}


def _compute_score(user_id: int, candidate: int) -> int:
    return hashlib.sha256(f"{user_id} and {candidate}".encode()).digest()[0]
