"""What a handler process reports to its slot while a handler runs."""

from __future__ import annotations

import pytest

from jobs.running.channel import Channel
from jobs.running.handler_loop import MAX_SENT_LINE, SlotReporter


@pytest.fixture
def bodies(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Collects the body of each message that was sent."""
    sent: list[bytes] = []
    monkeypatch.setattr(Channel, "send", lambda _self, _kind, body: sent.append(body))
    return sent


def log_and_read(bodies: list[bytes], text: str) -> list[str]:
    """Logs the text and returns the lines that arrive in the slot."""
    SlotReporter(Channel.__new__(Channel), lambda: False).log("info", text)
    assert all(len(body) <= MAX_SENT_LINE + 10 for body in bodies)
    return [line for body in bodies for line in body.decode().partition("\n")[2].split("\n")]


def test_a_long_text_arrives_with_all_its_lines(bodies: list[bytes]) -> None:
    lines = [f"{number} {'x' * 90}" for number in range(50_000)]
    assert log_and_read(bodies, "\n".join(lines)) == lines


def test_a_line_that_is_too_long_is_cut_alone(bodies: list[bytes]) -> None:
    lines = ["before", "x" * (MAX_SENT_LINE + 5), "", "after"]
    assert log_and_read(bodies, "\n".join(lines)) == ["before", "x" * MAX_SENT_LINE, "", "after"]


def test_a_short_text_goes_as_it_is(bodies: list[bytes]) -> None:
    assert log_and_read(bodies, "one\ntwo") == ["one", "two"]
