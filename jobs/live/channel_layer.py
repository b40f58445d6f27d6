"""Extends the channel layer of channels_redis: signs messages, and ignores what others have written to its keys."""

from __future__ import annotations

import hashlib
import hmac
import logging
import re
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from channels_redis.core import RedisChannelLayer
from django.conf import settings
from redis.exceptions import ResponseError

from jobs.messaging.incoming import log_drop

log = logging.getLogger(__name__)
T = TypeVar("T")

MAX_LISTENERS = 500
_CHANNEL = re.compile(rb"specific\.[0-9a-f]{32}![0-9a-f]{32}")
_SIGNATURE_BYTES = 32


class SignedChannelLayer(RedisChannelLayer):  # type: ignore[misc]  # channels_redis has no types
    """Signs messages with SECRET_KEY; drops messages without a valid signature, and group members that are no channels.

    A message that is replayed does no harm: receivers skip events whose numbers they have had.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._secret = hashlib.sha256(f"channel layer {settings.SECRET_KEY}".encode()).digest()

    def serialize(self, message: dict[str, Any]) -> bytes:
        """Returns the message as bytes that begin with its signature."""
        content: bytes = super().serialize(message)
        return self._signature(content) + content

    def deserialize(self, message: bytes) -> dict[str, Any]:
        """Returns the decoded message; if its signature is not valid, an empty message for no channel."""
        signature, content = message[:_SIGNATURE_BYTES], message[_SIGNATURE_BYTES:]
        if not hmac.compare_digest(signature, self._signature(content)):
            log_drop("the channel layer", "it is not signed by this platform")
            return {"__asgi_channel__": []}
        found: dict[str, Any] = super().deserialize(content)
        return found

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        """Sends a message to all channels of a group. Raises ConnectionError or RedisError if it must be sent again."""

        async def send() -> None:
            await self._remove_foreign_members(group)
            try:
                await super(SignedChannelLayer, self).group_send(group, message)
            except UnicodeDecodeError as exc:  # a member that was added in between
                raise ConnectionError("a listener's name is no text") from exc

        await self._with_repair(send, group=group)

    async def group_add(self, group: str, channel: str) -> None:
        """Adds a channel to the group, or renews its membership."""
        await self._with_repair(
            lambda: super(SignedChannelLayer, self).group_add(group, channel), group=group
        )

    async def receive_single(self, channel: str) -> Any:
        """Waits for the next message of a channel and returns it."""
        return await self._with_repair(
            lambda: super(SignedChannelLayer, self).receive_single(channel), keys=[self.prefix + channel]
        )

    def _signature(self, content: bytes) -> bytes:
        return hmac.digest(self._secret, content, "sha256")

    async def _remove_foreign_members(self, group: str) -> None:
        """Removes a group's members that are no channel names of this platform: each would get every message."""
        key = self._group_key(group)
        connection = self.connection(self.consistent_hash(group))
        members = await connection.zrange(key, 0, MAX_LISTENERS)
        if len(members) > MAX_LISTENERS:
            await connection.unlink(key)  # listeners join again within seconds
        elif foreign := [name for name in members if not _CHANNEL.fullmatch(name)]:
            await connection.zrem(key, *foreign)

    async def _with_repair(
        self, do: Callable[[], Awaitable[T]], *, group: str = "", keys: list[str] | None = None
    ) -> T:
        """Returns what `do` returns. If Redis reports a wrong type, deletes such keys of the group and retries."""
        try:
            return await do()
        except ResponseError as exc:
            if "WRONGTYPE" not in str(exc):
                raise
            await self._delete_wrong_types(group, keys or [])
            return await do()

    async def _delete_wrong_types(self, group: str, keys: list[str]) -> None:
        connection = self.connection(self.consistent_hash(group or "-"))
        candidates: list[Any] = [*keys, *(self._backup_channel_name(key) for key in keys)]
        if group:
            group_key = self._group_key(group)
            candidates.append(group_key)
            if await connection.type(group_key) == b"zset":
                members = await connection.zrange(group_key, 0, MAX_LISTENERS)
                candidates += {
                    self.prefix + self.non_local_name(member.decode(errors="replace")) for member in members
                }
        for key in candidates:
            if await connection.type(key) not in (b"zset", b"none"):
                log.warning("deleted key %.200r of the channel layer: it was of a wrong type", key)
                await connection.unlink(key)
