"""Implements `make run`: installs, starts, watches and stops all processes that the platform needs on one machine."""
