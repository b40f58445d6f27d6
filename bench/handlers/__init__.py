"""Handlers of the benchmarks: they do nothing, or tell when they started."""
