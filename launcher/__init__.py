"""`make run` and its set-up: everything that one machine needs, installed, started, watched and stopped."""
