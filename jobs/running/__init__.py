"""Runs job attempts in a worker slot (a pool process), one at a time: lease, stops, output and handler process."""
