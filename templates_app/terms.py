"""Says on which terms a payload takes stored secret values: whose they are, and whether its author may have them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from templates_app.bindings import NOTHING_STORED, StoredSecrets
from templates_app.shared_secrets.loading import SharedSecrets

GIVEN = "given"
DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class EarlierRun:
    """Describes the job that is run again: its template version, payload, and where each of its secrets came from.

    `origins` has, by dotted path, what `describe_origin` returned: `given`, `default@3` or `shared:NAME`.
    """

    version: int
    payload: Any
    origins: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Terms:
    """Holds what decides about the secrets of a payload.

    `stored`: the values that a marker in the payload keeps, those of a series. `may_edit`: whether the payload's author
    may edit the template, and so use its defaults anywhere and change read-only fields. `earlier`: the job that is run
    again, whose secrets are taken again only from where they came. `shared`: the shared secrets of the template,
    for all payloads of one request; None to load them.
    """

    stored: StoredSecrets = NOTHING_STORED
    may_edit: bool = True
    earlier: EarlierRun | None = None
    shared: SharedSecrets | None = None


OF_PLATFORM = Terms()


def shared_origin(name: str) -> str:
    """Returns the origin of a value that is read from the shared secret of this name."""
    return f"shared:{name}"


def describe_origin(origin: str, version: int) -> str:
    """Returns the origin as a job's history has it: a default with the version of the template that it is of."""
    return f"{DEFAULT}@{version}" if origin == DEFAULT else origin
