"""Finds the helper modules of a job handler: those that its files import, directly or through other helpers.

Parses import statements and imports nothing. Installed packages, the standard library and the platform's own modules do
not count as helpers.
"""

from __future__ import annotations

import ast
import importlib.util
import sys
import sysconfig
import threading
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from importlib.machinery import PathFinder
from pathlib import Path
from typing import NamedTuple

from handlers._loading import Fingerprint, Source, fingerprint_files

_PLATFORM = frozenset(
    {"foundation", "accounts", "templates_app", "jobs", "catalogue", "scheduler_project", "launcher"}
)
_PLATFORM_MODULES = frozenset(
    {
        "handlers",
        *(
            f"handlers.{name}"
            for name in (
                "context", "registry", "testing",
                "_guard", "_import_check", "_import_check_cache", "_import_check_process", "_imports", "_loading",
                "_public_address", "_results", "_scaffold", "_subprocess", "_unfinished_line",
            )
        ),
    }
)  # fmt: skip
_INSTALLED = tuple({sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")})
_installed_packages: set[str] = set()
# Python 3.11 counts the depth of all threads' parsers in one place. A garbage collection may let a second thread in,
# and the first one then fails with SystemError.
_one_parser = threading.Lock()


class Module(NamedTuple):
    """Holds the dotted name of a Python module and the path of its file."""

    name: str
    file: Path

    @property
    def package(self) -> str:
        """Returns the dotted name of the package from which the module's relative imports start."""
        return self.name if self.file.name == "__init__.py" else self.name.rpartition(".")[0]


def fingerprint(source: Source) -> Fingerprint:
    """Returns a value that changes with every edit of the job handler's files or of one of its helper modules."""
    return source.fingerprint() + fingerprint_files(helper.file for helper in find_helpers(source))


def find_helpers(source: Source) -> list[Module]:
    """Returns the helper modules of the job handler, sorted by name."""
    own = [Module(_get_module_name(source, file), file) for file in source.files()]
    found: dict[str, Module] = {}
    unread = list(own)
    while unread:
        for name in _read_imports(unread.pop()):
            if name in found or f"{source.module}.".startswith(f"{name}.") or name in _PLATFORM_MODULES:
                continue
            helper = _find_module(name)
            if helper is not None and not name.startswith(f"{source.module}."):
                found[name] = helper
                unread.append(helper)
    return sorted(found.values())


def _get_module_name(source: Source, file: Path) -> str:
    if file == source.file:
        return source.module
    parts = file.relative_to(source.file.parent).with_suffix("").parts
    return ".".join([source.module, *(part for part in parts if part != "__init__")])


def _read_imports(module: Module) -> tuple[str, ...]:
    try:
        stat = module.file.stat()
        return _parse_imports(module, stat.st_mtime_ns, stat.st_size)
    except (OSError, SyntaxError, ValueError):
        return ()  # the error shows when the module is imported


@lru_cache(maxsize=4096)
def _parse_imports(module: Module, _mtime: int, _size: int) -> tuple[str, ...]:
    with _one_parser:
        tree = ast.parse(module.file.read_bytes())
    return tuple(
        dict.fromkeys(name for node in ast.walk(tree) for name in _find_imported_names(node, module.package))
    )


def _find_imported_names(node: ast.AST, package: str) -> Iterator[str]:
    """Yields the names in an import statement that may be modules: for `from a import b` both a and a.b."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        base = node.module or ""
        if node.level:
            with suppress(ImportError):
                base = importlib.util.resolve_name("." * node.level + base, package)
        yield base
        yield from (f"{base}.{alias.name}" for alias in node.names)


def _find_module(name: str) -> Module | None:
    """Returns the helper module of this name; None if it is installed, the platform's own, or has no Python file."""
    top, *rest = name.split(".")
    if top in sys.stdlib_module_names or top in _PLATFORM or top in _installed_packages:
        return None
    spec = PathFinder.find_spec(top)
    if spec is None:
        return None
    folders = [Path(folder) for folder in spec.submodule_search_locations or ()]
    if _is_installed(spec.origin, folders):
        _installed_packages.add(top)
        return None
    file = Path(spec.origin) if spec.origin and spec.has_location else None
    for part in rest:
        file = next(
            (
                candidate
                for folder in folders
                for candidate in (folder / part / "__init__.py", folder / f"{part}.py")
                if candidate.is_file()
            ),
            None,
        )
        folders = [folder / part for folder in folders]
        if file is not None and file.name != "__init__.py":
            folders = []
    return Module(name, file) if file is not None and file.suffix == ".py" else None


def _is_installed(origin: str | None, folders: list[Path]) -> bool:
    return any(
        Path(place).is_relative_to(installed)
        for place in ([origin] if origin else folders)
        for installed in _INSTALLED
    )
