"""Contains the REST views of sessions, users, API tokens and websocket tickets."""
