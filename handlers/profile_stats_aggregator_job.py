"""Computes number and mean age of invented profiles for each country (an example of a job handler)."""

from __future__ import annotations

import time
from statistics import fmean
from typing import Any

from handlers.context import Job

COUNTRIES = ("AT", "BR", "DE", "IN", "US")
STEP_SECONDS = 0.3


def profile_stats_aggregator_job(data: dict[str, Any], job: Job) -> dict[str, Any]:
    profiles = data.get("profiles", 0)
    countries: dict[str, dict[str, float]] = {}
    for number, country in enumerate(COUNTRIES):
        job.checkpoint()
        time.sleep(STEP_SECONDS)
        ages = [_compute_age(profile) for profile in range(profiles) if profile % len(COUNTRIES) == number]
        if ages:
            countries[country] = {"profiles": len(ages), "mean_age": round(fmean(ages), 1)}
            job.log("%s: %d profiles, mean age %.1f", country, len(ages), fmean(ages))
        else:
            job.log("%s: no profiles", country, level="warning")
        job.progress(100 * (number + 1) / len(COUNTRIES), f"{number + 1} of {len(COUNTRIES)} countries")
    return {"profiles": profiles, "countries": countries}


def _compute_age(profile: int) -> int:
    return 18 + profile * 13 % 60
