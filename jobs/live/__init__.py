"""Brings events to browsers: the channel layer, a hub in each web process, and the websockets."""
