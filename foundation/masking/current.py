"""Holds what to mask at present: the platform's own secret settings always, and the secrets of the job that runs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache

from foundation import env
from foundation.masking.masking import Masking
from foundation.masking.parts import MIN_CHARACTERS, list_passwords

_of_job: ContextVar[Masking | None] = ContextVar("masking", default=None)


@cache
def get_platform_masking() -> Masking:
    """Returns the masking of the platform's secret settings: keys, URLs of servers, and the passwords in these."""
    return Masking(filter(None, map(env.text, env.SECRET_NAMES)), split=split_setting)


def split_setting(text: str) -> set[str]:
    """Returns what is secret in a setting: not the users, hosts and options of a URL, which are ordinary words."""
    if "://" in text:
        found = list_passwords(text)
    else:
        # Keys are separated by commas, and written with `=` at their end or without.
        keys = {key.rstrip("=") for key in re.split(r"[\s,]+", text)}
        found = keys | {f"{key}=" for key in keys if key}
    return {part for part in found | {text} if len(part) >= MIN_CHARACTERS}


def mask(text: str) -> str:
    """Returns a text, as for the console, without the platform's secret settings and the secrets of the running job."""
    return (_of_job.get() or get_platform_masking()).redact_text(text)


@contextmanager
def masked_by(masking: Masking) -> Iterator[None]:
    """Has `mask` use this masking while the block runs."""
    token = _of_job.set(masking)
    try:
        yield
    finally:
        _of_job.reset(token)
