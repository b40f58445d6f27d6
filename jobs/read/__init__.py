"""Reads jobs, series, events and workers from Postgres, in the shapes that every client gets; writes nothing."""
