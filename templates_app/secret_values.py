"""Decides which stored values the secret fields of a payload take, and refuses those that they may not have.

A value of the template's defaults, or of a shared secret, is used for somebody who may not edit the template only if it
cannot be sent anywhere else: its field is read-only, or it is bound to hosts. A re-run takes a secret again only from
where the job had it. A value that is kept by the marker is dropped when that changes to which it is bound.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from foundation.encryption import unseal
from foundation.errors import Invalid, Problem
from foundation.masking import MARKER
from templates_app.bindings import Binding, bind_to_payload, find_change
from templates_app.documents import TemplateSpec
from templates_app.foreign_urls import find_foreign_urls, label_at
from templates_app.payload_schema.secrets import Path, SecretField, value_at
from templates_app.queries import version_spec
from templates_app.shared_secrets.loading import SharedSecrets
from templates_app.terms import DEFAULT, GIVEN, EarlierRun, Terms, describe_origin, shared_origin


@dataclass(slots=True)
class Taken:
    """Holds the default values that a payload takes, by dotted path, and where each of its secrets comes from.

    A shared secret is among the origins but not among the values: it is read when the job runs.
    """

    values: dict[str, str] = field(default_factory=dict, repr=False)
    origins: dict[str, str] = field(default_factory=dict)


def take_secrets(spec: TemplateSpec, whole: dict[str, Any], kept: Collection[str], terms: Terms) -> Taken:
    """Returns what the markers in a complete payload stand for. `kept`: the places whose stored value was put back.

    Raises Invalid with every value that is refused, and SecretsUnreadable. Markers that stand for nothing are left out.
    """
    return _Taking(spec, whole, terms).take(kept)


class _Taking:
    """Takes the secrets of one payload."""

    def __init__(self, spec: TemplateSpec, whole: dict[str, Any], terms: Terms) -> None:
        self._spec, self._whole, self._terms = spec, whole, terms
        self._now = bind_to_payload(spec, whole, [".".join(path) for path in spec.compiled.secret_fields])
        self._problems: list[Problem] = []
        self._defaults: Mapping[str, str] | None = None
        self._shared = terms.shared or SharedSecrets(spec)
        self._before: Binding | None = None
        self._taken = Taken()

    def take(self, kept: Collection[str]) -> Taken:
        for path, rules in self._spec.compiled.secret_fields.items():
            place = ".".join(path)
            value = value_at(self._whole, path)
            if not isinstance(value, str):
                continue
            if value != MARKER:
                self._taken.origins[place] = GIVEN
                if place in kept:
                    self._keep(path, place)
            elif rules.shared is not None:
                self._take_shared(path, place, rules, rules.shared)
            else:
                self._take_default(path, place, rules)
            if place in self._taken.origins:
                self._check_hosts(path, self._hosts_of(rules))
        if self._problems:
            raise Invalid(self._problems)
        return self._taken

    def _keep(self, path: Path, place: str) -> None:
        before = self._terms.stored.binding
        if before is not None and (change := find_change(before, self._now, place)) is not None:
            self._refuse(path, f"because {change}")

    def _take_shared(self, path: Path, place: str, rules: SecretField, name: str) -> None:
        if self._is_other_shared(place, name):
            self._refuse(path, "because the shared secret of its field changed")
        elif (secret := self._shared.get(name)) is None:
            self._refuse(path, f"because there is no shared secret {name} for this job type any more")
        elif self._terms.may_edit or rules.is_read_only or secret.hosts:
            self._take(path, place, shared_origin(name))
        else:
            self._refuse_unbound(path, f"the shared secret {name}")

    def _take_default(self, path: Path, place: str, rules: SecretField) -> None:
        if self._defaults is None:
            self._defaults = unseal(self._spec.sealed)
        if place not in self._defaults:
            if self._terms.earlier is not None:
                self._refuse(path, "because values are deleted when their job ends")
            return
        if self._is_other_shared(place, None):
            self._refuse(path, "because the shared secret of its field changed")
        elif not (self._terms.may_edit or rules.is_bound):
            self._refuse_unbound(path, "its default")
        elif self._take(path, place, DEFAULT):
            self._taken.values[place] = self._defaults[place]

    def _take(self, path: Path, place: str, origin: str) -> bool:
        """Notes the origin; refuses it if a job is run again that had another value or sent it elsewhere."""
        if self._terms.earlier is not None and (
            why := self._find_difference(place, origin, self._terms.earlier)
        ):
            self._refuse(path, f"because {why}")
            return False
        self._taken.origins[place] = origin
        return True

    def _find_difference(self, place: str, origin: str, earlier: EarlierRun) -> str | None:
        """Returns why the job that is run again did not have this value, or not for the same; None if it did."""
        had = earlier.origins.get(place)
        if had != describe_origin(origin, earlier.version):
            return "values are deleted when their job ends" if had else "the job had no value of this origin"
        old = version_spec(self._spec.type, earlier.version)
        if origin == DEFAULT and unseal(old.sealed).get(place) != (self._defaults or {}).get(place):
            return "the template has another default now"
        if self._before is None:
            self._before = bind_to_payload(old, earlier.payload, self._now.fields)
        return find_change(self._before, self._now, place)

    def _is_other_shared(self, place: str, name: str | None) -> bool:
        """Returns whether the series with this payload was made when its field took another shared secret."""
        before = self._terms.stored.binding
        recorded = before.fields[place][1] if before is not None and place in before.fields else None
        return recorded is not None and recorded != name

    def _hosts_of(self, rules: SecretField) -> Collection[str]:
        if rules.shared is None:
            return rules.hosts
        secret = self._shared.get(rules.shared)
        return () if secret is None else secret.hosts

    def _check_hosts(self, path: Path, hosts: Collection[str]) -> None:
        self._problems += find_foreign_urls(self._spec, self._whole, path, hosts)

    def _refuse(self, path: Path, why: str) -> None:
        detail = f"Enter {label_at(self._spec, path)} again, {why}"
        self._problems.append(Problem("SECRET_MISSING", detail, ".".join(("payload", *path))))

    def _refuse_unbound(self, path: Path, what: str) -> None:
        label = label_at(self._spec, path)
        why = f"{what} is used for editors only, as it could be sent to any address"
        code = "required" if self._terms.earlier is None else "SECRET_MISSING"
        self._problems.append(Problem(code, f"{label} is required: {why}", ".".join(("payload", *path))))
