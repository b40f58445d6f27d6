"""Sends messages between a worker's slot and its handler process, over a pair of local sockets.

A message has a kind (a byte) and a body (bytes). It is sent in records whose boundaries the kernel preserves, so
several processes and threads may send at the same time without a lock.
"""

from __future__ import annotations

import os
import select
import socket
import struct
import threading
import time
from collections.abc import Iterator
from typing import NamedTuple

# Below the kernel's default limit for one record, which includes its own overhead.
RECORD_BYTES = 64 * 1024
# A sender that starts messages and never finishes them must not fill the memory.
MAX_MESSAGE_BYTES = 64 * 1024 * 1024
_HEADER = struct.Struct("=c?II")


class Message(NamedTuple):
    """Holds a complete message."""

    kind: bytes
    body: bytes


class Channel:
    """Sends and receives messages at one end. Records of different processes and threads are not mixed up."""

    def __init__(self, end: socket.socket) -> None:
        self._socket = end
        self._unfinished: dict[tuple[int, int], list[bytes]] = {}
        self._held = 0

    @classmethod
    def pair(cls) -> tuple[Channel, Channel]:
        """Returns two connected ends."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        return cls(ours), cls(theirs)

    def fileno(self) -> int:
        return self._socket.fileno()

    def close(self) -> None:
        self._socket.close()

    def send(self, kind: bytes, body: bytes = b"") -> None:
        """Sends a message. Blocks while the other end does not read; raises OSError when it is gone."""
        sender = os.getpid(), threading.get_native_id()
        for start in range(0, len(body) or 1, RECORD_BYTES):
            more = start + RECORD_BYTES < len(body)
            part = body[start : start + RECORD_BYTES]
            self._socket.send(_HEADER.pack(kind, more, *sender) + part)

    def receive(self) -> Message | None:
        """Waits for the next message and returns it; None when the other end is gone."""
        while True:
            try:
                record = self._socket.recv(RECORD_BYTES + _HEADER.size)
            except ConnectionResetError:
                return None
            if not record:
                return None
            message = self._add_record(record)
            if message is not None:
                return message

    def has_message(self, *, within: float) -> bool:
        """Waits up to `within` seconds; returns whether a message came, or the other end closed."""
        waiting = select.poll()
        waiting.register(self.fileno(), select.POLLIN)
        return bool(waiting.poll(within * 1000))

    def read_arrived(self, *, within: float) -> Iterator[Message]:
        """Yields the messages that have arrived, without waiting for more, for at most `within` seconds."""
        until = time.monotonic() + within
        while time.monotonic() < until:
            try:
                record = self._socket.recv(RECORD_BYTES + _HEADER.size, socket.MSG_DONTWAIT)
            except (BlockingIOError, ConnectionResetError):
                return
            if not record:
                return
            message = self._add_record(record)
            if message is not None:
                yield message

    def _add_record(self, record: bytes) -> Message | None:
        """Adds a record to its sender's message; returns the message if it is complete now."""
        if len(record) < _HEADER.size:
            return None  # a handler may write to any descriptor
        kind, more, *sender = _HEADER.unpack_from(record)
        part = record[_HEADER.size :]
        key = sender[0], sender[1]
        parts = self._unfinished.pop(key, None)
        if not more and parts is None:
            return Message(kind, part)
        parts = parts or []
        if self._held + len(part) <= MAX_MESSAGE_BYTES:
            parts.append(part)
            self._held += len(part)
        if more:
            self._unfinished[key] = parts
            return None
        self._held -= sum(map(len, parts))
        return Message(kind, b"".join(parts))
