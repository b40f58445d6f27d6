"""What a handler is made of besides its own files: the helper modules that these import, and what those import.

Found by reading import statements: nothing is imported for it. Installed packages, the standard library and the
platform itself are no helpers.
"""

from __future__ import annotations

import ast
import importlib.util
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from importlib.machinery import PathFinder
from pathlib import Path
from typing import NamedTuple

from handlers._loading import Fingerprint, Source, fingerprint_of

_PLATFORM = frozenset(
    {"foundation", "accounts", "templates_app", "jobs", "catalogue", "scheduler_project", "launcher"}
)
_NO_HELPERS = frozenset(
    {
        "handlers",
        *(
            f"handlers.{name}"
            for name in (
                "context", "registry", "testing",
                "_guard", "_imports", "_loading", "_public_address", "_results", "_scaffold", "_subprocess", "_trial",
                "_trial_process", "_unfinished_line", "_verdicts",
            )
        ),
    }
)  # fmt: skip
_INSTALLED = tuple({sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")})
_installed_packages: set[str] = set()


class Module(NamedTuple):
    name: str
    file: Path

    @property
    def package(self) -> str:
        """What its relative imports begin at."""
        return self.name if self.file.name == "__init__.py" else self.name.rpartition(".")[0]


def fingerprint(source: Source) -> Fingerprint:
    """Differs after any edit of the handler or of a helper of it."""
    return source.fingerprint() + fingerprint_of(helper.file for helper in helpers_of(source))


def helpers_of(source: Source) -> list[Module]:
    own = [Module(_name_within(source, file), file) for file in source.files()]
    found: dict[str, Module] = {}
    unread = list(own)
    while unread:
        for name in _imports_of(unread.pop()):
            if name in found or f"{source.module}.".startswith(f"{name}.") or name in _NO_HELPERS:
                continue
            helper = _find(name)
            if helper is not None and not name.startswith(f"{source.module}."):
                found[name] = helper
                unread.append(helper)
    return sorted(found.values())


def _name_within(source: Source, file: Path) -> str:
    if file == source.file:
        return source.module
    parts = file.relative_to(source.file.parent).with_suffix("").parts
    return ".".join([source.module, *(part for part in parts if part != "__init__")])


def _imports_of(module: Module) -> tuple[str, ...]:
    try:
        stat = module.file.stat()
        return _read(module, stat.st_mtime_ns, stat.st_size)
    except (OSError, SyntaxError, ValueError):
        return ()  # its import will tell


@lru_cache(maxsize=4096)
def _read(module: Module, _mtime: int, _size: int) -> tuple[str, ...]:
    tree = ast.parse(module.file.read_bytes())
    return tuple(dict.fromkeys(name for node in ast.walk(tree) for name in _named(node, module.package)))


def _named(node: ast.AST, package: str) -> Iterator[str]:
    """What may be modules: of `from a import b` both a and a.b."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        base = node.module or ""
        if node.level:
            with suppress(ImportError):
                base = importlib.util.resolve_name("." * node.level + base, package)
        yield base
        yield from (f"{base}.{alias.name}" for alias in node.names)


def _find(name: str) -> Module | None:
    """None if it is installed, is no module, or is a folder without code."""
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
