"""`python -m scheduler_project.local`: what `make run` does once everything is installed."""

import sys

from scheduler_project.local.launcher import main

sys.exit(main(sys.argv[1:]))
