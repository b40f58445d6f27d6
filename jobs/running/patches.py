"""Functions, classes and constants of modules, to notice that a job replaced some (`time.sleep = ...`) for good."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from functools import cache
from operator import itemgetter
from types import ModuleType
from typing import Any

# Those that handlers' tests and patches like best are looked at after each job, the others when there is time.
WATCHED = (
    "builtins", "os", "sys", "time", "datetime", "random", "socket", "ssl", "json", "subprocess", "threading",
    "logging", "signal", "tempfile", "shutil", "pathlib", "io", "urllib.request", "http.client", "uuid", "decimal",
    "zoneinfo", "handlers.context", "handlers.registry", "django.db", "django.db.transaction", "django.utils.timezone",
    "django.core.mail", "django.core.cache",
)  # fmt: skip
# Classes whose methods are worth a look: the others are too many.
WATCHED_CLASSES = (
    "socket.socket", "logging.Logger", "subprocess.Popen", "threading.Thread", "pathlib.Path",
    "http.client.HTTPConnection",
    "handlers.context.Job", "django.db.models.base.Model", "django.db.models.query.QuerySet",
    "django.db.transaction.Atomic", "django.db.backends.base.base.BaseDatabaseWrapper",
)  # fmt: skip
_PATCHED_PACKAGES = sys.stdlib_module_names | {"django", "handlers"}
# Classes made by Python code; those of C cannot be patched.
_IS_PYTHONS = 1 << 9


class _Names:
    """Some names of one module or class, with what they stood for."""

    def __init__(self, place: str, names: dict[str, Any], chosen: Iterable[str]) -> None:
        self.place = place
        self._names = names
        self._keys = [key for key in chosen if key in names]
        self._pick: Callable[[Any], Any] = itemgetter(*self._keys) if self._keys else lambda _: ()
        self._before = self._pick(names)

    def is_unchanged(self) -> bool:
        """Comparing tuples of equal objects costs some 20 ns a name: identity is looked at first."""
        try:
            return bool(self._pick(self._names) == self._before)
        except KeyError:
            return False

    def changed(self) -> list[str]:
        before = self._before if len(self._keys) > 1 else (self._before,)
        return [
            f"{self.place}.{key}"
            for key, value in zip(self._keys, before, strict=True)
            if self._names.get(key) is not value
        ]


class Originals:
    """What the names stood for when this was made, before any handler ran."""

    def __init__(self) -> None:
        modules = {name: module for name, module in sys.modules.items() if isinstance(module, ModuleType)}
        self._watched = [_of_module(modules[name]) for name in WATCHED if name in modules]
        self._watched += [_of_class(name) for name in WATCHED_CLASSES if name.rpartition(".")[0] in modules]
        self._others = [_of_module(module) for name, module in modules.items() if name not in WATCHED]
        self._others += [names for name, module in modules.items() for names in _of_classes_in(name, module)]
        self._modules = _Names("sys.modules", sys.modules, list(modules))

    def replaced(self) -> list[str]:
        """In the watched modules and classes."""
        return _changed_in(self._watched)

    def replaced_anywhere(self) -> list[str]:
        return _changed_in([*self._watched, *self._others, self._modules])


def _changed_in(places: list[_Names]) -> list[str]:
    return [name for place in places if not place.is_unchanged() for name in place.changed()]


def _of_module(module: ModuleType) -> _Names:
    # Other values change as modules fill their caches; code that works by itself changes no function or constant.
    names = vars(module)
    return _Names(
        module.__name__,
        names,
        [
            key
            for key, value in names.items()
            if callable(value) or (key.isupper() and isinstance(value, int | float | str | bytes))
        ],
    )


def _of_classes_in(name: str, module: ModuleType) -> list[_Names]:
    """The classes that handlers know and might patch: those of the platform's own libraries are too many."""
    if name.partition(".")[0] not in _PATCHED_PACKAGES:
        return []
    return [
        _Names(f"{name}.{key}", _names_of(value), _kept_by(value))
        for key, value in vars(module).items()
        if isinstance(value, type) and value.__module__ == name and value.__flags__ & _IS_PYTHONS
    ]


def _of_class(name: str) -> _Names:
    module, _, class_name = name.rpartition(".")
    found = getattr(sys.modules[module], class_name)
    return _Names(name, _names_of(found), _kept_by(found))


def _names_of(found: type) -> Any:
    return vars(found)


def _kept_by(found: type) -> list[str]:
    """Return the names of a class's methods and public settings, such as `TarFile.extraction_filter`.

    Numbers are left out: most count upwards by themselves.
    """
    return [
        key
        for key, value in vars(found).items()
        if callable(value)
        or (not key.startswith("_") and (value is None or isinstance(value, bool | str | bytes)))
    ]


@cache
def originals() -> Originals:
    """Those of this process; call it where no handler has run."""
    return Originals()
