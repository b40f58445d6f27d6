"""Runs attempts, one at a time, in a worker's pool process (a slot): lease, stop, output and handler process."""
