"""Helpers that the tests share: servers, whole platforms and clients."""
