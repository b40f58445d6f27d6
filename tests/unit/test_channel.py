"""Messages between a slot and its handler process arrive whole and in order, whichever thread sends them."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator

import pytest

from jobs.running.channel import MAX_MESSAGE_BYTES, RECORD_BYTES, Channel, Message


@pytest.fixture
def ends() -> Iterator[tuple[Channel, Channel]]:
    ours, theirs = Channel.pair()
    yield ours, theirs
    ours.close()
    theirs.close()


@pytest.mark.parametrize("size", [0, 1, RECORD_BYTES - 1, RECORD_BYTES, RECORD_BYTES + 1, 5 * RECORD_BYTES])
def test_a_message_of_any_size_arrives_whole(ends: tuple[Channel, Channel], size: int) -> None:
    ours, theirs = ends
    body = os.urandom(size)
    sender = threading.Thread(target=ours.send, args=(b"L", body))
    sender.start()
    assert theirs.receive() == Message(b"L", body)
    sender.join()


def test_long_messages_of_several_senders_do_not_mix(ends: tuple[Channel, Channel]) -> None:
    ours, theirs = ends
    bodies = [bytes([number]) * (3 * RECORD_BYTES + number) for number in range(6)]
    senders = [threading.Thread(target=ours.send, args=(b"L", body)) for body in bodies]
    for sender in senders:
        sender.start()
    received = [theirs.receive() for _ in bodies]
    for sender in senders:
        sender.join()
    assert sorted(message.body for message in received if message) == bodies


def test_what_has_arrived_is_taken_without_waiting(ends: tuple[Channel, Channel]) -> None:
    ours, theirs = ends
    assert list(theirs.read_arrived(within=1)) == []
    ours.send(b"P", b"one")
    ours.send(b"L", b"two")
    assert list(theirs.read_arrived(within=1)) == [Message(b"P", b"one"), Message(b"L", b"two")]


def test_a_message_shows_before_it_is_taken(ends: tuple[Channel, Channel]) -> None:
    ours, theirs = ends
    assert not theirs.has_message(within=0)
    ours.send(b"J")
    assert theirs.has_message(within=0)


def test_the_end_of_the_other_side_ends_the_waiting(ends: tuple[Channel, Channel]) -> None:
    ours, theirs = ends
    ours.close()
    assert theirs.receive() is None
    with pytest.raises(OSError, match="Broken pipe"):
        theirs.send(b"D")


def test_a_sender_without_end_does_not_fill_our_memory(ends: tuple[Channel, Channel]) -> None:
    ours, theirs = ends
    theirs._held = MAX_MESSAGE_BYTES
    sender = threading.Thread(target=ours.send, args=(b"L", b"x" * 3 * RECORD_BYTES))
    sender.start()
    message = theirs.receive()
    sender.join()
    assert message == Message(b"L", b"")
