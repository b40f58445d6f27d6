"""The traceback of a lost connection is folded to one line; any other traceback is shown whole."""

from __future__ import annotations

from launcher.output import fold_lost_connections

LOST = """\
Traceback (most recent call last):
  File "connection.py", line 1, in connect
    sock.connect()
ConnectionRefusedError: [Errno 111] Connection refused

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "client.py", line 2, in send
    self.connect()
redis.exceptions.ConnectionError: Error 111 connecting. Connection refused.
""".splitlines()
OTHER = [*LOST[:7], *LOST[7:10], "ValueError: not a connection"]


def shown(lines: list[str]) -> list[str]:
    return list(fold_lost_connections(lines))


def test_other_lines_are_shown() -> None:
    assert shown(["one", "", "  two"]) == ["one", "", "  two"]


def test_a_lost_connection_is_its_last_line() -> None:
    assert shown(["before", *LOST, "after"]) == ["before", LOST[-1], "after"]


def test_two_in_a_row_at_the_end_are_one_line() -> None:
    assert shown([*LOST, *LOST]) == [LOST[-1]]


def test_any_other_traceback_is_whole() -> None:
    assert shown(["before", *OTHER, "after"]) == ["before", *OTHER, "after"]
