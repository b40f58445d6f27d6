"""Which tests run in the same one of the test run's processes, because they share what is costly to start."""

from __future__ import annotations

import re

from xdist.scheduler import LoadScopeScheduling

PLATFORMS = {"embedded", "real"}


class InOrder(LoadScopeScheduling):  # type: ignore[misc] # xdist ships no types
    """Hands tests out in their order: neighbours of one file together, and those that share a platform.

    In their order, because tests that empty the tables come after those that only roll back.
    """

    def schedule(self) -> None:
        if self.collection is None:
            self._scopes = scopes(next(iter(self.registered_collections.values())))
        super().schedule()

    def _split_scope(self, nodeid: str) -> str:
        """Called by xdist: tests of one scope go to one process."""
        return self._scopes[nodeid]


def scopes(nodeids: list[str]) -> dict[str, str]:
    """The scope of each test."""
    found: dict[str, str] = {}
    last = ""
    for place, nodeid in enumerate(nodeids):
        file = nodeid.partition("::")[0]
        # Those in a browser apart: one scope for all would leave the other processes idle in the end.
        shared = _platform(nodeid)
        if file != last.partition("#")[0]:
            last = f"{file}#{place}"
        found[nodeid] = f"{shared} {'/browser/' in file}" if shared else last
    return found


def _platform(nodeid: str) -> str | None:
    """The value of its fixture `platform`, which pytest writes into the test's name."""
    parameters = re.search(r"\[(.*)\]$", nodeid, re.S)
    named = PLATFORMS.intersection(parameters[1].split("-")) if parameters else set()
    return min(named, default=None)
