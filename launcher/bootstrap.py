"""The first thing `make` runs: on the system's Python, with nothing installed. It must parse on old Pythons.

`bootstrap.py run [--with-parent]` sets up what the platform needs and becomes it; `bootstrap.py dev` sets up
what the tests and checks need, and ends.
"""

import importlib.util
import os
import signal
import sys

TYPE_CHECKING = False  # the name type checkers know; an old Python may lack what it guards
if TYPE_CHECKING:
    from collections.abc import Callable

CHECKOUT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


# Annotations in quotes: an old Python must get as far as being told that it is old.
def what_is_wrong_with(version: "tuple[int, ...]", find_module: "Callable[[str], object]") -> "str | None":
    """One sentence about this Python, or None. `find_module` answers None for a module it lacks."""
    name = "Python " + ".".join(map(str, version[:2]))
    if version < (3, 11):
        return (
            name + " is too old: install Python 3.11 or newer and run make again,"
            " or name it: make run PYTHON=python3.12"
        )
    if not (find_module("venv") and find_module("ensurepip")):
        return name + " here comes without venv: install the package python3-venv and run make again."
    return None


def main() -> None:
    wrong = what_is_wrong_with(sys.version_info[:3], importlib.util.find_spec)
    if wrong:
        sys.exit(wrong)
    sys.path[0] = CHECKOUT  # it was this script's own folder
    # A SIGTERM ends the step that runs just now, too; the default would leave it behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    from launcher import setting_up

    try:
        setting_up.main(sys.argv[1:])
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
