"""Contains the REST views of jobs and series: each parses a request, calls one service and returns JSON."""
