"""Embedded servers keep their ports; a message about a taken port names the process that has it."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from launcher import readiness, servers


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


def test_a_port_once_chosen_is_kept(tmp_path: Path) -> None:
    first = servers.choose_port(tmp_path, "postgres")
    assert servers.MIN_PORT <= first <= servers.MAX_PORT < 32768
    assert servers.choose_port(tmp_path, "postgres") == first
    assert servers.choose_port(tmp_path, "valkey") != first


def test_a_port_taken_meanwhile_is_replaced(tmp_path: Path, listener: socket.socket) -> None:
    taken = listener.getsockname()[1]
    (tmp_path / "ports.json").write_text(f'{{"postgres": {taken}, "valkey": 20000}}')
    replacement = servers.choose_port(tmp_path, "postgres")
    assert replacement not in {taken, 20000}
    assert servers.choose_port(tmp_path, "postgres") == replacement


def test_a_port_is_taken_while_somebody_listens(listener: socket.socket) -> None:
    port = listener.getsockname()[1]
    assert not readiness.is_free(port)
    listener.close()
    assert readiness.is_free(port)


def test_the_sentence_names_the_process_and_another_port(listener: socket.socket) -> None:
    port = listener.getsockname()[1]
    sentence = readiness.describe_taken_port(port)
    assert f"Port {port} is taken by " in sentence
    assert f"(process {os.getpid()})" in sentence
    assert f"make run PORT={port + 1}" in sentence


def test_a_port_that_needs_root_rights_is_described_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("psutil.net_connections", lambda kind: [])
    assert "Port 80 needs root rights" in readiness.describe_taken_port(80)
