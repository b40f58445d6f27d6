"""`manage.py serve`: where it is to listen is judged before it does."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command


@pytest.mark.parametrize("host", ["", " "])
def test_a_blank_host_is_refused_for_it_would_mean_every_address(host: str) -> None:
    with pytest.raises(CommandError, match=r"--host: it is blank, .*0\.0\.0\.0"):
        call_command("serve", "--host", host)


@pytest.mark.parametrize("port", ["", "0", "-1", "65536", "99999", "80.5", "http", "9" * 5000])
def test_a_port_that_there_is_not_is_refused(port: str) -> None:
    with pytest.raises(CommandError, match="--port: write a whole number from 1 to 65535"):
        call_command("serve", f"--port={port}")
