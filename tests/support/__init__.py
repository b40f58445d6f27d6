"""What the tests stand on: servers, whole platforms, clients."""
