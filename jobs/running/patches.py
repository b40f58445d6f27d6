"""Detects functions, classes and constants of modules that a job replaced (`time.sleep = ...`) and did not restore."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from functools import cache
from operator import itemgetter
from types import ModuleType
from typing import Any

# Modules that are patched most often: they are checked after each job, all others when there is time.
WATCHED = (
    "builtins", "os", "sys", "time", "datetime", "random", "socket", "ssl", "json", "subprocess", "threading",
    "logging", "signal", "tempfile", "shutil", "pathlib", "io", "urllib.request", "http.client", "uuid", "decimal",
    "zoneinfo", "handlers.context", "handlers.registry", "django.db", "django.db.transaction", "django.utils.timezone",
    "django.core.mail", "django.core.cache",
)  # fmt: skip
# Classes whose methods are checked after each job; there are too many others.
WATCHED_CLASSES = (
    "socket.socket", "logging.Logger", "subprocess.Popen", "threading.Thread", "pathlib.Path",
    "http.client.HTTPConnection",
    "handlers.context.Job", "django.db.models.base.Model", "django.db.models.query.QuerySet",
    "django.db.transaction.Atomic", "django.db.backends.base.base.BaseDatabaseWrapper",
)  # fmt: skip
_PATCHED_PACKAGES = sys.stdlib_module_names | {"django", "handlers"}
# The flag of classes made by Python code. Classes made by C code cannot be patched.
_IS_HEAP_TYPE = 1 << 9


class _WatchedNames:
    """Remembers the values of chosen attributes of one module or class, to detect later that a job replaced them."""

    def __init__(self, place: str, names: dict[str, Any], chosen: Iterable[str]) -> None:
        self.place = place
        self._names = names
        self._keys = [key for key in chosen if key in names]
        self._pick: Callable[[Any], Any] = itemgetter(*self._keys) if self._keys else lambda _: ()
        self._before = self._pick(names)

    def is_unchanged(self) -> bool:
        """Returns whether all these attributes have their remembered values. Costs some 20 ns per attribute."""
        try:
            return bool(self._pick(self._names) == self._before)  # fast: tuples compare by identity first
        except KeyError:
            return False

    def find_changed(self) -> list[str]:
        """Returns the full names, such as `time.sleep`, of the attributes that have lost their remembered values."""
        before = self._before if len(self._keys) > 1 else (self._before,)
        return [
            f"{self.place}.{key}"
            for key, value in zip(self._keys, before, strict=True)
            if self._names.get(key) is not value
        ]


class Originals:
    """Remembers the functions, classes and constants of all loaded modules as they were before any job handler ran."""

    def __init__(self) -> None:
        modules = {name: module for name, module in sys.modules.items() if isinstance(module, ModuleType)}
        self._watched = [_watch_module(modules[name]) for name in WATCHED if name in modules]
        self._watched += [
            _watch_class(name) for name in WATCHED_CLASSES if name.rpartition(".")[0] in modules
        ]
        self._others = [_watch_module(module) for name, module in modules.items() if name not in WATCHED]
        self._others += [
            names for name, module in modules.items() for names in _watch_classes_in(name, module)
        ]
        self._modules = _WatchedNames("sys.modules", sys.modules, list(modules))

    def find_replaced(self) -> list[str]:
        """Returns the full names of what a job replaced in the modules WATCHED and in the classes WATCHED_CLASSES."""
        return _find_changed_in(self._watched)

    def find_replaced_anywhere(self) -> list[str]:
        """Returns the full names of what a job replaced in any module loaded at the start, or in its classes."""
        return _find_changed_in([*self._watched, *self._others, self._modules])


def _find_changed_in(places: list[_WatchedNames]) -> list[str]:
    return [name for place in places if not place.is_unchanged() for name in place.find_changed()]


def _watch_module(module: ModuleType) -> _WatchedNames:
    # Other values change as modules fill their caches. Functions and constants change only by patches.
    names = vars(module)
    return _WatchedNames(
        module.__name__,
        names,
        [
            key
            for key, value in names.items()
            if callable(value) or (key.isupper() and isinstance(value, int | float | str | bytes))
        ],
    )


def _watch_classes_in(name: str, module: ModuleType) -> list[_WatchedNames]:
    """Watches the classes of a module of the standard library, Django or `handlers`. Other packages have too many."""
    if name.partition(".")[0] not in _PATCHED_PACKAGES:
        return []
    return [
        _WatchedNames(f"{name}.{key}", _get_namespace(value), _choose_names(value))
        for key, value in vars(module).items()
        if isinstance(value, type) and value.__module__ == name and value.__flags__ & _IS_HEAP_TYPE
    ]


def _watch_class(name: str) -> _WatchedNames:
    module, _, class_name = name.rpartition(".")
    found = getattr(sys.modules[module], class_name)
    return _WatchedNames(name, _get_namespace(found), _choose_names(found))


def _get_namespace(found: type) -> Any:
    return vars(found)


def _choose_names(found: type) -> list[str]:
    """Returns the names of a class's methods and public settings, such as `TarFile.extraction_filter`.

    Leaves numbers out, because most of them are counters.
    """
    return [
        key
        for key, value in vars(found).items()
        if callable(value)
        or (not key.startswith("_") and (value is None or isinstance(value, bool | str | bytes)))
    ]


@cache
def originals() -> Originals:
    """Returns the Originals made by the first call, which must come before any job handler runs. Forks inherit them."""
    return Originals()
