"""A websocket client that stores every frame it receives."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Collection
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

Frame = dict[str, Any]


class Listener:
    """Receives frames in a thread while its `with` block runs. The block begins after the first `sync` frame."""

    def __init__(self, url: str, token: str, query: str = "") -> None:
        address = f"{url.replace('http', 'ws', 1)}/ws/jobs/{query}"
        headers = {"Authorization": f"Token {token}"}
        self._opening = connect(address, additional_headers=headers, proxy=None, open_timeout=20)
        self._frames: list[Frame] = []
        self._changed = threading.Condition()
        self.closed = False
        self._thread = threading.Thread(target=self._read, name="listener", daemon=True)

    def __enter__(self) -> Listener:
        self._socket = self._opening.__enter__()
        self._thread.start()
        self.await_frame(lambda frame: frame["notification_type"] == "sync", within=20)
        return self

    def __exit__(self, *raised: Any) -> None:
        self._opening.__exit__(*raised)
        self._thread.join(timeout=10)

    @property
    def frames(self) -> list[Frame]:
        """Returns all frames so far, in the order of their arrival."""
        with self._changed:
            return list(self._frames)

    def await_frame(self, wanted: Callable[[Frame], bool], *, within: float, after: int = 0) -> Frame:
        """Waits for a frame that satisfies `wanted` and returns it. The first `after` frames are skipped."""
        found: Frame = self.await_frames(
            lambda frames: next(filter(wanted, frames[after:]), None), within=within
        )
        return found

    def await_ends(self, job_ids: Collection[str], *, within: float) -> None:
        """Waits until a `job_terminated` frame has arrived for each of these jobs."""
        try:
            self.await_frames(
                lambda frames: set(job_ids) <= _find_job_ids(frames, "job_terminated"), within=within
            )
        except AssertionError as exc:
            missing = set(job_ids) - _find_job_ids(self.frames, "job_terminated")
            raise AssertionError(f"no job_terminated of {sorted(missing)}") from exc

    def await_frames(self, find: Callable[[list[Frame]], Any], *, within: float) -> Any:
        """Calls `find` with all frames so far, after each new one, until it returns something true; returns that."""
        deadline = time.monotonic() + within
        with self._changed:
            while not (found := find(self._frames)):
                left = deadline - time.monotonic()
                closed = " (the socket was closed)" if self.closed else ""
                assert left > 0, f"no such frame within {within:g} s{closed}; last: {self._frames[-3:]}"
                self._changed.wait(min(left, 1))
            return found

    def count(self, job_id: str, kind: str) -> int:
        """Returns how many frames of a kind have arrived for a job."""
        return sum(
            frame["notification_type"] == kind and frame["data"].get("job_id") == job_id
            for frame in self.frames
        )

    def _read(self) -> None:
        try:
            for text in self._socket:
                frame = json.loads(text)
                with self._changed:
                    self._frames += frame if isinstance(frame, list) else [frame]
                    self._changed.notify_all()
        except ConnectionClosed:
            pass
        with self._changed:
            self.closed = True
            self._changed.notify_all()


def _find_job_ids(frames: list[Frame], kind: str) -> set[str]:
    return {frame["data"]["job_id"] for frame in frames if frame["notification_type"] == kind}
