"""Twelve faults in a row while jobs run: no promise is broken."""

import random
import secrets

import pytest

from tests.faults.faults import SMOKE
from tests.faults.performance import Performance
from tests.faults.stage import Stage, raised
from tests.support import real_servers
from tests.support.could_not_run import Missing, skip_loudly
from tests.support.folders import make_private_folder
from tests.support.standing_servers import StandingServer

A_SECOND = 4
LEASES_FIRST = 4


@pytest.fixture(params=["real"])
def stage():
    try:
        with make_private_folder("faults") as folder, real_servers.run_real_servers() as servers:
            standing = [
                server.name for server in vars(servers).values() if isinstance(server, StandingServer)
            ]
            if standing:
                raise Missing(
                    f"{', '.join(standing)} is not theirs to break", remedy="install its server program"
                )
            with raised(folder, servers) as stage:
                yield stage
    except Missing as missing:
        skip_loudly("the fault tests", missing)


@pytest.mark.long
@pytest.mark.timeout(1200)
def test_no_promise_is_broken_while_things_break(stage: Stage):
    seed = secrets.randbelow(10**6)
    print(f"seed {seed}")
    faults = list(SMOKE[LEASES_FIRST:])
    random.Random(seed).shuffle(faults)
    with Performance(stage, seed, a_second=A_SECOND, patience=120) as play:
        broken = []
        # The workers' ends first: while their leases run out the other faults happen.
        for fault in (*SMOKE[:LEASES_FIRST], *faults):
            print(fault.__name__)
            broken += play.suffer(fault)
        broken += play.ends_well()
    print(play.summary())
    assert not broken, "\n".join([*broken, stage.last_lines()])
