"""Defines the REST routes for sessions, users, tokens and websocket tickets."""
