"""Defines the REST views of job templates, which call the services of `catalogue`."""
