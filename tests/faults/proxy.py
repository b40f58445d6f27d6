"""A TCP proxy between each process and each server, which stalls, refuses or cuts what it carries when told to."""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress
from typing import Literal, Self
from urllib.parse import urlsplit

HOST = "127.0.0.1"
CHUNK = 64 * 1024

Mode = Literal["flows", "stalls", "refuses"]


class Link:
    """One process's way to one server. `url` is the server's with the proxy's port in it."""

    def __init__(self, url: str, loop: asyncio.AbstractEventLoop) -> None:
        target = urlsplit(url)
        self._target = target.hostname or HOST, target.port or 0
        self._loop = loop
        self._mode: Mode = "flows"
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._open: set[asyncio.StreamWriter] = set()
        self._carrying: set[asyncio.Task[None]] = set()
        self._parts = target

    async def listen(self) -> None:
        self._server = await asyncio.start_server(self._accept, HOST, 0)
        port = self._server.sockets[0].getsockname()[1]
        account, _, _ = self._parts.netloc.rpartition("@")
        self.url = self._parts._replace(netloc=f"{account}{'@' if account else ''}{HOST}:{port}").geturl()

    def set(self, mode: Mode) -> None:
        """`stalls`: connections stay, bytes wait. `refuses`: no connection comes about, those that are end."""
        self._loop.call_soon_threadsafe(self._set, mode)

    def cut(self) -> None:
        """All connections end at once; new ones may be made."""
        self._loop.call_soon_threadsafe(self._cut)

    async def close(self) -> None:
        self._server.close()
        self._cut()
        for task in self._carrying:
            task.cancel()
        await asyncio.gather(*self._carrying, return_exceptions=True)

    def _set(self, mode: Mode) -> None:
        self._mode = mode
        if mode == "stalls":
            self._flowing.clear()
        else:
            self._flowing.set()
        if mode == "refuses":
            self._cut()

    def _cut(self) -> None:
        for writer in self._open:
            writer.transport.abort()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            await self._flowing.wait()
            if self._mode == "refuses":
                return
            far_reader, far_writer = await asyncio.open_connection(*self._target)
            self._open.add(far_writer)
            try:
                await self._carry_both(reader, writer, far_reader, far_writer)
            finally:
                self._open.discard(far_writer)
                far_writer.transport.abort()
        except OSError:  # the server is away: so is this connection
            pass
        finally:
            self._open.discard(writer)
            writer.transport.abort()

    async def _carry_both(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        far_reader: asyncio.StreamReader,
        far_writer: asyncio.StreamWriter,
    ) -> None:
        """Until either side has ended and what it said is delivered."""
        ways = {
            asyncio.create_task(self._carry(reader, far_writer)),
            asyncio.create_task(self._carry(far_reader, writer)),
        }
        self._carrying |= ways
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            self._carrying -= ways

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(CHUNK):
                await self._flowing.wait()
                writer.write(data)
                await writer.drain()
            await self._flowing.wait()
            writer.write_eof()
            await writer.drain()


class Proxies:
    """`with Proxies() as proxies`: links in a thread of their own until the block ends."""

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        self._links: list[Link] = []
        self._thread = threading.Thread(target=self._loop.run_forever, name="proxies", daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(timeout=30)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=30)
        self._loop.close()

    def link(self, url: str) -> Link:
        async def made() -> Link:
            link = Link(url, self._loop)
            await link.listen()
            return link

        link = asyncio.run_coroutine_threadsafe(made(), self._loop).result(timeout=30)
        self._links.append(link)
        return link

    async def _close(self) -> None:
        for link in self._links:
            await link.close()
        # The connections' own tasks see their ends now.
        others = asyncio.all_tasks() - {asyncio.current_task()}
        await asyncio.wait(others, timeout=5) if others else None
        for task in others:
            task.cancel()
