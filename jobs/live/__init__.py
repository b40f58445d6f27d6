"""Brings job events to browsers through the channel layer, a hub in each web process, and websockets."""
