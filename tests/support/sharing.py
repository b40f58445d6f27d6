"""Assigns tests to xdist's processes, so that tests which share an expensive platform run in the same one."""

from __future__ import annotations

import re

from xdist.scheduler import LoadScopeScheduling

PLATFORMS = {"embedded", "real"}


class InOrder(LoadScopeScheduling):  # type: ignore[misc] # xdist ships no types
    """Hands out tests in their order; neighbours of one file and tests that share a platform stay together.

    The order matters: tests that truncate the tables come after those that only roll back.
    """

    def schedule(self) -> None:
        if self.collection is None:
            self._scopes = assign_scopes(next(iter(self.registered_collections.values())))
        super().schedule()

    def _split_scope(self, nodeid: str) -> str:
        """Returns the scope of a test. xdist sends tests of one scope to one process."""
        return self._scopes[nodeid]


def assign_scopes(nodeids: list[str]) -> dict[str, str]:
    """Returns the scope of each test, by its node id."""
    found: dict[str, str] = {}
    last = ""
    for place, nodeid in enumerate(nodeids):
        file = nodeid.partition("::")[0]
        # Browser tests get a scope of their own: with one scope for all, the other processes would be idle at the end.
        shared = _find_platform(nodeid)
        if file != last.partition("#")[0]:
            last = f"{file}#{place}"
        found[nodeid] = f"{shared} {'/browser/' in file}" if shared else last
    return found


def _find_platform(nodeid: str) -> str | None:
    """Returns the value of the test's fixture `platform`, which pytest writes into the node id."""
    parameters = re.search(r"\[(.*)\]$", nodeid, re.S)
    named = PLATFORMS.intersection(parameters[1].split("-")) if parameters else set()
    return min(named, default=None)
