"""Sends messages between a worker slot and its handler process, over a pair of Unix sockets.

A message has a kind (one byte) and a content (bytes, `body`). It is sent in records whose boundaries the kernel
preserves, so several processes and threads may send at the same time without a lock.
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
    """Holds one complete message between a worker slot and its handler process: its kind (one byte) and content."""

    kind: bytes
    body: bytes


class Channel:
    """Sends and receives messages at one end. Messages that several processes or threads send at once stay separate."""

    def __init__(self, end: socket.socket) -> None:
        self._socket = end
        self._unfinished: dict[tuple[int, int], list[bytes]] = {}
        self._held = 0

    @classmethod
    def pair(cls) -> tuple[Channel, Channel]:
        """Returns two connected channels: one for the worker slot, one for the handler process."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        return cls(ours), cls(theirs)

    def fileno(self) -> int:
        return self._socket.fileno()

    def close(self) -> None:
        self._socket.close()

    def send(self, kind: bytes, body: bytes = b"") -> None:
        """Sends a message. Blocks while the receiver does not read; raises OSError if the other end was closed."""
        sender = os.getpid(), threading.get_native_id()
        for start in range(0, len(body) or 1, RECORD_BYTES):
            more = start + RECORD_BYTES < len(body)
            part = body[start : start + RECORD_BYTES]
            self._socket.send(_HEADER.pack(kind, more, *sender) + part)

    def receive(self) -> Message | None:
        """Waits for the next message and returns it; None if the other end was closed."""
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
        """Waits up to `within` seconds; returns whether a message arrived or the other end was closed."""
        waiting = select.poll()
        waiting.register(self.fileno(), select.POLLIN)
        return bool(waiting.poll(within * 1000))

    def read_arrived(self, *, within: float) -> Iterator[Message]:
        """Yields the messages that have already arrived, without waiting for others; stops after `within` seconds."""
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
        """Appends a record to its sender's unfinished message; returns the message if it is now complete, else None."""
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
