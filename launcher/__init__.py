"""Implements `make run`: installs, starts, watches and stops everything that the platform needs on one machine."""
