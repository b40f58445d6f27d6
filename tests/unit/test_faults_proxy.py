"""The proxy of the fault tests: it carries, stalls, refuses and cuts."""

from __future__ import annotations

import socket
import socketserver
import threading
from collections.abc import Iterator

import pytest

from tests.faults.proxy import Link, Proxies
from tests.support.waiting import wait_for

PATIENCE_SECONDS = 20
POLL_SECONDS = 0.01  # how soon a server notices that it is to stop


class Echo(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        while data := self.request.recv(1024):
            self.request.sendall(data)


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False


@pytest.fixture
def link() -> Iterator[Link]:
    with Server(("127.0.0.1", 0), Echo) as server, Proxies() as proxies:
        threading.Thread(target=server.serve_forever, args=[POLL_SECONDS], daemon=True).start()
        yield proxies.link(f"redis://:secret@127.0.0.1:{server.server_address[1]}/1")
        server.shutdown()


def connected(link: Link) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port(link)), timeout=PATIENCE_SECONDS)


def port(link: Link) -> int:
    return int(link.url.rpartition(":")[2].partition("/")[0])


def says(connection: socket.socket, text: bytes) -> bytes:
    connection.sendall(text)
    return connection.recv(1024)


def is_dead(connection: socket.socket) -> bool:
    try:
        return not says(connection, b"anybody?")
    except ConnectionError:
        return True


def test_its_address_is_the_servers_but_for_the_port(link: Link) -> None:
    assert link.url == f"redis://:secret@127.0.0.1:{port(link)}/1"


def test_it_carries_both_ways(link: Link) -> None:
    with connected(link) as one, connected(link) as two:
        assert says(one, b"hello") == b"hello"
        assert says(two, b"x" * 1000) == b"x" * 1000


def test_who_ends_ends_the_other_side(link: Link) -> None:
    with connected(link) as connection:
        connection.sendall(b"bye")
        connection.shutdown(socket.SHUT_WR)
        connection.settimeout(PATIENCE_SECONDS)
        while connection.recv(1024):
            pass


def test_what_was_said_in_a_stall_arrives_after_it(link: Link) -> None:
    with connected(link) as connection:
        assert says(connection, b"before") == b"before"
        link.set("stalls")
        connection.settimeout(0.3)
        connection.sendall(b"after")
        with pytest.raises(TimeoutError):
            connection.recv(1024)
        link.set("flows")
        connection.settimeout(PATIENCE_SECONDS)
        assert connection.recv(1024) == b"after"


def test_it_refuses_until_it_flows_again(link: Link) -> None:
    with connected(link) as connection:
        assert says(connection, b"before") == b"before"
        link.set("refuses")
        wait_for("the connection is dead", lambda: is_dead(connection), within=PATIENCE_SECONDS)
    with connected(link) as connection:
        assert is_dead(connection)
    link.set("flows")
    with connected(link) as connection:
        assert says(connection, b"again") == b"again"


def test_a_cut_ends_what_is_open_and_nothing_more(link: Link) -> None:
    with connected(link) as connection:
        assert says(connection, b"before") == b"before"
        link.cut()
        wait_for("the connection is dead", lambda: is_dead(connection), within=PATIENCE_SECONDS)
    with connected(link) as connection:
        assert says(connection, b"after") == b"after"
