"""Sets up the checkout for `make`: installs the Python packages, and builds the UI with a recent enough Node.js."""

import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from foundation.discover import CHECKOUT, find_state_dir
from launcher.guard import end_with_parent
from launcher.options import CannotStart, read_options
from launcher.output import say
from launcher.state import refuse_second_start

VENV, FRONTEND = CHECKOUT / ".venv", CHECKOUT / "frontend"
PYTHON, BUILT = VENV / "bin" / "python", FRONTEND / "dist"
# These files say what was installed and built. Not in dist, which is served to everybody and emptied by each build.
STAMP, BUILT_FROM = VENV / "installed.json", VENV / "ui-built-from"
MODULES_FROM = FRONTEND / "node_modules" / ".installed-from"
MADE_BY_TOOLS = {"node_modules", "dist", "coverage", "test-results", "playwright-report"}


def main(arguments: list[str]) -> None:
    """Sets up the checkout for `make dev` or `make run`; for `run` then executes the launcher in this process."""
    what, *flags = arguments
    if "--with-parent" in flags:
        end_with_parent()
    options = read_options()
    try:
        if what == "run":  # before replacing anything that a running platform uses
            refuse_second_start(find_state_dir())
        files = ["requirements.txt", *(["requirements-dev.txt"] if what == "dev" else [])]
        if options.embedded or what == "dev":  # the tests always use the embedded servers
            files.append("requirements-embedded.txt")
        with hold_lock(CHECKOUT):
            install(files)
            build_ui_if_stale()
    except CannotStart as error:
        sys.exit(str(error))
    if what == "run":
        os.chdir(CHECKOUT)
        os.execv(PYTHON, [str(PYTHON), "-m", "launcher", *flags])  # noqa: S606 - no shell wanted


def install(requirement_files: list[str], title: str = "Installing the Python packages") -> None:
    """Installs the packages of these files and the project itself, if a file has changed. Raises CannotStart."""
    probe: list[str | Path] = [PYTHON, "-c", "import pip"]  # fails after its Python was upgraded
    works = PYTHON.exists() and subprocess.run(probe, capture_output=True, check=False).returncode == 0  # noqa: S603
    # By absolute path: after the checkout was moved, the project must be installed again from there.
    paths = [CHECKOUT / name for name in (*requirement_files, "pyproject.toml")]
    wanted = {str(path): hash_files([path], CHECKOUT) for path in paths}
    installed = json.loads(STAMP.read_text()) if works and STAMP.exists() else {}
    if wanted.items() <= installed.items():
        return
    if not works:
        run_step("Making the Python environment", [sys.executable, "-m", "venv", "--clear", VENV])
    STAMP.unlink(missing_ok=True)
    pip = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    packages = ["--require-hashes", *(part for name in requirement_files for part in ("-r", name))]
    # The project's build needs setuptools only, which the requirements bring: pinned, and no second download.
    project = ["--no-deps", "--no-build-isolation", "--editable", "."]
    run_step(title, [*pip, *packages], [*pip, *project], env=os.environ | {"PIP_USER": "0"})
    STAMP.write_text(json.dumps({**installed, **wanted}))


def build_ui_if_stale() -> None:
    """Builds the UI if its sources have changed since the last build. If that fails, prints the error and returns."""
    try:
        files: list[Path] = []
        for folder, folders, names in os.walk(FRONTEND):
            folders[:] = [name for name in folders if name not in MADE_BY_TOOLS and not name.startswith(".")]
            files += [Path(folder, name) for name in names if not name.endswith(".tsbuildinfo")]
        sources = hash_files(files, FRONTEND)
        if (BUILT / "index.html").exists() and BUILT_FROM.exists() and BUILT_FROM.read_text() == sources:
            return
        place = {"cwd": FRONTEND, "env": make_node_environment()}
        wanted = hash_files([FRONTEND / "package.json", FRONTEND / "package-lock.json"], FRONTEND)
        if not MODULES_FROM.exists() or MODULES_FROM.read_text() != wanted:
            run_step("Installing the UI's packages", ["npm", "ci", "--no-audit", "--no-fund"], **place)
            MODULES_FROM.write_text(wanted)
        run_step("Building the UI", ["npm", "run", "build"], **place)
        BUILT_FROM.write_text(sources)
    except (CannotStart, OSError, ValueError, KeyError) as failure:
        say(str(failure))
        instead = "with the last one built" if BUILT.exists() else "with a page that says how to build it"
        say(f"THE UI WAS NOT BUILT (the lines above say why). The platform starts all the same, {instead}.")


def make_node_environment() -> dict[str, str]:
    """Returns environment variables with Node.js on PATH: the machine's if new enough, else one installed from PyPI."""
    if shutil.which("npm") and (node := shutil.which("node")):
        version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)  # noqa: S603
        if _parse_version(version.stdout) >= read_min_node_version():
            return dict(os.environ)
    install(["requirements-node.txt"], "Installing Node.js, for building the UI")
    return os.environ | {"PATH": f"{VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}


def read_min_node_version() -> tuple[int, ...]:
    """Returns the Node.js version that the UI's package.json requires, such as (22, 18, 0)."""
    return _parse_version(json.loads((FRONTEND / "package.json").read_text())["engines"]["node"])


def _parse_version(version: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", version)[:3]))


def run_step(title: str, *commands: Sequence[Any], **popen: Any) -> None:
    """Runs the commands one after the other. Raises CannotStart with the output of a command that fails."""
    say(f"{title} ...")
    began = time.monotonic()
    streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    options: dict[str, Any] = {"cwd": CHECKOUT, "close_fds": False, **streams, **popen}
    for command in commands:
        try:
            done = subprocess.run(command, text=True, errors="replace", check=False, **options)  # noqa: S603 - no shell
        except OSError as error:
            raise CannotStart(f"{title}: {error}") from error
        if done.returncode:
            words = " ".join(map(str, command))
            raise CannotStart(f"{done.stdout}\n{title} failed (exit status {done.returncode} of {words}).")
    say(f"{title}: done in {time.monotonic() - began:.1f} s")


@contextmanager
def hold_lock(folder: Path) -> Iterator[None]:
    """Locks the folder for a `with` block; first waits for another set-up of the same checkout. Creates no file."""
    descriptor = os.open(folder, os.O_RDONLY)
    os.set_inheritable(descriptor, True)  # a step that outlives us still changes things, so it keeps the lock
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        say("Another set-up of this checkout is going on: waiting for it")
        fcntl.flock(descriptor, fcntl.LOCK_EX)
    yield
    os.close(descriptor)


def hash_files(files: Iterable[Path], root: Path) -> str:
    """Returns one hash of the files' names (relative to `root`) and contents; their order does not matter."""
    hashes = {str(file.relative_to(root)): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}
    return hashlib.sha256(json.dumps(hashes, sort_keys=True).encode()).hexdigest()
