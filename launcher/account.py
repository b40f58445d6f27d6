"""Who the embedded servers run as, and where that user can read and write.

Postgres refuses root, so a root user's servers run as `nobody`. That user cannot enter a 0700 home: the
servers' files then live under /var/lib, and the programs are copied there, rather than opening the home.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

OUTSIDE = Path("/var/lib/restjobscheduler")
MOVED_NOTE, OWNER_NOTE = "moved_to", "belongs_to"


@dataclass(frozen=True)
class Account:
    uid: int
    gid: int
    switches: bool

    @classmethod
    def of_the_servers(cls) -> Account:
        if os.geteuid() != 0:
            return cls(os.geteuid(), os.getegid(), switches=False)
        nobody = pwd.getpwnam("nobody")
        return cls(nobody.pw_uid, nobody.pw_gid, switches=True)

    def popen(self) -> dict[str, Any]:
        """Arguments for subprocess: the user, and an environment without the caller's PG* variables."""
        user = {"user": self.uid, "group": self.gid, "extra_groups": []} if self.switches else {}
        return {**user, "env": {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}}

    def run(self, command: list[str | Path], cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        return subprocess.run(  # noqa: S603 - our own programs, no shell
            command,
            cwd=cwd,
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
            **self.popen(),
        )

    def own(self, path: Path) -> None:
        if self.switches:
            os.chown(path, self.uid, self.gid)

    def can_run(self, program: Path) -> bool:
        try:
            return self.run([program, "--version"]).returncode == 0
        except OSError:
            return False

    def can_write(self, folder: Path) -> bool:
        probe: list[str | Path] = ["/bin/sh", "-c", 'cd "$1" && test -w .', "sh", folder]
        return self.run(probe).returncode == 0


def servers_folder(state_dir: Path, account: Account) -> Path:
    """The folder of the servers' files: in the state directory, or outside where the account cannot get."""
    inside = state_dir / "servers"
    inside.mkdir(mode=0o700, exist_ok=True)
    try:
        account.own(inside)
        reachable = account.can_write(inside)
    except OSError:  # a file system that knows no other owners
        reachable = False
    return inside if reachable else _folder_outside(state_dir, inside, account)


def known_folders(state_dir: Path) -> list[Path]:
    """Where servers of this state directory may be running."""
    inside = state_dir / "servers"
    note = inside / MOVED_NOTE
    return [inside, Path(note.read_text())] if note.exists() else [inside]


def _folder_outside(state_dir: Path, inside: Path, account: Account) -> Path:
    OUTSIDE.mkdir(mode=0o755, parents=True, exist_ok=True)
    note = inside / MOVED_NOTE
    folder = Path(note.read_text()) if note.exists() else None
    if folder is None or not _is_ours(folder, state_dir):
        folder = Path(tempfile.mkdtemp(prefix=f"{state_dir.parent.name}-", dir=OUTSIDE))
        account.own(folder)
        note.write_text(str(folder))
    (folder / OWNER_NOTE).write_text(str(state_dir))
    _remove_abandoned()
    return folder


def _is_ours(folder: Path, state_dir: Path) -> bool:
    """Yes where the state directory was moved; no where it was copied: the original still uses it."""
    owner = folder / OWNER_NOTE
    return owner.exists() and (owner.read_text() == str(state_dir) or not Path(owner.read_text()).exists())


def _remove_abandoned() -> None:
    """Of temporary state directories only: another one may be on a disk that is not there just now."""
    for note in OUTSIDE.glob(f"*/{OWNER_NOTE}"):
        state_dir = Path(note.read_text())
        if state_dir.is_relative_to(tempfile.gettempdir()) and not state_dir.exists():
            shutil.rmtree(note.parent, ignore_errors=True)
