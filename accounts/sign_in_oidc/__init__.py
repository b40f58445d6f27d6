"""Signs users in by OpenID Connect: settings, messages to the provider, signed claims, and the pages of the flow."""
