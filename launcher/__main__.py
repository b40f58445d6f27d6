"""`python -m launcher`: what `make run` does once everything is installed."""

import sys

from launcher.launcher import main

sys.exit(main(sys.argv[1:]))
